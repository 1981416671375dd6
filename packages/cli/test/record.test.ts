import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readRecord } from "@gumbel/records";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recordRun, recordToKeep } from "../src/record.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-record-"));
  for (const [name, folder] of [
    ["usps-kmeans", "studies/benchmark/usps/kmeans"],
    ["alone", "pipelines/alone"],
    ["usps-few", "pipelines/usps-few"],
  ] as const) {
    const path = join(root, folder);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "package.json"), JSON.stringify({ name: `@pipelines/${name}` }));
    writeFileSync(join(path, "pipeline.json"), "{}");
  }
  const row = { system: "auxiliary-clustering", labels: 100, pipelines: { usps: "usps-few" } };
  const table = { id: "a", title: "A", source: "A", datasets: ["usps"], metrics: ["nmi"], rows: [row] };
  writeFileSync(
    join(root, "studies", "benchmark", "study.json"),
    JSON.stringify({ title: "A", tables: [table] }),
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each([
  { pipeline: "usps-kmeans", what: "a member that has not run", message: /no finished run/ },
  {
    pipeline: "usps-few",
    what: "a pipeline that a table shows and that has not run",
    message: /no finished run/,
  },
  { pipeline: "alone", what: "a pipeline that is in no study", message: /no member of a study/ },
  { pipeline: "usps-dec", what: "a name that is no pipeline's", message: /no member of a study/ },
])("writes no record of $what", async ({ pipeline, message }) => {
  await expect(recordRun(root, pipeline)).rejects.toThrow(message);
  expect(existsSync(join(root, "studies", "benchmark", "records"))).toBe(false);
});

test("a quick run does not replace a full record of three seeds, unless it is told to", async () => {
  const full = (await readRecord(resolve(import.meta.dirname, "../../.."), "benchmark", "usps-dec"))!;
  const quick = { ...full, profile: "quick" as const, runs: full.runs.slice(0, 1) };
  expect(() => recordToKeep(full, quick, "usps-dec.json", false)).toThrow(
    /record of full profile, seeds 0, 1, 2 would be lost: this is a run of quick profile, seed 0[\s\S]*--replace/,
  );
  expect(recordToKeep(full, quick, "usps-dec.json", true)).toBe(quick);
  expect(recordToKeep(undefined, quick, "usps-dec.json", false)).toBe(quick);
});
