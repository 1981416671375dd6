/** Different values stay different, or it is said; what is not what it seems is refused. */
import { describe, expect, test } from "vitest";
import type { FileOptions } from "../src/files/options.js";
import { openNewRows } from "../src/index.js";
import { collect, fixture, mat, openFiles, temporaryFolder, writeFiles } from "../src/testing.js";

/** The features of a file, and what was said of it. */
async function read(name: string, content: string | Buffer, options: Partial<FileOptions> = {}) {
  const opened = await openFiles({ [name]: content }, { path: name, ...options });
  const { features } = await collect(opened);
  return { ...opened, features, said: opened.log.join("\n") };
}

/** An npy file. */
function npy(descr: string, shape: string, values: Uint8Array): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"),
    Buffer.from(`${header}\n`),
    values,
  ]);
}
const bytesOf = ({ buffer }: { buffer: ArrayBufferLike }) => new Uint8Array(buffer);

describe("whole numbers that a double cannot hold are said:", () => {
  const id = 2n ** 53n + 1n;
  test.each([
    { name: "a.csv", content: `x,id\n1,${id}\n2,5\n` },
    { name: "a.jsonl", content: `{"x":1,"id":${id}}\n{"x":2,"id":5}\n` },
    { name: "a.npy", content: npy("<i8", "2, 2", bytesOf(BigInt64Array.of(1n, id, 2n, 5n))) },
  ])("$name", async ({ name, content }) => {
    expect((await read(name, content)).said).toMatch(/beyond 2\^53 are rounded.*: "(id|x2)";/);
  });

  test("but no others", async () => {
    expect((await read("a.csv", `x,id\n1,${2n ** 53n}\n2,0.1234567890123456789\n`)).said).not.toContain(
      "2^53",
    );
  });
});

test("columns in which different values become equal 32-bit features are said", async () => {
  const { said } = await read("a.csv", "x,y\n1,1\n2,2\n3,3\n1000000000000,4\n");
  expect(said).toContain('"x": different values become equal 32-bit features, as 1 and 2');
  expect(said).not.toContain('"y": different');
});

test("an infinite number of an array is named, not the first that its mean spoils", async () => {
  const values = bytesOf(Float64Array.of(1, 2, 3, Number.NEGATIVE_INFINITY, 5, 6));
  await expect(read("a.npy", npy("<f8", "3, 2", values))).rejects.toThrow(
    /"-Infinity" in the column "x2"[\s\S]*row 2/,
  );
});

test("a value that is infinite as a 32-bit feature is refused", async () => {
  const text = "x,s\n1e-20,train\n2e-20,train\n3e38,test\n";
  await expect(read("a.csv", text, { split: "s" })).rejects.toThrow(
    /"3e\+38" in the column "x"[\s\S]*a\.csv:4/,
  );
});

describe("text that is not UTF-8 is refused, so that two classes stay two:", () => {
  test.each([
    ...["latin1.parquet", "latin1.feather", "latin1-category.feather"].map((name) => ({
      name,
      content: fixture(`own/${name}`),
    })),
    { name: "half.jsonl", content: '{"x":1,"kind":"\\ud800"}\n{"x":2,"kind":"\\ud801"}\n' },
    { name: "u.npy", content: npy("<U1", "2", bytesOf(Uint32Array.of(0xd800, 0x110000))) },
  ])("$name", async ({ name, content }) => {
    await expect(read(name, content)).rejects.toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringContaining(name) }),
    );
  });
});

describe("a column without a name", () => {
  test.each([
    {
      what: "in front, that does not number the rows",
      text: ",x\n3,1\n7,2\n",
      says: /column 1 has values, but no name/,
    },
    {
      what: "in between",
      text: "a,,b\n1,2,3\n4,5,7\n",
      says: /column 2 has values, but no name[\s\S]*"column 2"/,
    },
  ])("$what is refused", async ({ text, says }) => {
    await expect(read("a.csv", text)).rejects.toThrow(says);
  });

  test("may be left out", async () => {
    expect((await read("a.csv", ",x\n3,1\n7,3\n", { ignore: [""] })).features).toEqual([-1, 1]);
  });
});

describe("names that every object has are names of columns, classes and rows like others:", () => {
  const names = ["constructor", "toString", "valueOf", "__proto__", "a\u2028b"];
  test.each(names)("%j", async (name) => {
    const csv = `${name},kind\n1,${name}\n3,other\n`;
    const { features, info } = await read("a.csv", csv, { label: "kind" });
    expect(features).toEqual([-1, 1]);
    expect(info.classes.includes(name)).toBe(true);
    const lines = [{ [name]: 1, x: 5 }, { x: 6 }, { [name]: 3, x: 7 }].map((line) => JSON.stringify(line));
    // Written by hand, since a literal with __proto__ has another meaning.
    if (name === "__proto__") lines[0] = '{"__proto__":1,"x":5}';
    if (name === "__proto__") lines[2] = '{"__proto__":3,"x":7}';
    expect((await read("a.jsonl", lines.join("\n"), { missing: "drop", ignore: ["x"] })).features).toEqual([
      -1, 1,
    ]);
  });

  // A field of pipeline.json cannot have this name: reading the file says so.
  test.each(names.filter((name) => name !== "__proto__"))("%j, prepared in its own way", async (name) => {
    const columns = { [name]: "categories" } as const;
    const { features } = await read("a.csv", `${name},x\n1,1\n3,3\n`, { prepare: { columns } });
    expect(features).toEqual([1, 0, -1, 0, 1, 1]);
  });
});

test("complex numbers of MATLAB are refused, not halved", async () => {
  const bytes = mat([{ name: "X", dimensions: [2, 2], values: Uint8Array.of(1, 2, 3, 4) }], {
    complex: true,
  });
  await expect(read("a.mat", bytes)).rejects.toThrow(/"X" has complex numbers/);
});

test.each([
  { what: "bytes after the array", shape: "1, 2", says: /16 bytes follow the array/ },
  { what: "a shape in hexadecimal", shape: "0x2, 2", says: /the shape \(0x2, 2\)/ },
])("an npy file with $what is refused", async ({ shape, says }) => {
  const content = npy("<f8", shape, bytesOf(Float64Array.of(1, 2, 3, 4)));
  await expect(read("a.npy", content)).rejects.toThrow(says);
});

test("new rows outside of the range that training was checked for are refused", async () => {
  const { info } = await read("a.csv", "x,y\n1,1\n3,2\n", { prepare: "minmax", range: "unit" });
  const path = writeFiles(temporaryFolder(), { "new.csv": "x,y\n2,1\n5,2\n" })("new.csv");
  const readAll = async () => {
    for await (const _ of await openNewRows(path, {}, info, () => {}));
  };
  await expect(readAll()).rejects.toThrow(/input 0 of the model becomes 2[\s\S]*new\.csv:3/);
});
