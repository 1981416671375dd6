import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { recordResult } from "../src/record.js";

const folder = mkdtempSync(join(tmpdir(), "gumbel-bench-"));
const path = join(folder, "bench.json");
afterEach(() => rmSync(path, { force: true }));

const result = (name: string, median: number) => ({
  name,
  title: name,
  unit: "s",
  ours: { min: median, median, max: median },
  peakRssBytes: 1e6,
  libraries: "ours",
  date: "2026-12-01",
  rounds: 3,
});
const order = ["a", "b", "c"];
const read = () =>
  JSON.parse(readFileSync(path, "utf8")) as Record<string, { name: string; ours: { median: number } }[]>;

test("a new measurement replaces that of the same benchmark on the same machine alone", async () => {
  await recordResult(path, "one", result("b", 1), order);
  await recordResult(path, "one", result("c", 1), order);
  await recordResult(path, "two", result("b", 2), order);
  await recordResult(path, "one", result("b", 3), order);
  await recordResult(path, "one", result("a", 3), order);
  const record = read();
  expect(record.one!.map(({ name, ours }) => [name, ours.median])).toEqual([
    ["a", 3],
    ["b", 3],
    ["c", 1],
  ]);
  expect(record.two!.map(({ ours }) => ours.median)).toEqual([2]);
});

test("a benchmark that is no more leaves the record", async () => {
  await recordResult(path, "one", result("a", 1), order);
  await recordResult(path, "one", result("b", 1), order);
  await recordResult(path, "one", result("b", 2), ["b"]);
  expect(read().one!.map(({ name }) => name)).toEqual(["b"]);
});

test("a damaged record is not replaced in silence", async () => {
  writeFileSync(path, `{"one": [{"name": "a"}]}`);
  await expect(recordResult(path, "one", result("a", 1), order)).rejects.toThrow(/title/);
});
