import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { stageNames } from "@gumbel/config";
import { expect, test } from "vitest";
import { checkBundle, codeOfPlan, codeOfStages } from "../src/code.js";

const root = resolve(import.meta.dirname, "../../..");
const program = join(root, "packages/tasks/bin.mjs");
const codeOf = (system: string) => codeOfStages(system, "moons", program, root);
const kmeans = await codeOf("kmeans");
const idec = await codeOf("idec");

test("a stage holds its own code, and the system or the data set if it loads one", () => {
  const own = (stage: (typeof stageNames)[number]): string[] =>
    Object.keys(kmeans[stage]).filter((name) => name === stage || /^(system|dataset)s\//.test(name));
  expect(own("ingest")).toEqual(["ingest", "datasets/moons"]);
  expect(own("train")).toEqual(["train", "systems/kmeans"]);
  expect(own("extract")).toEqual(["extract", "systems/kmeans"]);
  expect(own("evaluate")).toEqual(["evaluate"]);
});

test("another system is other code of what trains and encodes, and of nothing else", () => {
  for (const stage of ["train", "extract"] as const) {
    expect(idec[stage][stage]).toBe(kmeans[stage][stage]);
    expect(idec[stage]["systems/idec"]).not.toBe(kmeans[stage]["systems/kmeans"]);
  }
  expect(idec.ingest).toEqual(kmeans.ingest);
  expect(idec.evaluate).toEqual(kmeans.evaluate);
});

test("a library counts by its version, for what imports it", () => {
  expect(kmeans.train["@tensorflow/tfjs-core"]).toMatch(/^\d+\.\d+\.\d+$/);
  expect(kmeans.ingest).not.toHaveProperty("@tensorflow/tfjs-core");
});

test("a worker is code of the stage that starts it", () => {
  // Of the train stage only the worker measures accuracy, which takes munkres.
  expect(kmeans.train).toHaveProperty("munkres");
});

test("the same code has the same digests", async () => {
  expect(await codeOf("kmeans")).toEqual(kmeans);
});

test("a system that is not there is named", async () => {
  await expect(codeOf("k-means")).rejects.toThrow('no model named "k-means"');
});

test("what is remembered of the code is what it is", async () => {
  const code = await codeOf("kmeans");
  for (let i = 0; i < 2; i++) expect(await codeOfPlan("kmeans", "moons", program, root)).toEqual(code);
});

test("a bundle that was made of other modules than those that are built is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gumbel-bundle-"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "package.json"), '{ "dependencies": { "@gumbel/random": "workspace:*" } }');
  mkdirSync(join(folder, "node_modules/@gumbel/random/dist"), { recursive: true });
  writeFileSync(join(folder, "node_modules/@gumbel/random/package.json"), '{ "name": "@gumbel/random" }');
  const built = join(folder, "node_modules/@gumbel/random/dist/index.js");
  const madeOf = join(folder, "dist/made-of.json");
  const sha256 = createHash("sha256").update("export {};").digest("hex");
  writeFileSync(built, "export {};");
  writeFileSync(madeOf, JSON.stringify({ "@gumbel/random/dist/index.js": sha256 }));
  await expect(checkBundle(join(folder, "bin.mjs"))).resolves.toBeUndefined();
  writeFileSync(built, "export const edited = 1;");
  await expect(checkBundle(join(folder, "bin.mjs"))).rejects.toThrow(
    /built before a module[\s\S]*index\.js[\s\S]*pnpm build/,
  );
  rmSync(folder, { recursive: true });
});
