/** The user's own file as a data set: features, classes, splits, and every fault by its place. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { featureNames, type RawColumn } from "@gumbel/tables";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { file } from "../src/file.js";
import { type FileOptions, optionsSchema } from "../src/files/options.js";
import { ownColumns } from "../src/files/ownColumns.js";
import type { Table } from "../src/files/table.js";
import { prepareTexts, type TextPreparation } from "../src/files/textSet.js";
import { loadDataset } from "../src/index.js";
import { collect, fixture, idx, openFiles } from "../src/testing.js";

const raw = { prepare: "none" };

const filesOf = (options: Partial<FileOptions>, folder: string) =>
  file.files!(file.optionsSchema.parse(options), { folder, log() {} });

const open = (text: string, options: Record<string, unknown> = {}) =>
  openFiles({ "mine.csv": text }, { path: "mine.csv", ...options });

async function originalOf(opened: Awaited<ReturnType<typeof open>>) {
  const columns: RawColumn[][] = [];
  for await (const { original } of opened.batches()) columns.push(original!);
  return Object.fromEntries(
    opened.original!.map((name, j) => [name, columns.flatMap((each) => [...each[j]!])]),
  );
}

test("columns of numbers are features, in the order of the header; everything is training data", async () => {
  const opened = await open("a,b,c\n1,2,3\n-4.5,5e-1,6\n", raw);
  expect(opened.info).toMatchObject({ kind: "vector", shape: [3], classes: [], range: "real", scale: 1 });
  expect(opened.sizes).toEqual({ train: 2, test: 0 });
  expect(await collect(opened)).toMatchObject({
    features: [1, 2, 3, -4.5, 0.5, 6],
    labels: [-1, -1],
    split: [0, 0],
    index: [0, 1],
  });
});

test("the class may be any text, and is unknown if it is blank; the split is read from its column", async () => {
  const text = 'kind,x,part,y\n"cat, big",1,train,2\ndog,3,test,4\n,5,train,6\ncat,7,test,8\n';
  const opened = await open(text, { ...raw, label: "kind", split: "part" });
  expect(opened.info).toMatchObject({ kind: "points", classes: ["cat", "cat, big", "dog"] });
  expect(opened.info.columns).toEqual({ label: "kind", ignored: [], doubts: [] });
  expect(opened.sizes).toEqual({ train: 2, test: 2 });
  expect(await collect(opened)).toMatchObject({
    features: [1, 2, 3, 4, 5, 6, 7, 8],
    labels: [1, 2, -1, 0],
    split: [0, 1, 0, 1],
    index: [0, 1, 2, 3],
  });
});

test("classes that are all numbers are ordered by value, and keep how they are written", async () => {
  const { info } = await open("x,digit\n0,10\n1,09\n2,2\n", { label: "digit" });
  expect(info.classes).toEqual(["2", "09", "10"]);
});

test("two classes that differ in a letter outside of ASCII are two", async () => {
  const text = Buffer.from("x,kind\n1,Gr\xf6\xdfe\n2,Gr\xfc\xdfe\n", "latin1");
  const { info } = await openFiles({ "mine.csv": text }, { path: "mine.csv", label: "kind" });
  expect(info.classes).toEqual(["Größe", "Grüße"]);
});

describe("preparation", () => {
  test("standardizes by the training rows alone, and is kept with the data", async () => {
    const opened = await open("x,y,part\n1,5,train\n3,5,train\n9,6,test\n", { split: "part" });
    expect((await collect(opened)).features).toEqual([-1, 0, 1, 0, 7, 0]);
    expect(opened.info.preparation).toEqual({
      kind: "table",
      columns: [
        { kind: "number", name: "x", centre: 2, scale: 1, range: [1, 3], fill: null },
        { kind: "number", name: "y", centre: 5, scale: null, range: [5, 5], fill: null },
      ],
    });
    expect(opened.log.join("\n")).toContain('constant, and so 0: "y"');
  });

  test("may differ by column; text becomes a feature per value", async () => {
    const text = "x,zip,kind\n1,10,b\n3,20,a\n5,10,b\n";
    const prepare = { default: "minmax", columns: { zip: "categories" } };
    const opened = await open(text, { prepare });
    expect(featureNames(opened.info.preparation!)).toEqual(["x", "zip=10", "zip=20", "kind=a", "kind=b"]);
    expect((await collect(opened)).features).toEqual([0, 1, 0, 0, 1, 0.5, 0, 1, 1, 0, 1, 1, 0, 0, 1]);
  });

  test("values that differ in case or blanks alone are told, of the classes as well", async () => {
    const text = "x,colour,kind\n1,light  blue,A\n2,Light blue,b\n5,red,a\n";
    const { log } = await open(text, { label: "kind" });
    expect(log).toContain('classes: "A" and "a" differ in case or blanks alone, and are two values');
    expect(log.join("\n")).toMatch(/"colour": "[^"]+" and "[^"]+" differ in case or blanks alone/);
    expect((await open("x,kind\n1,a\n2,ab\n", { label: "kind" })).log.join("\n")).not.toContain("differ");
  });

  test("a test row with a value that training lacks has none of its features, and is told", async () => {
    const opened = await open("x,kind,part\n1,a,train\n2,b,train\n3,c,test\n", { ...raw, split: "part" });
    expect((await collect(opened)).features).toEqual([1, 1, 0, 2, 0, 1, 3, 0, 0]);
    expect(opened.log.join("\n")).toContain('"kind": 1 test rows have a value that no training row has');
  });
});

describe("missing values", () => {
  const text = "x,y,kind\n1,1,a\n,2,b\n3,NA,?\n8,4,a\n";
  test.each([
    { missing: "mean", features: [1, 1, 4, 2, 3, 7 / 3, 8, 4] },
    { missing: "median", features: [1, 1, 3, 2, 3, 2, 8, 4] },
  ])("are filled with the $missing", async ({ missing, features }) => {
    const opened = await open(text, { ...raw, missing, ignore: ["kind"] });
    expect((await collect(opened)).features).toEqual([...Float32Array.from(features)]);
    expect(opened.log.join("\n")).toContain('missing values filled: "x" 1, "y" 1');
  });

  test("drop their rows, which keep their position in the file, also beside the features", async () => {
    const opened = await open(text, { ...raw, missing: "drop", label: "kind" });
    expect(opened.sizes).toEqual({ train: 2, test: 0 });
    expect(opened.log.join("\n")).toContain("2 of 4 rows miss a value and are dropped");
    expect(await collect(opened)).toMatchObject({ features: [1, 1, 8, 4], index: [0, 3], labels: [0, 0] });
    expect(await originalOf(opened)).toEqual({ x: [1, 8], y: [1, 4], kind: ["a", "a"] });
  });
});

describe("a column that numbers the rows is left out, and told", () => {
  test.each([
    { name: "", first: 0 },
    { name: "Unnamed: 0", first: 0 },
    { name: "index", first: 0 },
    { name: "id", first: 1 },
    { name: "PassengerId", first: 1 },
    { name: "Row ID", first: 0 },
    { name: "customer_no", first: 1 },
  ])('"$name" from $first', async ({ name, first }) => {
    const opened = await open(`${name},x\n${first},5\n${first + 1},6\n${first + 2},7\n`, raw);
    expect((await collect(opened)).features).toEqual([5, 6, 7]);
    expect(opened.log.join("\n")).toContain(`left out, since it numbers the rows: "${name}"`);
    expect(opened.info.columns!.ignored).toEqual([name]);
    expect(opened.original).toEqual([name, "x"]);
  });

  test("but not if it does something else, or has another name", async () => {
    expect((await collect(await open("id,n\n1,1\n2,2\n4,3\n", raw))).features).toEqual([1, 1, 2, 2, 4, 3]);
  });
});

describe("a doubtful column is told, in the log and to the report", () => {
  const rows = (of: (i: number) => string, count = 40): string =>
    Array.from({ length: count }, (_, i) => `\n${of(i)}`).join("");

  const doubtsOf = async (...[text, options]: Parameters<typeof open>): Promise<string[]> => {
    const { info, log } = await open(text, options);
    const { doubts } = info.columns!;
    for (const { what, hint } of doubts) expect(log).toContain(`${what}; to try: ${hint}`);
    return doubts.map(({ what }) => what);
  };

  test.each(["1,2,3", "a,b,c", "0.5,0.1,x"])("the label in other words: %s", async (words) => {
    const values = words.split(",");
    const text = `code,x,kind${rows((i) => `${values[i % 3]},${i % 7},k${i % 3}`)}`;
    expect(await doubtsOf(text, { label: "kind", prepare: { columns: { code: "categories" } } })).toEqual([
      'the feature "code" is the label in other words: clusters agree with the label by it alone',
    ]);
  });

  test.each([
    { what: "a row that differs", text: `code,kind${rows((i) => `${i === 39 ? 1 : i % 3},k${i % 3}`)}` },
    { what: "two values of a class", text: `code,kind${rows((i) => `${i % 4},k${i % 2}`)}` },
    { what: "two classes of a value", text: `code,kind${rows((i) => `${i % 2},k${i % 4}`)}` },
    { what: "a few rows", text: `code,kind${rows((i) => `${i % 2},k${i % 2}`, 12)}` },
    { what: "another value in every row", text: `code,kind${rows((i) => `${i},k${i % 2}`)}` },
  ])("but not with $what", async ({ text }) => {
    expect(await doubtsOf(text, { label: "kind" })).toEqual([]);
  });

  test("whole numbers that name the rows; not those that repeat, or are called otherwise", async () => {
    const text = `customer_id,visits,shop_no${rows((i) => `${(i * 77) % 1009},${(i * 77) % 1009},${i % 9}`)}`;
    expect(await doubtsOf(text)).toEqual([
      'the feature "customer_id" has another whole number in every row, as if it named them, and counts as a measurement',
    ]);
  });

  const lengths = Array.from({ length: 30 }, (_, i) => i / 10);
  test.each([
    { what: "nines", values: [...lengths, -999, -999], found: "-999" },
    { what: "the only negative number", values: [...lengths, -200, -200, -200], found: "-200" },
    { what: "a number beyond all scales", values: [...lengths, 1e6, 1e6], found: "1000000" },
    { what: "once alone", values: [...lengths, -9], found: undefined },
    {
      what: "zero, which may be a count",
      values: [...lengths.map((x) => x + 50), 0, 0, 0],
      found: undefined,
    },
    { what: "near the others", values: [...lengths, 4, 4], found: undefined },
    { what: "two values alone", values: [...lengths.map(() => 5), 99, 99], found: undefined },
  ])("a repeated number far from all others: $what", async ({ values, found }) => {
    const text = `x,y\n${values.map((x, i) => `${x},${i % 7}`).join("\n")}\n`;
    const doubts = (await doubtsOf(text)).filter((what) => what.includes("missing"));
    expect(doubts.map((what) => what.split(" ")[0])).toEqual(found === undefined ? [] : [found]);
  });

  test("a spread that is one row's, unless the scale goes by the quartiles", async () => {
    const text = `a,b,c${rows((i) => `${i === 7 ? 1e6 : i % 9},${i % 5},${i === 7 ? -1e6 : i % 4}`)}`;
    expect(await doubtsOf(text)).toEqual([
      `nearly all of the spread of "a", "c" is one row's: beside it the others are alike`,
    ]);
    expect(await doubtsOf(text, { prepare: { default: "robust", columns: { c: "minmax" } } })).toEqual([
      `nearly all of the spread of "c" is one row's: beside it the others are alike`,
    ]);
    expect(await doubtsOf(text, { prepare: "robust" })).toEqual([]);
  });
});

test("a column without any value is left out, and told", async () => {
  const opened = await open("x;;\n1;;\n2;;\n", raw);
  expect((await collect(opened)).features).toEqual([1, 2]);
  expect(opened.log.join("\n")).toContain('left out, since it has no value: "column 2", "column 3"');
});

test("numbers that float32 cannot tell apart are told if they are taken as they are", async () => {
  // Near 4.5 million, 32-bit numbers are half a metre apart; the deviation here is 0.31.
  const text = "x,northing\n1,4500123.25\n2,4500123.5\n3,4500124\n";
  expect((await open(text, raw)).log.join("\n")).toContain('"northing": 32-bit numbers are 0.5 apart there');
  expect((await open(text)).log.join("\n")).not.toContain("apart");
});

describe("images", () => {
  test("in a table have a shape, and bytes become [0, 1]", async () => {
    const opened = await open("a,b,c,d\n0,255,0,51\n", { shape: [2, 2, 1] });
    expect(opened.info).toMatchObject({ kind: "image", shape: [2, 2, 1], scale: 1 / 255, range: "unit" });
    expect(await collect(opened)).toMatchObject({ features: [0, 255, 0, 51], bytesPerValue: 1 });
  });

  test.each([
    { most: 16, scale: 1 / 16 },
    { most: 200, scale: 1 / 255 },
    { most: 4095, scale: 1 / 4095 },
    { most: 40000, scale: 1 / 65535 },
  ])("of 0 to $most have the range of their type, unless they use little of it", async ({ most, scale }) => {
    expect((await open(`a,b\n0,${most}\n1,3\n`, { shape: [1, 2, 1] })).info.scale).toBe(scale);
  });

  test("of fractions stay as they are", async () => {
    const opened = await open("a,b\n0,0.5\n1,0.25\n", { shape: [1, 2, 1] });
    expect(opened.info).toMatchObject({ scale: 1, range: "unit" });
    expect((await collect(opened)).features).toEqual([0, 0.5, 1, 0.25]);
  });

  test("of another range are an error, also in the test rows alone", async () => {
    await expect(open("a,b\n0,-5\n", { shape: [1, 2, 1] })).rejects.toThrow(/pixels reach from -5 to 0/);
    const opened = await open("a,b,s\n0,255,train\n0,256,test\n", { shape: [1, 2, 1], split: "s" });
    await expect(collect(opened)).rejects.toThrow(/pixel "b" is 256[\s\S]*mine\.csv:3/);
  });

  const grey = fixture("own/grey.png");
  test("in subfolders have those as classes, and their file beside them", async () => {
    const white = Buffer.from(
      encode({ width: 2, height: 2, data: new Uint8Array(4).fill(255), channels: 1, depth: 8 }),
    );
    const files = { "p/cat/1.png": grey, "p/dog/2.png": white };
    const opened = await openFiles(files, { path: "p" });
    expect(opened.info).toMatchObject({
      kind: "image",
      shape: [2, 2, 1],
      scale: 1 / 255,
      classes: ["cat", "dog"],
    });
    expect(await collect(opened)).toMatchObject({
      features: [0, 85, 170, 255, 255, 255, 255, 255],
      labels: [0, 1],
    });
    expect((await originalOf(opened)).file).toEqual(["cat/1.png", "dog/2.png"]);
  });

  test("under train/ and test/ have their split", async () => {
    const opened = await openFiles({ "p/test/a/1.png": grey, "p/train/a/2.png": grey }, { path: "p" });
    expect(opened.sizes).toEqual({ train: 1, test: 1 });
    expect((await originalOf(opened)).file).toEqual(["train/a/2.png", "test/a/1.png"]);
  });

  test("of two sizes name the second, and may be resized", async () => {
    const files = { "p/1.png": grey, "p/2.jpg": fixture("own/colour.jpg") };
    await expect(openFiles(files, { path: "p" })).rejects.toThrow(
      /8 x 8 pixels, the first one 2 x 2[\s\S]*2\.jpg/,
    );
    expect((await openFiles(files, { path: "p", size: [4, 4] })).info.shape).toEqual([4, 4, 3]);
  });

  test("in IDX files, plain or compressed, have labels in a file of their own", async () => {
    const images = idx([2, 1, 2], Uint8Array.of(0, 10, 20, 30));
    const labels = gzipSync(idx([2], Uint8Array.of(7, 3)));
    const files = { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte.gz": labels };
    const options = { path: "train-images-idx3-ubyte", label: "train-labels-idx1-ubyte.gz" };
    const opened = await openFiles(files, options);
    expect(opened.info).toMatchObject({ shape: [1, 2, 1], classes: ["3", "7"] });
    expect(await collect(opened)).toMatchObject({ features: [0, 10, 20, 30], labels: [1, 0] });
    expect(Object.values(await filesOf(options, "/p"))).toEqual([
      "/p/train-images-idx3-ubyte",
      "/p/train-labels-idx1-ubyte.gz",
    ]);
  });
});

describe("texts", () => {
  const files = {
    "t/food/1.txt": "Käse, Käse!",
    "t/sport/2.txt": "Ball",
    "t/sport/3.txt": Buffer.from("K\xe4se", "latin1"),
  };

  test("become tf-idf of their words, and the words and weights are kept for texts that come later", async () => {
    const opened = await openFiles(files, { path: "t" });
    // Of 3 texts, 2 have "käse" and 1 has "ball": idf is ln(4 / 3) + 1 and ln(4 / 2) + 1. Each row has one word: √2.
    const preparation = opened.info.preparation as TextPreparation;
    expect(preparation.terms).toEqual(["ball", "käse"]);
    expect(preparation.inverseFrequencies).toEqual([Math.log(2) + 1, Math.log(4 / 3) + 1]);
    const two = Math.fround(Math.SQRT2);
    expect(await collect(opened)).toMatchObject({ features: [0, two, two, 0, 0, two], labels: [0, 1, 1] });
    expect(opened.log.join("\n")).toContain("1 of them are not UTF-8");
    expect([...prepareTexts(preparation, ["ball of wool", "nothing"])]).toEqual([two, 0, 0, 0]);
  });

  test("stand beside their clusters by their beginning, on one line", async () => {
    const opened = await openFiles(
      { "t/1.txt": "Dear diary,\n\n\ttoday 🙂 ", "t/2.txt": "word ".repeat(100) },
      { path: "t" },
    );
    expect(opened.original).toEqual(["file", "folder", "text"]);
    for await (const { original } of opened.batches()) {
      const [first, second] = original![2] as string[];
      expect(first).toBe("Dear diary, today 🙂");
      expect([second!.length, second!.at(-1)]).toEqual([200, "…"]);
    }
  });
});

describe("a column of texts", () => {
  const tickets =
    'stars,message,topic\n3,"Käse, Käse!",food\n1,Ball,sport\n5,the Käse,sport\n2,"and, the",food\n';
  const open1 = (options: Partial<FileOptions>) =>
    openFiles({ "t.csv": tickets }, { path: "t.csv", ...options });

  test("gives the same features as a folder of the same texts; the other columns stand beside the answer", async () => {
    const folderOf = {
      "t/a/1.txt": "Käse, Käse!",
      "t/b/2.txt": "Ball",
      "t/b/3.txt": "the Käse",
      "t/a/4.txt": "and, the",
    };
    const [table, texts] = [
      await open1({ text: "message", label: "topic" }),
      await openFiles(folderOf, { path: "t" }),
    ];
    expect(table.info).toMatchObject({ kind: "text", classes: ["food", "sport"], terms: texts.info.terms });
    expect(table.info.preparation).toEqual({ ...texts.info.preparation, column: "message" });
    expect(table.info.columns).toEqual({ label: "topic", ignored: ["stars"], doubts: [] });
    const two = Math.fround(Math.SQRT2);
    expect(await collect(table)).toMatchObject({
      features: [0, two, two, 0, 0, two, 0, 0],
      labels: [0, 1, 1, 0],
    });
    expect(table.original).toEqual(["stars", "message", "topic"]);
    expect(table.log.at(-1)).toBe("1 of 4 texts have none of the 2 words: they are all alike, as zeros");
  });

  const refused: { rows: string; options: Partial<FileOptions>; message: RegExp }[] = [
    { rows: "4,,food\n", options: {}, message: /1 value is missing in the column "message"/ },
    { rows: "4,,food\n", options: { missing: "mean" }, message: /no mean to stand in/ },
    { rows: "", options: { prepare: "robust" }, message: /texts become tf-idf rows/ },
    { rows: "", options: { text: "subject" }, message: /there is no column "subject"/ },
    { rows: "", options: { text: "stars" }, message: /the training texts have no word/ },
    { rows: "", options: { text: "topic" }, message: /no column is left for the features/ },
  ];
  test.each(refused)("is refused: $message", async ({ rows, options, message }) => {
    const wanted = { path: "t.csv", text: "message", label: "topic", ...options };
    await expect(openFiles({ "t.csv": tickets + rows }, wanted)).rejects.toThrow(message);
  });

  test("may lack texts whose rows are dropped", async () => {
    const opened = await openFiles(
      { "t.csv": `x,message\n1,\n2,good goal\n3,bad ball\n` },
      { path: "t.csv", text: "message", missing: "drop" },
    );
    expect(opened.sizes.train).toBe(2);
    for await (const { index, original } of opened.batches()) {
      expect([...index]).toEqual([1, 2]);
      expect(original![1]).toEqual(["good goal", "bad ball"]);
    }
    expect(opened.log.join("\n")).toContain("1 of 3 rows have no text and are dropped");
  });
});

test("a table of more than 1,000 columns keeps only the row's position and what is no feature", async () => {
  const names = Array.from({ length: 1001 }, (_, j) => `x${j}`);
  const text = `${names.join()},kind\n${names.map((_, j) => j).join()},a\n${names.map(() => 0).join()},b\n`;
  const opened = await open(text, { label: "kind" });
  expect(opened.original).toEqual(["row", "kind"]);
  for await (const { original } of opened.batches())
    expect(original).toEqual([Float64Array.of(0, 1), ["a", "b"]]);
  const unlabelled = await open(text, { ignore: ["kind"] });
  expect(unlabelled.original).toEqual(["row", "kind"]);
});

test.each([
  { count: 100, rows: 1_000_000, kept: 100 },
  { count: 101, rows: 99_009, kept: 101 },
  { count: 101, rows: 99_010, kept: 2 },
])("of $rows rows of $count columns, $kept stand beside the answer", ({ count, rows, kept }) => {
  const columns = Array.from({ length: count }, (_, j) => ({ name: `x${j}`, type: "number" as const }));
  const table: Table = { columns, notes: [], async *chunks() {} };
  // Beside `row`, x0 is no feature.
  expect(ownColumns(table, (name) => name !== "x0", rows).names).toHaveLength(kept);
});

test("the path of the file may be absolute or relative to the pipeline's folder", async () => {
  const paths = (path: string) => filesOf({ path }, join("/", "pipelines", "x"));
  expect(await paths("data/mine.csv")).toEqual({ "data/mine.csv": "/pipelines/x/data/mine.csv" });
  expect(await paths("/data/mine.csv")).toEqual({ "../../data/mine.csv": "/data/mine.csv" });
});

test("each option says what it is for", async () => {
  expect((await loadDataset("file")).optionsSchema).toBe(optionsSchema);
  for (const [name, option] of Object.entries(optionsSchema.shape)) {
    expect(option.description, name).toMatch(/\.$/);
  }
});

describe("rejected, naming the file, the line and the column, and never advising to delete the file:", () => {
  test.each([
    { fault: "a header without rows", text: "a,b\n", says: /no training example[\s\S]*mine\.csv/ },
    {
      fault: "a blank cell",
      text: "a,b\n1,\n3,\n4,5\n",
      says: /2 values are missing in the column "b"[\s\S]*mine\.csv:2/,
    },
    {
      fault: "a word among the numbers",
      text: "a,b\n1,2\n3,four\n",
      says: /"four" in the column "b" is not a decimal number[\s\S]*mine\.csv:3/,
    },
    {
      fault: "a hexadecimal number",
      text: "a,b\n1,2\n1,0x10\n",
      says: /"0x10" in the column "b" is not a decimal[\s\S]*mine\.csv:3/,
    },
    {
      fault: "hexadecimal numbers alone",
      text: "a,b\n1,0x10\n1,0x1f\n",
      says: /"0x10" in the column "b"[\s\S]*:2/,
    },
    {
      fault: "separators of thousands",
      text: 'a,b\n1,"1,234.5"\n1,"2,000.0"\n',
      says: /"1,234\.5"[\s\S]*:2/,
    },
    {
      fault: "dates",
      text: "a,day\n1,31.01.2024\n2,01.02.2024\n",
      says: /"31\.01\.2024"[\s\S]*"day": "categories"/,
    },
    { fault: "an infinite value", text: "a,b\n1,2\n1,Infinity\n", says: /"Infinity"[\s\S]*mine\.csv:3/ },
    {
      fault: "a number beyond float32",
      text: "a,b\n1,1e39\n",
      says: /"1e39" in the column "b"[\s\S]*mine\.csv:2/,
    },
    {
      fault: "a missing label column",
      text: "a,b\n1,2\n",
      options: { label: "c" },
      says: /no column "c"[\s\S]*a, b/,
    },
    {
      fault: "no column but the label",
      text: "a\n1\n2\n",
      options: { label: "a" },
      says: /no column is left/,
    },
    {
      fault: "another split",
      text: "a,s\n1,dev\n",
      options: { split: "s" },
      says: /"dev" is not a split[\s\S]*mine\.csv:2/,
    },
    { fault: "test rows alone", text: "a,s\n1,test\n", options: { split: "s" }, says: /no training example/ },
    {
      fault: "no row without a missing value",
      text: "a,b\n1,\n,2\n",
      options: { missing: "drop" },
      says: /2 of 2 rows/,
    },
    {
      fault: "a shape of another size",
      text: "a,b\n1,2\n",
      options: { shape: [2, 2, 1] },
      says: /2 x 2 x 1 does not have 2 values/,
    },
    {
      fault: "a value outside of the declared range",
      text: "a,b\n0,1\n1,1.5\n",
      options: { ...raw, range: "unit" },
      says: /1\.5 of the column "b"[\s\S]*mine\.csv:3[\s\S]*\[0, 1\]/,
    },
    {
      fault: "text to be standardized",
      text: "a,b\n1,x\n2,y\n",
      options: { prepare: { columns: { b: "standardize" } } },
      says: /column "b" has text/,
    },
    {
      fault: "a text column of many values",
      text: `a,name\n${Array.from({ length: 60 }, (_, i) => `${i},n${i}`).join("\n")}`,
      says: /"name" has more than 50 different values[\s\S]*"ignore": \["name"\]/,
    },
    {
      fault: "rows that are all alike",
      text: `a,b\n${"1,x\n".repeat(30)}`,
      says: /every feature has one value in all training rows/,
    },
    {
      fault: "a label that is the name of each row, which clusters would agree with perfectly",
      text: `id,a\n${Array.from({ length: 30 }, (_, i) => `r${i},${i}`).join("\n")}`,
      options: { label: "id" },
      says: /label "id" has 30 different values in 30 rows[\s\S]*--ignore/,
    },
    {
      fault: "a label that is a measurement, and of some rows alone",
      text: `y,a\n${Array.from({ length: 60 }, (_, i) => `${i % 2 ? "" : i / 7},${i}`).join("\n")}`,
      options: { label: "y" },
      says: /label "y" has 30 different values in 30 rows/,
    },
    {
      fault: "a label of fractions",
      text: `y,a\n${Array.from({ length: 400 }, (_, i) => `${(i % 25) / 2},${i}`).join("\n")}`,
      options: { label: "y" },
      says: /label "y" has 25 different numbers from 0 to 12: a measurement/,
    },
    {
      fault: "a label of whole numbers far apart, of few rows each",
      text: `y,a\n${Array.from({ length: 100 }, (_, i) => `${7 * (i % 25)},${i}`).join("\n")}`,
      options: { label: "y" },
      says: /label "y" has 25 different numbers from 0 to 168: a measurement/,
    },
  ])("$fault", async ({ text, options = {}, says }) => {
    const failure = await open(text, options)
      .then(collect)
      .catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(says);
    expect((failure as Error).message).not.toMatch(/delete|remove/);
  });

  test.each([
    { what: "one labelled row of each of many classes", of: (i: number) => (i < 30 ? `c${i}` : "") },
    { what: "many classes of few rows, by name", of: (i: number) => `c${i % 30}` },
    { what: "many classes of few rows, counted up", of: (i: number) => `${i % 30}` },
  ])("but not $what", async ({ of }) => {
    const rows = Array.from({ length: 300 }, (_, i) => `${of(i)},${i}`);
    expect((await open(`y,a\n${rows.join("\n")}`, { label: "y" })).info.classes).toHaveLength(30);
  });

  test.each([
    { what: "a folder as a table", path: "p", format: "csv" },
    { what: "a file as a folder of images", path: "p/1.csv", format: "images" },
  ] as const)("$what", async ({ path, format }) => {
    await expect(openFiles({ "p/1.csv": "x\n1\n" }, { path, format })).rejects.toThrow(
      /dataset\.format is "\w+"/,
    );
  });

  test.each(["none.csv", "none"])("a missing file: %s", async (path) => {
    await expect(openFiles({}, { path })).rejects.toThrow(/missing[\s\S]*none[\s\S]*pipeline's folder/);
  });

  test.each(["snappy.parquet", "lz4.feather", "named.npz", "c.npy", "plain.mat"])(
    "%s, cut in half",
    async (name) => {
      const bytes = fixture(`own/${name}`);
      const cut = bytes.subarray(0, bytes.length >> 1);
      const failure = await openFiles({ [name]: cut }, { path: name })
        .then(collect)
        .catch((error: Error) => error);
      expect((failure as Error).name).toBe("UserError");
      expect((failure as Error).message).toContain(name);
    },
  );
});
