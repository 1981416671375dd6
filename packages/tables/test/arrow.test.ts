import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  column,
  ExamplesWriter,
  readDatasetInfo,
  readExamples,
  readTable,
  TableWriter,
} from "../src/index.js";

const folder = () => mkdtempSync(join(tmpdir(), "gumbel-arrow-"));

const info = {
  name: "tiny",
  title: "Tiny",
  kind: "image" as const,
  shape: [2, 1, 1],
  scale: 1 / 255,
  offset: 0,
  range: "unit" as const,
  classes: ["a", "b"],
  source: "a test",
};

test("examples written in two batches are read as one, in order", async () => {
  const path = join(folder(), "data.arrow");
  const writer = new ExamplesWriter(path, info);
  writer.write({
    features: Uint8Array.of(1, 2, 3, 4),
    labels: Int32Array.of(0, 1),
    split: Uint8Array.of(0, 0),
    index: Uint32Array.of(0, 1),
  });
  writer.write({
    features: Uint8Array.of(5, 6),
    labels: Int32Array.of(-1),
    split: Uint8Array.of(1),
    index: Uint32Array.of(2),
  });
  writer.close();
  const examples = await readExamples(path);
  expect(examples.info).toEqual(info);
  expect(await readDatasetInfo(path)).toEqual(info);
  expect([...examples.features]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...examples.labels]).toEqual([0, 1, -1]);
  expect([...examples.split]).toEqual([0, 0, 1]);
  expect([examples.n, examples.d]).toEqual([3, 2]);
});

test("a table of many batches is in memory once while it is read, not a second time batch by batch", () => {
  const path = join(folder(), "t.arrow");
  const writer = new TableWriter(path);
  const [batches, rows, width] = [100, 1000, 500];
  for (let batch = 0; batch < batches; batch++) {
    const values = new Float32Array(rows * width).fill(batch);
    writer.write({ x: { values, width }, label: { values: new Int32Array(rows).fill(batch), width: 1 } });
  }
  writer.close();
  const read = `
    import { readTable } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    import { peakMemory } from ${JSON.stringify(new URL("../../workspace/dist/index.js", import.meta.url).href)};
    const before = await peakMemory();
    const { columns: { x, label } } = await readTable(${JSON.stringify(path)});
    const grown = (await peakMemory() - before) / x.values.byteLength;
    console.log(JSON.stringify({ grown, rows: label.values.length, ends: [x.values[0], x.values.at(-1), label.values[1500]] }));`;
  const found = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", read], { encoding: "utf8" }),
  );
  expect(found).toMatchObject({ rows: batches * rows, ends: [0, batches - 1, 1] });
  expect(found.grown).toBeLessThan(1.6);
});

test("a table that was not closed leaves no file under its name", () => {
  const at = folder();
  const writer = new TableWriter(join(at, "t.arrow"));
  writer.write({ x: { values: Float32Array.of(1), width: 1 } });
  expect(readdirSync(at)).toEqual(["t.arrow.tmp"]);
  writer.abort();
  expect(readdirSync(at)).toEqual([]);
});

test("a column of the wrong type is refused by name", async () => {
  const path = join(folder(), "t.arrow");
  const writer = new TableWriter(path);
  writer.write({ x: { values: Float32Array.of(1), width: 1 } });
  writer.close();
  const table = await readTable(path);
  expect(() => column(table, "x", Uint8Array)).toThrow(/lacks the column "x" of Uint8Array/);
});

test("a truncated Arrow file is an error that names it", async () => {
  const path = join(folder(), "t.arrow");
  const { readFileSync, writeFileSync } = await import("node:fs");
  const writer = new TableWriter(path);
  writer.write({ x: { values: Float32Array.of(1, 2, 3), width: 3 } });
  writer.close();
  writeFileSync(path, readFileSync(path).subarray(0, 40));
  await expect(readTable(path)).rejects.toThrow(/t\.arrow/);
});
