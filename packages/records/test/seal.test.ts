/** What a record says is what was written: nothing of it is believed once it has been changed. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readRecord, recordPath, sealed } from "../src/index.js";

const project = resolve(import.meta.dirname, "../../..");
const kept = readdirSync(dirname(recordPath(project, "benchmark", "any")));
const pipeline = "usps-dec";
const original = readFileSync(recordPath(project, "benchmark", pipeline), "utf8");
const root = mkdtempSync(join(tmpdir(), "gumbel-seal-"));
const path = recordPath(root, "benchmark", pipeline);
mkdirSync(dirname(path), { recursive: true });
afterAll(() => rmSync(root, { recursive: true }));

interface Fields {
  profile: string;
  data: { sha256: string; examples: number };
  summary: Record<string, { mean: number; std: number | null }>;
  runs: { epochs: number; figures: Record<string, number> }[];
  made: { date: string }[];
}

const read = (change: (record: Fields) => void) => {
  const record = JSON.parse(original) as Fields;
  change(record);
  writeFileSync(path, JSON.stringify(record));
  return readRecord(root, "benchmark", pipeline);
};

test("a record is read whatever its white space", async () => {
  expect((await read(() => {}))?.pipeline).toBe(pipeline);
});

test.each<[string, (record: Fields) => void]>([
  ["a standard deviation", ({ summary }) => Object.assign(summary.accuracy!, { std: 0.001 })],
  [
    "an accuracy, with the mean that follows",
    ({ summary, runs }) => {
      for (const { figures } of runs) figures.accuracy = 1.7;
      Object.assign(summary.accuracy!, { mean: 1.7, std: 0 });
    },
  ],
  ["the profile", (record) => Object.assign(record, { profile: "quick" })],
  ["the digest of the data", ({ data }) => Object.assign(data, { sha256: "0".repeat(64) })],
  ["the number of examples", ({ data }) => Object.assign(data, { examples: 1 })],
  ["the epochs of a run", ({ runs }) => Object.assign(runs[0]!, { epochs: 1 })],
  ["a date", ({ made }) => Object.assign(made[0]!, { date: "2030-01-01T00:00:00.000Z" })],
  ["its digest", (record) => Object.assign(record, { digest: "0".repeat(64) })],
])("a record in which %s was changed is refused by name", async (_, change) => {
  await expect(read(change)).rejects.toThrow(/usps-dec\.json/);
});

test("a figure outside of its range is refused under a digest of its own as well", async () => {
  const { digest: _, ...record } = JSON.parse(original) as Fields & { digest: string };
  for (const { figures } of record.runs) figures.accuracy = 1.7;
  Object.assign(record.summary.accuracy!, { mean: 1.7, std: 0 });
  writeFileSync(path, sealed(record));
  await expect(readRecord(root, "benchmark", pipeline)).rejects.toThrow(
    /accuracy: expected a number from 0 to 1, found 1\.7[\s\S]*usps-dec\.json/,
  );
});

test.each(kept)("%s is written as it is read", (file) => {
  const text = readFileSync(recordPath(project, "benchmark", basename(file, ".json")), "utf8");
  const { digest: _, ...content } = JSON.parse(text) as Record<string, unknown>;
  expect(sealed(content)).toBe(text);
});
