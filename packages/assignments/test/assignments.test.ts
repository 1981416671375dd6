import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Examples } from "@gumbel/tables";
import { tableFromIPC } from "apache-arrow";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, test } from "vitest";
import { answerColumns, answerWriter, clustersOf, type NamedColumn } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "gumbel-assignments-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Four points in the plane: two around (0, 1), two around (10, 0); cluster 2 is empty. */
const examples: Examples = {
  info: {
    name: "file",
    title: "four.csv",
    kind: "points",
    shape: [2],
    scale: 1,
    offset: 0,
    range: "real",
    classes: ["left", "right"],
    source: "a test",
  },
  n: 4,
  d: 2,
  features: Float32Array.of(0, 0, 0, 2, 10, 3, 10, -3),
  labels: Int32Array.of(0, 0, 1, 1),
  split: new Uint8Array(4),
  index: Uint32Array.of(0, 1, 2, 3),
};
const cluster = Int32Array.of(1, 1, 0, 0);

describe("the answer", () => {
  const clusters = clustersOf(examples, cluster, [1, 0, -1]);

  test("has each cluster's class and mean", () => {
    expect(clusters.classes).toEqual(["right", "left", null]);
    expect([...clusters.centres.subarray(0, 4)]).toEqual([10, 0, 0, 1]);
    expect(clusters.centres[4]).toBeNaN();
  });

  test("stands after the user's own columns: cluster, class, probability, distance to the mean", () => {
    const own: NamedColumn[] = [{ name: "cluster", values: ["mine", null, "x", "y"] }];
    const probabilities = Float32Array.of(0.1, 0.9, 0, 0.2, 0.8, 0, 1, 0, 0, 0.5, 0.25, 0.25);
    const input = examples.features as Float32Array;
    const columns = answerColumns(own, { cluster, probabilities, input }, clusters);
    expect(columns.map(({ name }) => name)).toEqual([
      "cluster",
      "cluster_",
      "class",
      "probability",
      "distance",
    ]);
    expect(columns.slice(1).map(({ values }) => [...values])).toEqual([
      [1, 1, 0, 0],
      ["left", "left", "right", "right"],
      [0.9, 0.8, 1, 0.5],
      [1, 1, 3, 3],
    ]);
  });

  test("has no class without matched classes, and no probability if the system has none", () => {
    const unmatched = { ...clusters, classes: [null, null, null] };
    const input = examples.features as Float32Array;
    const columns = answerColumns([], { cluster, probabilities: null, input }, unmatched);
    expect(columns.map(({ name }) => name)).toEqual(["cluster", "distance"]);
  });
});

describe("a written table", () => {
  const some = (first: number): NamedColumn[] => [
    { name: "a, b", values: Float64Array.of(first, Number.NaN) },
    { name: "text", values: ['say "hi"', null] },
  ];
  const written = (name: string): string => {
    const path = join(folder, name);
    const writer = answerWriter(path);
    writer.write(some(1));
    expect(existsSync(path)).toBe(false);
    writer.write(some(1e-25));
    writer.close();
    return path;
  };

  test("is CSV with quotes where they are needed, and blanks for missing values", () => {
    expect(readFileSync(written("t.csv"), "utf8")).toBe(
      '"a, b",text\n1,"say ""hi"""\n,\n1e-25,"say ""hi"""\n,\n',
    );
  });

  test("is Parquet with nulls for missing values", async () => {
    const file = await asyncBufferFromFile(written("t.parquet"));
    expect(await parquetReadObjects({ file })).toEqual([
      { "a, b": 1, text: 'say "hi"' },
      { "a, b": null, text: null },
      { "a, b": 1e-25, text: 'say "hi"' },
      { "a, b": null, text: null },
    ]);
  });

  test("is Arrow", () => {
    const table = tableFromIPC(readFileSync(written("t.arrow")));
    expect([...table.getChild("a, b")!]).toEqual([1, Number.NaN, 1e-25, Number.NaN]);
    expect([...table.getChild("text")!]).toEqual(['say "hi"', null, 'say "hi"', null]);
  });

  test("leaves nothing if it is given up, and knows its formats", () => {
    const writer = answerWriter(join(folder, "u.csv"));
    writer.write(some(1));
    writer.abort();
    expect(existsSync(join(folder, "u.csv"))).toBe(false);
    expect(existsSync(join(folder, "u.csv.tmp"))).toBe(false);
    expect(() => answerWriter("answers.xlsx")).toThrow(/answers cannot be written as "\.xlsx"/);
  });
});
