import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newPipeline } from "../src/newPipeline.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-new-"));
  mkdirSync(join(root, "pipelines", "overview"), { recursive: true });
  writeFileSync(
    join(root, "pipelines", "overview", "package.json"),
    '{ "devDependencies": { "@pipelines/moons": "workspace:*" } }',
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const linked = async (): Promise<void> => {};
const read = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(root, "pipelines", ...path), "utf8"));

test("makes the three files of a pipeline and tells the overview of it", async () => {
  await newPipeline(root, "my-digits", "usps", "gumbel-vae", linked);
  expect(read("my-digits", "pipeline.json")).toMatchObject({ dataset: "usps", model: "gumbel-vae" });
  expect(read("my-digits", "package.json").name).toBe("@pipelines/my-digits");
  expect(Object.keys(read("my-digits", "turbo.json").tasks as object)).toEqual([
    "plan",
    "ingest",
    "train",
    "extract",
    "evaluate",
    "report",
  ]);
  expect(Object.keys(read("overview", "package.json").devDependencies as object)).toEqual([
    "@pipelines/moons",
    "@pipelines/my-digits",
  ]);
});

test.each([
  { what: "a name with capitals", args: ["Digits", "usps", "kmeans"], message: /small letters/ },
  { what: "a path for a name", args: ["../digits", "usps", "kmeans"], message: /small letters/ },
  { what: "a name that is taken", args: ["overview", "usps", "kmeans"], message: /a pipeline of that name/ },
  { what: "an unknown data set", args: ["digits", "upss", "kmeans"], message: /usps/ },
  { what: "an unknown model", args: ["digits", "usps", "k-means"], message: /kmeans/ },
] as const)("refuses $what and leaves nothing behind", async ({ args: [name, dataset, model], message }) => {
  await expect(newPipeline(root, name, dataset, model, linked)).rejects.toThrow(message);
  expect(existsSync(join(root, "pipelines", "digits"))).toBe(false);
});
