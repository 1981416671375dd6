/** A pipeline from the user's own file. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePipeline } from "@gumbel/config";
import { lookAt } from "@gumbel/datasets";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FromFile, newFromFile } from "../src/newFromFile.js";

let root: string;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-from-file-"));
  writeFileSync(join(root, "pnpm-workspace.yaml"), "");
  mkdirSync(join(root, "pipelines", "overview"), { recursive: true });
  writeFileSync(join(root, "pipelines", "overview", "package.json"), "{}");
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const flowers = `,length,width,species\n${Array.from({ length: 150 }, (_, i) => `${i},${i % 7},0.5,${["a", "b", "c"][i % 3]}`).join("\n")}\n`;

function create(changes: Partial<FromFile> = {}, text = flowers, answers?: string[]) {
  const data = join(root, "flowers.csv");
  writeFileSync(data, text);
  const wanted: FromFile = {
    name: "flowers",
    data,
    label: null,
    text: null,
    ignore: [],
    missing: "error",
    missingValues: [],
    clusters: undefined,
    model: "ae-kmeans",
    ...changes,
  };
  return newFromFile(root, wanted, answers && (async () => answers.shift()!));
}
const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(root, "pipelines", "local", "flowers", file), "utf8"));

test("writes three files that git does not see, and says what it saw and the next command", async () => {
  await create({ label: "species" });
  expect(read("pipeline.json")).toEqual({
    $schema: "../../pipeline.schema.json",
    dataset: { name: "file", path: "../../../flowers.csv", label: "species" },
    // 150 rows: 32 units, three dimensions of 50 rows each, but two columns.
    model: { name: "ae-kmeans", clusters: 3, hidden: [32, 32], latentSize: 2 },
    train: { batchSize: 16 },
    profiles: { quick: { train: { epochs: 200 } }, full: { train: { seeds: 3 } } },
  });
  expect(read("package.json")).toMatchObject({
    name: "@pipelines/flowers",
    scripts: { plan: "node ../../../packages/tasks/bin.mjs plan" },
  });
  expect(read("package.json").devDependencies).toBeUndefined();
  expect(read("turbo.json")).toEqual({ extends: ["//", "@gumbel/tasks"] });
  expect(readFileSync(join(root, "pipelines", "overview", "package.json"), "utf8")).toBe("{}");
  const output = said.join("\n");
  expect(output).toContain("150 rows, csv");
  expect(output).toContain("text in utf-8, 4 columns separated by comma");
  expect(output).toContain('""  left out, since it numbers the rows: 0 to 149');
  expect(output).toContain('"length"  0 to 6');
  expect(output).toContain('"species"  the label: text, a, b, c');
  expect(output).toContain("pnpm turbo run report --filter=@pipelines/flowers");
});

describe("the label", () => {
  test("is proposed, and not taken", async () => {
    await create({ clusters: "4" });
    expect(said.join("\n")).toContain('"species" could be the class of each row; if it is: --label species');
    expect(read("pipeline.json")).toMatchObject({ model: { clusters: 4 } });
    expect(read("pipeline.json").dataset).not.toHaveProperty("label");
  });

  test("is taken if a person says so", async () => {
    await create({}, flowers, [""]);
    expect(read("pipeline.json")).toMatchObject({ dataset: { label: "species" }, model: { clusters: 3 } });
  });

  test("is a feature if a person says no, who then gives the number of clusters", async () => {
    await create({}, flowers, ["n", "5"]);
    expect(read("pipeline.json")).toMatchObject({ model: { clusters: 5 } });
    expect(read("pipeline.json").dataset).not.toHaveProperty("label");
  });

  test.each([
    { columns: "x,Class\n1,7\n2,8\n", proposed: "Class" },
    { columns: "x,colour\n1,red\n2,blue\n", proposed: "colour" },
    { columns: "x,y2\n1,7\n2,8\n", proposed: null },
  ])("is proposed by its name, or as text of few values: $proposed", async ({ columns, proposed }) => {
    const data = join(root, "a.csv");
    writeFileSync(data, columns);
    expect((await lookAt(data, {})).proposedLabel).toBe(proposed);
  });
});

describe("a column of sentences", () => {
  const verbs = ["sees", "eats", "wants", "sells", "buys", "finds", "loses", "hides", "makes"];
  const text = `id,message\n${Array.from({ length: 60 }, (_, i) => `${i},"she ${verbs[i % 9]} the ${"abcdefg"[i % 7]}pple"`).join("\n")}\n`;

  test("is proposed, and not taken", async () => {
    await expect(create({ clusters: "2" }, text)).rejects.toThrow(/--text/);
    expect(said.join("\n")).toContain(
      '"message" has sentences; to cluster the rows by its words alone: --text message',
    );
  });

  test.each([
    { wanted: { clusters: "2", text: "message" }, answers: undefined },
    { wanted: { clusters: "2" }, answers: ["y"] },
  ])("is taken by the flag, or if a person says so", async ({ wanted, answers }) => {
    await create(wanted, text, answers);
    expect(read("pipeline.json")).toMatchObject({ dataset: { text: "message" } });
  });
});

test("says which values of a column differ in case or blanks alone", async () => {
  await create({ label: "kind", model: "kmeans" }, "x,kind\n1,Red\n2,red\n3,blue\n");
  expect(said.join("\n")).toContain('"Red" and "red" differ in case or blanks alone');
});

test('"auto" clusters are written as they are; ignored columns and what becomes of missing values too', async () => {
  const text = "x,y,z\n1,2,3\n4,,6\n7,8,9\n";
  await create({ clusters: "auto", ignore: ["z"], missing: "drop", model: "kmeans" }, text);
  expect(read("pipeline.json")).toMatchObject({
    dataset: { ignore: ["z"], missing: "drop" },
    model: { clusters: "auto" },
    profiles: { quick: {} },
  });
});

test("pretraining of a system follows the size of the data too; both profiles resolve", async () => {
  await create({ label: "species", model: "dec" });
  expect(read("pipeline.json")).toMatchObject({
    model: { pretraining: { batchSize: 16 } },
    profiles: { quick: { model: { pretraining: { epochs: 200 } }, train: { epochs: 200 } } },
  });
  for (const profile of ["quick", "full"] as const)
    resolvePipeline(read("pipeline.json"), profile, "flowers");
});

describe("a system that learns from labels sees", () => {
  const countOf = async (text: string): Promise<unknown> => {
    await create({ label: "species", model: "m2" }, text);
    return read("pipeline.json").labels;
  };
  const rows = (species: (i: number) => string, n: number): string =>
    `length,width,species\n${Array.from({ length: n }, (_, i) => `${i % 11},${i % 7},${species(i)}`).join("\n")}\n`;
  const abc = (i: number): string => ["a", "b", "c"][i % 3]!;

  test.each([
    ["ten of each class", rows(abc, 300), 30],
    ["a quarter of few rows", rows(abc, 40), 10],
    ["three quarters of the labels, if most rows have none", rows((i) => (i < 20 ? abc(i) : ""), 300), 15],
    ["one of each class at least", rows(abc, 6), 3],
  ])("%s", async (_, text, count) => {
    expect(await countOf(text)).toEqual({ count });
  });
});

describe("refused, and nothing is written:", () => {
  test.each([
    {
      what: "no number of clusters",
      changes: {},
      says: /number of clusters is not known[\s\S]*--label species/,
    },
    { what: "one cluster", changes: { clusters: "1" }, says: /"1" is not a number of clusters/ },
    {
      what: "a word for a number",
      changes: { clusters: "some" },
      says: /"some" is not a number of clusters/,
    },
    { what: "a label that is not there", changes: { label: "kind" }, says: /no column "kind"/ },
    {
      what: "a system that learns from labels, without any",
      changes: { model: "m2", clusters: "3" },
      says: /m2 learns from examples whose class is known[\s\S]*--label species/,
    },
    { what: "an unknown system", changes: { model: "k-means" }, says: /no model named "k-means"/ },
    { what: "a name with capitals", changes: { name: "Flowers" }, says: /small letters/ },
    { what: "a missing file", changes: { data: "/nowhere/x.csv" }, says: /data file is missing/ },
  ])("$what", async ({ changes, says }) => {
    await expect(create(changes)).rejects.toThrow(says);
    expect(readdirSync(join(root, "pipelines"))).toEqual(["overview"]);
  });

  test("missing values, with the flag that fills them", async () => {
    await expect(create({ clusters: "2" }, "x,y\n1,\n2,3\n")).rejects.toThrow(
      /missing in the column "y"[\s\S]*--missing/,
    );
    expect(existsSync(join(root, "pipelines", "local"))).toBe(false);
  });

  test("a second run of the same name, and the first pipeline stays", async () => {
    await create({ clusters: "4" });
    const before = read("pipeline.json");
    await expect(create({ clusters: "5" })).rejects.toThrow(/a pipeline of that name exists[\s\S]*flowers/);
    expect(read("pipeline.json")).toEqual(before);
  });
});

test("more clusters than rows are refused", async () => {
  await expect(create({ clusters: "3", model: "kmeans" }, "x\n1\n2\n")).rejects.toThrow(
    /"3" is more than the 2 rows/,
  );
});
