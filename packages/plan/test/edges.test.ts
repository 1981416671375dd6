/** Training that starts from another pipeline's weights reruns when they change, or is refused. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEdges } from "../src/edges.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-edges-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const source = "@pipelines/moons-ae-kmeans#train";
const writeTurbo = (train: object): void =>
  writeFileSync(
    join(folder, "turbo.json"),
    `{\n  // By hand.\n  "extends": ["//", "@gumbel/tasks"], "tasks": { "train": ${JSON.stringify(train)} }\n}`,
  );

test("pretrainedFrom written by hand is refused, and what writes its edge is named", async () => {
  writeFileSync(join(folder, "turbo.json"), '{ "extends": ["//", "@gumbel/tasks"] }');
  await expect(checkEdges(folder, "moons-ae-kmeans")).rejects.toThrow(
    /starts from moons-ae-kmeans, and turbo does not know it[\s\S]*pnpm gumbel tasks/,
  );
  await checkEdges(folder, null);
});

test.each([
  { half: "the order alone", train: { dependsOn: ["$TURBO_EXTENDS$", source] } },
  {
    half: "the key alone",
    train: { inputs: ["package.json", { mode: "dependencyOutputs", from: [source] }] },
  },
])("$half is refused", async ({ train }) => {
  writeTurbo(train);
  await expect(checkEdges(folder, "moons-ae-kmeans")).rejects.toThrow(source);
});

test("the order and the key together are the edge", async () => {
  writeTurbo({ dependsOn: [source], inputs: ["package.json", { from: ["plan", source] }] });
  await checkEdges(folder, "moons-ae-kmeans");
  await expect(checkEdges(folder, "moons-vae")).rejects.toThrow("moons-vae");
});
