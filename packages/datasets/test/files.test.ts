/** Readers of the user's formats. test/fixtures/own.py wrote the files by pandas, numpy, scipy and pillow. */
import { join, resolve } from "node:path";
import type { RawColumn } from "@gumbel/tables";
import {
  Table as ArrowTable,
  Field,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  tableToIPC,
  Uint16,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { formatOf } from "../src/files/format.js";
import { openTable } from "../src/files/open.js";
import { type FileOptions, type Format, optionsSchema } from "../src/files/options.js";
import { inColour, readPicture, resized } from "../src/files/pictures.js";
import { readRecords } from "../src/files/records.js";
import { temporaryFolder, writeFiles } from "../src/testing.js";

const own = resolve(import.meta.dirname, "fixtures", "own");

/** All values of a table, by column. */
async function read(path: string, given: Partial<FileOptions> = {}) {
  const options = optionsSchema.parse({ path, ...given });
  const { format } = await formatOf(path, options);
  const table = await openTable(path, format as Exclude<Format, "texts">, options);
  const columns = new Map<string, unknown[]>(table.columns.map(({ name }) => [name, []]));
  for await (const { values } of table.chunks()) {
    for (const [j, { name }] of table.columns.entries()) columns.get(name)!.push(...(values[j] as RawColumn));
  }
  return { table, format, values: Object.fromEntries(columns), notes: table.notes.join("\n") };
}

async function readText(text: string | Buffer, options: Partial<FileOptions> = {}, name = "mine.csv") {
  const folder = temporaryFolder();
  writeFiles(folder, { [name]: text });
  return read(join(folder, name), options);
}

test.each(["npy", "npz", "parquet", "arrow", "feather", "mat"])(
  "a text that is named .%s is no table of text",
  async (name) => {
    await expect(readText("x,y\n1,2\n", {}, `mine.${name}`)).rejects.toThrow(/does not begin as one/);
  },
);

describe("one list of JSON objects", () => {
  test("has the columns of the same objects, a line each", async () => {
    const objects = ['{"x": 1, "kind": "a"}', '{"kind": "b",\n "x": 2, "emb": [0.5, 1]}'];
    const list = await readText(`\n [${objects.join(",\n")}]\n`, {}, "mine.json");
    const lines = await readText(objects.map((text) => text.replace("\n", "")).join("\n"), {}, "mine.jsonl");
    expect(list.values).toEqual(lines.values);
    expect(list.values).toMatchObject({ x: [1, 2], "emb[1]": [Number.NaN, 1] });
    expect(list.notes).toContain("a list of objects");
  });

  test("an object per line may have that name too", async () => {
    expect((await readText('{"x":1}\n{"x":2}\n', {}, "mine.json")).values).toEqual({ x: [1, 2] });
  });

  test.each([
    { fault: "numbers", text: "[1, 2]", says: /it is no object: 1[\s\S]*object 1[\s\S]*orient="records"/ },
    { fault: "a cut end", text: '[{"x":1},', says: /the file is not JSON/ },
    {
      fault: "an object of columns",
      text: '{\n"x": {"0": 1}\n}',
      says: /not JSON[\s\S]*one list of objects/,
    },
    {
      fault: "a name twice",
      text: '[{"x":1},{"x":2,"x":3}]',
      says: /an object has "x" twice[\s\S]*mine\.json/,
    },
    { fault: "a text among numbers", text: '[{"x":1},{"x":"a"}]', says: /object 2/ },
  ])("with $fault is an error", async ({ text, says }) => {
    const opened = readText(text, {}, "mine.json").then(async ({ table }) => {
      const { mixed } = table.columns[0]!;
      if (mixed) throw new Error(mixed.where);
    });
    await expect(opened).rejects.toThrow(says);
  });
});

describe("lines in front that begin with #", () => {
  test.each([
    { what: "are left out", text: '# from a "scale"\n# units: m, s\nx,y\n1,2\n3,4\n', names: ["x", "y"] },
    { what: "may be the names", text: "## meta\n#x\ty\n1\t2\n3\t4\n", names: ["#x", "y"] },
    {
      what: "of a table without names",
      text: "# made 2024\n1;2,5\n3;4,5\n",
      names: ["column 1", "column 2"],
    },
    { what: "are rows if all begin so", text: "#1,2\n#3,4\n", names: ["column 1", "column 2"] },
  ])("$what", async ({ text, names }) => {
    const { values } = await readText(text);
    expect(Object.keys(values)).toEqual(names);
    expect(Object.values(values)[1]).toHaveLength(2);
  });

  test("are no names if there are none", async () => {
    const { values } = await readText("# x,y\n1,2\n3,4\n", { header: false });
    expect(values).toEqual({ "column 1": [1, 3], "column 2": [2, 4] });
  });

  test("are counted in the place of an error", async () => {
    await expect(readText("# a\n# b\nx,y\n1,2\n3\n")).rejects.toThrow(/mine\.csv:5/);
  });
});

describe("values that stand for a missing one", () => {
  test("are missing, however a number is written", async () => {
    const text = "x,y,kind\n1,-999,a\n-999.0,unknown,unknown\n3,4,b\n";
    const { values } = await readText(text, { missingValues: ["-999", "unknown"] });
    expect(values).toEqual({ x: [1, Number.NaN, 3], y: [Number.NaN, Number.NaN, 4], kind: ["a", null, "b"] });
  });

  test("in a typed table too", async () => {
    const { values } = await read(join(own, "snappy.parquet"), { missingValues: ["20", "a"] });
    expect(values).toMatchObject({ n: [10, Number.NaN, 30, 40], kind: [null, "b", null, null] });
  });
});

describe("typed tables have the same columns in each format", () => {
  test.each(["snappy.parquet", "zstd.parquet", "lz4.feather", "zstd.feather"])("%s", async (name) => {
    expect((await read(join(own, name))).values).toEqual({
      x: [1, 2, 3, 4],
      n: [10, 20, 30, 40],
      gap: [0.5, Number.NaN, 2.5, -1.5],
      kind: ["a", "b", null, "a"],
      flag: [1, 0, 1, 1],
    });
  });

  test("a compressed column of many blocks", async () => {
    const { i } = (await read(join(own, "long.feather"))).values;
    expect(i).toHaveLength(40_000);
    expect(i!.slice(0, 3).concat(i!.slice(-1))).toEqual([0, 0.125, 0.25, 124.875]);
  });

  test("a time is text, and so is a pandas category", async () => {
    const { values } = await read(join(own, "when.parquet"));
    expect(values).toEqual({ when: ["2024-01-31T00:00:00.000Z"], kind: ["a"] });
  });

  const numberTypes = [
    ...[new Int8(), new Uint16(), new Int32(), new Int64()],
    ...[new Float16(), new Float32(), new Float64()],
  ];
  test.each(numberTypes)("numbers of type %s, with a gap or without", async (type) => {
    const whole = [1, 2, 3, 100];
    const given = type.toString().startsWith("Int64") ? whole.map(BigInt) : whole;
    const table = new ArrowTable({
      full: vectorFromArray(given, type),
      gap: vectorFromArray([...given.slice(0, 3), null], type),
    });
    const bytes = Buffer.from(tableToIPC(table, "file"));
    const { values } = await readText(bytes, {}, "typed.arrow");
    expect(values).toEqual({ full: whole, gap: [1, 2, 3, Number.NaN] });
  });

  test("numbers that are names stay text, as a label does", async () => {
    expect((await read(join(own, "snappy.parquet"), { label: "n" })).values.n).toEqual([
      "10",
      "20",
      "30",
      "40",
    ]);
  });

  describe("of lists of numbers have a column for each place", () => {
    const columns = {
      id: ["p", "q", "r"],
      "emb[0]": [1, Number.NaN, 3],
      "emb[1]": [2, Number.NaN, 4.5],
      "fixed[0]": [1, 5, 3],
      "fixed[1]": [2, Number.NaN, 4.5],
      none: [Number.NaN, Number.NaN, Number.NaN],
    };
    const large = { "large[0]": columns["emb[0]"], "large[1]": columns["emb[1]"] };

    test.each([
      { name: "vectors.parquet", leftOut: [], expected: columns },
      { name: "vectors.feather", leftOut: [], expected: { ...columns, ...large } },
      { name: "structures.parquet", leftOut: ["tags", "place"], expected: columns },
      { name: "structures.feather", leftOut: ["tags", "place"], expected: { ...columns, ...large } },
    ])("$name", async ({ name, leftOut, expected }) => {
      const { values, table, notes } = await read(join(own, name), { ignore: leftOut });
      expect(values).toEqual(expected);
      expect(table.leftOut).toEqual(leftOut);
      expect([...table.unnamed!]).toContain("emb[1]");
      expect(notes).toContain('"emb" has lists of 2 numbers: a column for each place');
    });

    test("JSON Lines", async () => {
      const lines = '{"id":"p","emb":[1,2]}\n{"id":"q","emb":null}\n{"emb":[3,4.5],"tags":["a"]}\n';
      const { values } = await readText(lines, { ignore: ["tags"] }, "mine.jsonl");
      expect(values).toEqual({
        id: ["p", "q", null],
        "emb[0]": columns["emb[0]"],
        "emb[1]": columns["emb[1]"],
      });
    });

    test.each(["structures.parquet", "structures.feather"])(
      "%s: what can be none is an error",
      async (name) => {
        await expect(read(join(own, name))).rejects.toThrow(
          /the column "tags" has the type[\s\S]*"ignore": \["tags"\]/,
        );
      },
    );

    test("are ignored by the name of the list, and prepared by the name of a place", async () => {
      const { table } = await read(join(own, "vectors.parquet"), { ignore: ["emb"] });
      expect(table.columns.filter(({ list }) => list === "emb")).toHaveLength(2);
      const prepare = { columns: { emb: "robust" as const } };
      await expect(read(join(own, "vectors.parquet"), { prepare })).rejects.toThrow(/no column "emb"/);
    });

    test("a longer list is named by its row", async () => {
      const emb = vectorFromArray(
        [
          [1, 2],
          [1, 2, 3],
        ],
        new List(new Field("item", new Float32())),
      );
      const bytes = Buffer.from(tableToIPC(new ArrowTable({ emb }), "file"));
      await expect(readText(bytes, {}, "ragged.arrow")).rejects.toThrow(
        /the list in the column "emb" has 3 numbers[\s\S]*row 2/,
      );
    });
  });

  test("a column that is not there is named", async () => {
    await expect(read(join(own, "snappy.parquet"), { label: "N" })).rejects.toThrow(
      /no column "N"[\s\S]*x, n, gap/,
    );
  });
});

describe("arrays", () => {
  const columns = { x1: [1.5, 4.5], x2: [2.5, 5.5], x3: [3.5, 6.5] };
  test.each(["c.npy", "fortran.npy", "big.npy", "half.npy"])("%s: a column per value", async (name) => {
    expect((await read(join(own, name))).values).toEqual(columns);
  });

  test("npz with a label of text", async () => {
    const { values, table } = await read(join(own, "named.npz"), { label: "y" });
    expect(values).toEqual({ ...columns, y: ["größer", "b"] });
    expect(table).toMatchObject({ label: "y" });
  });

  test("npz without a label proposes y, and does not take it", async () => {
    const { values, table } = await read(join(own, "named.npz"));
    expect(values).toEqual(columns);
    expect(table.proposedLabel).toBe("y");
  });

  test("x_train and x_test are the two splits, and images if they have two dimensions more", async () => {
    const { values, table } = await read(join(own, "split.npz"), { label: "y" });
    expect(values).toEqual({
      x1: [0, 80, 160],
      x2: [20, 100, 180],
      x3: [40, 120, 200],
      x4: [60, 140, 220],
      y: ["7", "8", "7"],
      split: ["train", "train", "test"],
    });
    expect(table.shape).toEqual([2, 2, 1]);
  });

  test.each(["plain.mat", "packed.mat"])("%s: matrices stand column by column in the file", async (name) => {
    expect((await read(join(own, name), { label: "y" })).values).toEqual({ ...columns, y: ["3", "1"] });
  });

  test.each([
    { file: "objects.npy", says: /Python objects[\s\S]*objects\.npy/ },
    { file: "sparse.npz", says: /a sparse matrix of SciPy[\s\S]*toarray/ },
    { file: "two.npz", says: /not clear which array[\s\S]*a \(2 x 3\), b \(2 x 3\)[\s\S]*"array"/ },
    { file: "named.npz", options: { label: "z" }, says: /no array "z"[\s\S]*X \(2 x 3\), y \(2\)/ },
  ])("$file is refused if it is not clear", async ({ file, options, says }) => {
    await expect(read(join(own, file), options)).rejects.toThrow(says);
  });
});

describe("text tables", () => {
  test.each([
    { what: "commas", text: "x,y\n1,0.5\n2,-3\n", says: "comma" },
    {
      what: "semicolons and decimal commas, as Excel in Europe",
      text: "x;y\n1;0,5\n2;-3\n",
      says: "decimal commas",
    },
    { what: "Excel's line that names the separator", text: "sep=;\nx;y\n1;0,5\n2;-3\n", says: "semicolon" },
    { what: "tabs and decimal commas", text: "x\ty\n1\t0,5\n2\t-3\n", says: "tab, decimal commas" },
    { what: "bars", text: "x|y\n1|0.5\n2|-3\n", says: "|" },
    { what: "blanks", text: " x  y\n 1  0.5\n 2   -3\n", says: "blanks" },
    {
      what: "Windows' ends of lines and blank lines",
      text: "x,y\r\n1,0.5\r\n\r\n2,-3\r\n,\r\n",
      says: "comma",
    },
    { what: "a mark of UTF-8", text: "\uFEFFx,y\n1,0.5\n2,-3", says: "utf-8" },
    { what: "UTF-16", text: Buffer.from("\uFEFFx,y\n1,0.5\n2,-3", "utf16le"), says: "utf-16le" },
  ])("with $what", async ({ text, says }) => {
    const { values, notes } = await readText(text);
    expect(values).toEqual({ x: [1, 2], y: [0.5, -3] });
    expect(notes).toContain(says);
  });

  test("with decimal commas beside dates with points", async () => {
    const { values, notes } = await readText("x;day\n1,5;31.01.2024\n2,5;01.02.2024\n");
    expect(values).toEqual({ x: [1.5, 2.5], day: ["31.01.2024", "01.02.2024"] });
    expect(notes).toContain("decimal commas");
  });

  test("that are not UTF-8 are windows-1252, and two texts stay two", async () => {
    const { values, notes } = await readText(
      Buffer.from("x,name\n1,Gr\xf6\xdfe\n2,Gr\xfc\xdfe\n3,5 \x80\n", "latin1"),
    );
    expect(values.name).toEqual(["Größe", "Grüße", "5 €"]);
    expect(notes).toContain("windows-1252");
  });

  test("that are declared UTF-8 and are not, are an error", async () => {
    const text = Buffer.from("x,name\n1,Gr\xf6\xdfe\n", "latin1");
    await expect(readText(text, { encoding: "utf-8" })).rejects.toThrow(/not utf-8[\s\S]*dataset\.encoding/);
  });

  test("without a line of names keep their first example", async () => {
    const { values, notes } = await readText("1,2.5,a\n3,4.5,b\n");
    expect(values).toEqual({ "column 1": [1, 3], "column 2": [2.5, 4.5], "column 3": ["a", "b"] });
    expect(notes).toContain("no line with names");
  });

  test("whose names are 0, 1, 2 have names", async () => {
    expect((await readText("0,1,2\n5,6,7\n8,9,10\n")).values).toEqual({ 0: [5, 8], 1: [6, 9], 2: [7, 10] });
  });

  test("with quotes: separators, line breaks and quotes in a value, and lines are counted on", async () => {
    async function* text() {
      yield 'a,"b ""x"", c"\n"two\nlines",';
      yield '4\n5,6\n"7", "8"\n';
    }
    const records = [];
    for await (const some of readRecords(text(), ",", "mine.csv")) records.push(...some);
    expect(records).toEqual([
      { fields: ["a", 'b "x", c'], line: 1 },
      { fields: ["two\nlines", "4"], line: 2 },
      { fields: ["5", "6"], line: 4 },
      { fields: ["7", "8"], line: 5 },
    ]);
  });

  test("5,001 rows come in order, in chunks", async () => {
    const { values } = await readText(`i,j\n${Array.from({ length: 5001 }, (_, i) => `${i},1`).join("\n")}`);
    expect(values.i).toEqual(Array.from({ length: 5001 }, (_, i) => i));
  });

  test.each([
    { fault: "an empty file", text: "", says: /no row[\s\S]*mine\.csv/ },
    {
      fault: "a row that is cut short",
      text: "a,b\n1,2\n3",
      says: /1 values[\s\S]*mine\.csv:3[\s\S]*2, one per column/,
    },
    { fault: "a quote without end", text: 'a,b\n1,"2\n3,4', says: /does not end[\s\S]*mine\.csv:2/ },
    {
      fault: "text after a quote",
      text: 'a,b\n1,2\n"1" x,2\n',
      says: /after the end of the quoted value "1"[\s\S]*:3/,
    },
    { fault: "a column twice", text: "a,a\n1,2\n", says: /two columns are named "a"[\s\S]*mine\.csv:1/ },
    {
      fault: "a number beyond float32",
      text: "a,b\n1,2\n1,1e39\n",
      says: /"1e39" in the column "b" is too large[\s\S]*:3/,
    },
    { fault: "zeros among the text", text: "a,b\n1\0,2\n", says: /neither text nor/ },
  ])("with $fault are refused by line", async ({ text, says }) => {
    await expect(readText(text)).rejects.toThrow(says);
  });
});

describe("JSON Lines", () => {
  test("have a column for each name; what a line lacks is missing", async () => {
    const text = '{"x":1,"kind":"a"}\n\n{"x":2.5,"y":true}\n{"x":null,"kind":"b"}\n';
    expect((await readText(text, {}, "mine.jsonl")).values).toEqual({
      x: [1, 2.5, Number.NaN],
      kind: ["a", null, "b"],
      y: [Number.NaN, 1, Number.NaN],
    });
  });

  test.each([
    { fault: "a line that is cut", text: '{"x":1}\n{"x":', says: /not JSON[\s\S]*mine\.jsonl:2/ },
    { fault: "a list", text: '{"x":1}\n{"x":[1]}\n', says: /"x" is a list[\s\S]*mine\.jsonl:2/ },
    { fault: "no list", text: '{"x":[1]}\n{"x":1}\n', says: /"x" is no list[\s\S]*mine\.jsonl:2/ },
    {
      fault: "a longer list",
      text: '{"x":[1]}\n{"x":[1,2]}\n',
      says: /a list of 2 numbers[\s\S]*mine\.jsonl:2[\s\S]*of 1 numbers/,
    },
    { fault: "a list of texts", text: '{"x":["a"]}\n', says: /the type of a list or an object/ },
    {
      fault: "a name twice, once with an escape",
      text: '{"x":1,"y":"\\"x\\":"}\n{"x":2,"\\u0078":3}\n',
      says: /an object has "x" twice[\s\S]*mine\.jsonl:2/,
    },
    { fault: "no object", text: "3\n", says: /not an object[\s\S]*mine\.jsonl:1/ },
  ])("with $fault are refused by line", async ({ text, says }) => {
    await expect(readText(text, {}, "mine.jsonl")).rejects.toThrow(says);
  });
});

describe("images", () => {
  test.each([
    { name: "grey.png", pixels: [0, 85, 170, 255] },
    { name: "palette.png", pixels: [0, 85, 170, 255] },
    { name: "deep.png", pixels: [0, 85, 170, 255] },
    { name: "alpha.png", pixels: [0, 85, 170, 255] },
  ])("$name: grey values", async ({ name, pixels }) => {
    expect(await readPicture(join(own, name))).toEqual({
      height: 2,
      width: 2,
      channels: 1,
      pixels: Uint8Array.from(pixels),
    });
  });

  test("a JPEG in colour", async () => {
    const { height, channels, pixels } = await readPicture(join(own, "colour.jpg"));
    expect({ height, channels }).toEqual({ height: 8, channels: 3 });
    for (const [c, value] of [200, 100, 50].entries())
      expect(Math.abs(pixels[c]! - value)).toBeLessThanOrEqual(3);
  });

  test("are resized by the mean of the area, and grey ones get three equal channels", () => {
    const picture = {
      height: 2,
      width: 3,
      channels: 1 as const,
      pixels: Uint8Array.of(0, 30, 90, 60, 90, 150),
    };
    expect([...resized(picture, [1, 1]).pixels]).toEqual([70]);
    // Each new column is one old one and half of the middle one.
    expect([...resized(picture, [2, 2]).pixels]).toEqual([10, 70, 70, 130]);
    expect([...inColour(resized(picture, [1, 1])).pixels]).toEqual([70, 70, 70]);
  });
});

test.each([
  { name: "mine.xlsx", says: /an Excel workbook: save the sheet as CSV/ },
  { name: "mine.h5", says: /HDF5/ },
  { name: "mine.pkl", says: /pickle/ },
])("$name is refused with what to do", async ({ name, says }) => {
  await expect(readText("PK\x03\x04", {}, name)).rejects.toThrow(says);
});
