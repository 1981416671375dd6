/** Data sets from the user's CSV files. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { csv } from "../src/csv.js";
import { collect, temporaryFolder, writeFiles } from "./support.js";

const open = (text: string, options: object = {}) => {
  const folder = temporaryFolder();
  writeFiles(folder, { "mine.csv": text });
  return csv.open(csv.optionsSchema.parse({ path: "mine.csv", ...options }), {
    seed: 0,
    folder,
    log: () => {},
  });
};

test("columns of numbers are features, in the order of the header; everything is training data", async () => {
  const opened = await open("a,b,c\n1,2,3\n-4.5,5e-1,6\n");
  expect(opened.info).toMatchObject({ kind: "vector", shape: [3], classes: [], range: "real", scale: 1 });
  expect(opened.sizes).toEqual({ train: 2, test: 0 });
  expect(await collect(opened)).toMatchObject({
    features: [1, 2, 3, -4.5, 0.5, 6],
    labels: [-1, -1],
    split: [0, 0],
    index: [0, 1],
  });
});

test("the class may be any text, and is unknown if it is empty; the split is read from its column", async () => {
  const text = '\uFEFFkind,x,part,y\n"cat, big",1,train,2\ndog,3,test,4\n,5,train,6\ncat,7,test,8\n';
  const opened = await open(text, { label: "kind", split: "part" });
  expect(opened.info).toMatchObject({ kind: "points", classes: ["cat", "cat, big", "dog"] });
  expect(opened.sizes).toEqual({ train: 2, test: 2 });
  expect(await collect(opened)).toMatchObject({
    features: [1, 2, 3, 4, 5, 6, 7, 8],
    labels: [1, 2, -1, 0],
    split: [0, 1, 0, 1],
    index: [0, 1, 2, 3],
  });
});

test("classes that are all numbers are ordered by value", async () => {
  expect((await open("x,digit\n0,10\n0,9\n0,2\n", { label: "digit" })).info.classes).toEqual([
    "2",
    "9",
    "10",
  ]);
});

test("rows are images if a shape is given", async () => {
  const opened = await open("a,b,c,d\n0,255,0,255\n", { shape: [2, 2, 1], scale: 1 / 255, range: "unit" });
  expect(opened.info).toMatchObject({ kind: "image", shape: [2, 2, 1], scale: 1 / 255, range: "unit" });
});

test("5,001 rows come in batches of 2,000", async () => {
  const rows = Array.from({ length: 5001 }, (_, i) => `${i},1`);
  const { features, index, rows: batches } = await collect(await open(`a,b\n${rows.join("\r\n")}`));
  expect(batches).toEqual([2000, 2000, 1001]);
  expect(index.at(-1)).toBe(5000);
  expect(features.slice(-2)).toEqual([5000, 1]);
});

test("the path of the file may be absolute or relative to the pipeline's folder", () => {
  const paths = (path: string) =>
    csv.ownFiles!(csv.optionsSchema.parse({ path }), join("/", "pipelines", "x"));
  expect(paths("data/mine.csv")).toEqual(["/pipelines/x/data/mine.csv"]);
  expect(paths("/data/mine.csv")).toEqual(["/data/mine.csv"]);
});

describe("rejected, naming the file and the line:", () => {
  test.each([
    { fault: "an empty file", text: "", says: /no training example[\s\S]*mine\.csv/ },
    { fault: "a header without rows", text: "a,b\n", says: /no training example[\s\S]*mine\.csv/ },
    { fault: "a row that is cut short", text: "a,b\n1,2\n3", says: /CSV[\s\S]*mine\.csv/ },
    { fault: "a quote without end", text: 'a,b\n1,"2\n', says: /CSV[\s\S]*mine\.csv/ },
    {
      fault: "a word among the numbers",
      text: "a,b\n1,2\n3,four\n",
      says: /"four" is not a number[\s\S]*mine\.csv:3/,
    },
    { fault: "an empty value", text: "a,b\n1,\n", says: /"" is not a number[\s\S]*mine\.csv:2/ },
    {
      fault: "an infinite value",
      text: "a,b\n1,Infinity\n",
      says: /"Infinity" is not a number[\s\S]*mine\.csv:2/,
    },
    { fault: "a column twice", text: "a,a\n1,2\n", says: /two columns are named "a"[\s\S]*mine\.csv:1/ },
    {
      fault: "a missing label column",
      text: "a,b\n1,2\n",
      options: { label: "c" },
      says: /no column "c"[\s\S]*mine\.csv:1/,
    },
    {
      fault: "no column but the label",
      text: "a\n1\n",
      options: { label: "a" },
      says: /no column is left[\s\S]*mine\.csv:1/,
    },
    {
      fault: "another split",
      text: "a,s\n1,dev\n",
      options: { split: "s" },
      says: /"dev" is not a split[\s\S]*mine\.csv:2/,
    },
    { fault: "test rows alone", text: "a,s\n1,test\n", options: { split: "s" }, says: /no training example/ },
    {
      fault: "a shape of another size",
      text: "a,b\n1,2\n",
      options: { shape: [2, 2, 1] },
      says: /2x2x1 does not have 2 values/,
    },
  ])("$fault", async ({ text, options = {}, says }) => {
    await expect(open(text, options).then(collect)).rejects.toThrow(says);
  });

  test("a missing file", async () => {
    const opened = csv.open(csv.optionsSchema.parse({ path: "none.csv" }), {
      seed: 0,
      folder: temporaryFolder(),
      log: () => {},
    });
    await expect(opened).rejects.toThrow(/missing[\s\S]*none\.csv[\s\S]*pipeline's folder/);
  });
});
