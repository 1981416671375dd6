/** New rows for a trained model. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetInfo } from "@gumbel/tables";
import { afterAll, describe, expect, test } from "vitest";
import { type NewRows, openNewRows } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "gumbel-new-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const common = { scale: 1, offset: 0, range: "real" as const, classes: [], source: "a test" };
const info: DatasetInfo = {
  ...common,
  name: "file",
  title: "training.csv",
  kind: "vector",
  shape: [3],
  preparation: {
    kind: "table",
    columns: [
      { kind: "number", name: "metres", centre: 100, scale: 10, range: [80, 130], fill: null },
      { kind: "categories", name: "colour", categories: ["blue", "red"], fill: null },
    ],
  },
};
const options = { path: "data/training.csv", label: "kind", ignore: ["note"] };

async function read(
  name: string,
  contents: string,
  of: DatasetInfo = info,
): Promise<{ rows: NewRows[]; log: string[] }> {
  const path = join(folder, name);
  writeFileSync(path, contents);
  const log: string[] = [];
  const rows: NewRows[] = [];
  for await (const chunk of await openNewRows(path, options, of, (line) => log.push(line))) rows.push(chunk);
  return { rows, log };
}

describe("a table of new rows", () => {
  test("is prepared as that of training, whatever the order of its columns, without a label, beside others", async () => {
    const { rows } = await read("new.csv", "colour,extra,metres\nred,7,120\nblue,8,95\n");
    expect(rows).toHaveLength(1);
    expect([...rows[0]!.input]).toEqual([2, 0, 1, -0.5, 1, 0]);
    expect(rows[0]!.own.map(({ name, values }) => [name, ...values])).toEqual([
      ["colour", "red", "blue"],
      ["extra", 7, 8],
      ["metres", 120, 95],
    ]);
  });

  test("may be of another format than the file of training", async () => {
    const { rows } = await read("new.jsonl", '{"metres": 110, "colour": "blue"}\n');
    expect([...rows[0]!.input]).toEqual([1, 1, 0]);
  });

  test("says how many rows have a category that training did not have", async () => {
    const { rows, log } = await read("green.csv", "metres,colour\n100,green\n100,red\n");
    expect([...rows[0]!.input]).toEqual([0, 0, 0, 0, 0, 1]);
    expect(log.at(-1)).toMatch(/"colour": 1 rows have a value that no training row has/);
  });

  test("says how many rows lie far outside of those of training, as in other units", async () => {
    const { log } = await read("centimetres.csv", "metres,colour\n100,red\n9500,red\n12000,blue\n");
    expect(log.at(-1)).toMatch(
      /^"metres": 2 rows lie far outside of those of training: the first has 9500 \(.*centimetres\.csv:3\), those of training 80 to 130;/,
    );
    expect((await read("near.csv", "metres,colour\n40,red\n170,blue\n")).log.join()).not.toContain("outside");
  });

  test("may have fields that could be no column", async () => {
    const { rows } = await read(
      "more.jsonl",
      '{"tags":["new"],"colour":"red","metres":110,"place":{"x":1}}\n',
    );
    expect([...rows[0]!.input]).toEqual([1, 0, 1]);
  });

  test("that lacks a column, or a value, is an error that names it and its line", async () => {
    await expect(read("less.csv", "metres,hue\n100,1\n")).rejects.toThrow(/there is no column "colour"/);
    await expect(read("blank.csv", "metres,colour\n100,red\n,blue\n")).rejects.toMatchObject({
      problem: {
        what: 'a value is missing in the column "metres"',
        where: expect.stringMatching(/blank\.csv:3/),
      },
    });
  });
});

test("texts are no rows of a table, and a table is no texts", async () => {
  const texts = join(folder, "texts");
  mkdirSync(texts);
  writeFileSync(join(texts, "a.txt"), "good goals and good matches");
  const preparation = { kind: "text" as const, terms: ["goal", "good"], inverseFrequencies: [1, 1] };
  const ofTexts: DatasetInfo = {
    ...common,
    name: "file",
    title: "texts",
    kind: "text",
    shape: [2],
    preparation,
  };
  const chunks: NewRows[] = [];
  for await (const each of await openNewRows(texts, {}, ofTexts, () => {})) chunks.push(each);
  const [chunk] = chunks;
  // 1 + ln 1 and 1 + ln 2, scaled to length √2.
  const length = Math.hypot(1, 1 + Math.log(2)) / Math.SQRT2;
  expect(chunk!.input[0]).toBeCloseTo(1 / length, 6);
  expect(chunk!.input[1]).toBeCloseTo((1 + Math.log(2)) / length, 6);
  expect(chunk!.own).toEqual([{ name: "file", values: ["a.txt"] }]);
  await expect(openNewRows(texts, {}, info, () => {})).rejects.toThrow(/a folder of texts/);
  await expect(read("table.csv", "metres,colour\n1,red\n", ofTexts)).rejects.toThrow(/a file of format csv/);
});

describe("a column of texts", () => {
  const ofColumn: DatasetInfo = {
    ...common,
    name: "file",
    title: "tickets.csv",
    kind: "text",
    shape: [2],
    preparation: { kind: "text", column: "message", terms: ["goal", "good"], inverseFrequencies: [1, 1] },
  };

  test("is found by its name, and texts without a known word are counted", async () => {
    const { rows, log } = await read("tickets.csv", "id,message\n7,goals\n8,nothing\n", ofColumn);
    expect([...rows[0]!.input]).toEqual([Math.fround(Math.SQRT2), 0, 0, 0]);
    expect(rows[0]!.own.map(({ name }) => name)).toEqual(["id", "message"]);
    expect(log.at(-1)).toMatch(/^1 of 2 texts have none of the 2 words/);
  });

  test("that is not there, or lacks a text, is an error that names it", async () => {
    await expect(read("other.csv", "id,subject\n7,goals\n", ofColumn)).rejects.toThrow(
      /there is no column "message"/,
    );
    await expect(read("gap.csv", "id,message\n7,goals\n8,\n", ofColumn)).rejects.toMatchObject({
      problem: { where: expect.stringMatching(/gap\.csv:3/) },
    });
  });
});

test("images of another size are refused with both sizes", async () => {
  const pixels: DatasetInfo = {
    ...common,
    name: "mnist",
    title: "MNIST",
    kind: "image",
    shape: [2, 2, 1],
    scale: 1 / 255,
  };
  await expect(read("wide.csv", "a,b,c\n1,2,3\n4,5,6\n", pixels)).rejects.toMatchObject({
    problem: { what: "the examples are of 3 values", expected: "2 x 2 x 1, as in training" },
  });
  const { rows } = await read("right.csv", "a,b,c,d\n0,255,51,102\n", pixels);
  [0, 1, 0.2, 0.4].forEach((value, i) => {
    expect(rows[0]!.input[i]).toBeCloseTo(value, 6);
  });
});
