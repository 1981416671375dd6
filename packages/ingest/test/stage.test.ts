/** The stage as a process in a pipeline's folder, as turbo runs it. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRun } from "@gumbel/stage";
import { featureNames, labelledSchema, readExamples, readOriginal } from "@gumbel/tables";
import { run } from "@gumbel/workspace/programs";
import { describe, expect, test } from "vitest";
import { Workspace } from "./workspace.js";

const data = process.env.GUMBEL_DATA;
const python = process.env.GUMBEL_PYTHON ?? "python3";
const hasPyarrow = (await run`${python} -c ${"import pyarrow"}`).ok;

test("a data set becomes an Arrow file that can be read, with a summary and a manifest", async () => {
  const workspace = new Workspace({
    dataset: "glyphs",
    options: { train: 4500, test: 500 },
    draws: 2,
    labels: { count: 20, draw: "per-class", seed: 5 },
  });
  const { exitCode, stdout, stderr } = await workspace.run();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("4500 training and 500 test examples");
  expect(stdout).toMatch(/per class: 0 \d+, 1 \d+/);
  expect(workspace.files).toEqual([
    "data.arrow",
    "inputs.json",
    "labelled.json",
    "manifest.json",
    "run.json",
  ]);

  const { n, d, info, features, labels, split, index } = await readExamples(
    join(workspace.output, "data.arrow"),
  );
  expect({ n, d, name: info.name, kind: info.kind }).toEqual({
    n: 5000,
    d: 784,
    name: "glyphs",
    kind: "image",
  });
  expect(features).toBeInstanceOf(Uint8Array);
  expect(features.length).toBe(5000 * 784);
  expect([...index]).toEqual([...index.keys()]);
  expect(split.lastIndexOf(0)).toBe(4499);
  const { draws } = labelledSchema.parse(
    JSON.parse(readFileSync(join(workspace.output, "labelled.json"), "utf8")),
  );
  expect(draws.map(({ seed }) => seed)).toEqual([5, 6]);
  expect(draws[0]!.indices).not.toEqual(draws[1]!.indices);
  for (const { indices } of draws) {
    expect(indices).toHaveLength(20);
    for (let digit = 0; digit < 10; digit++)
      expect(indices.filter((row) => labels[row] === digit)).toHaveLength(2);
  }
});

test("the same plan gives the same bytes; another seed gives others", async () => {
  const plan = { dataset: "moons", limit: 400 };
  const [one, two, other] = [new Workspace(plan), new Workspace(plan), new Workspace({ ...plan, seed: 1 })];
  for (const workspace of [one, two, other]) expect((await workspace.run()).exitCode).toBe(0);
  expect(two.digest("data.arrow")).toBe(one.digest("data.arrow"));
  expect(two.digest("manifest.json")).toBe(one.digest("manifest.json"));
  expect(other.digest("data.arrow")).not.toBe(one.digest("data.arrow"));
});

describe("a user's own file", () => {
  const rows = Array.from(
    { length: 100 },
    (_, i) => `${i},${i % 4 === 0 ? "test" : "train"},${i % 2 ? "odd" : "even"},${2 * i}`,
  );
  const options = {
    path: "mine.csv",
    prepare: "none",
    label: "parity",
    split: "part",
  };

  test("a limit keeps the share of each split, even if they are mixed in the file", async () => {
    const workspace = new Workspace({ dataset: "file", options, limit: 40 });
    writeFileSync(join(workspace.pipeline, "mine.csv"), `x,part,parity,y\n${rows.join("\n")}\n`);
    expect(await workspace.run()).toMatchObject({ exitCode: 0, stderr: "" });
    const { n, info, features, labels, split } = await readExamples(join(workspace.output, "data.arrow"));
    expect({ n, classes: info.classes, test: split.filter((part) => part === 1).length }).toEqual({
      n: 40,
      classes: ["even", "odd"],
      test: 10,
    });
    for (let i = 0; i < n; i++) {
      const x = features[2 * i]!;
      expect([features[2 * i + 1], labels[i], split[i]]).toEqual([2 * x, x % 2, x % 4 === 0 ? 1 : 0]);
    }
    // The user's own columns beside them, row by row.
    const original = await readOriginal(join(workspace.output, "original.arrow"));
    expect(original.map(({ name }) => name)).toEqual(["x", "part", "parity", "y"]);
    const own = Object.fromEntries(original.map(({ name, values }) => [name, values]));
    expect(own.x).toEqual(Float64Array.from({ length: n }, (_, i) => features[2 * i]!));
    expect(own.parity).toEqual(Array.from(labels, (label) => info.classes[label]));
    const manifest = readFileSync(join(workspace.output, "manifest.json"), "utf8");
    expect(manifest).toContain('"original.arrow"');
  });

  test("data.arrow says how its features were made", async () => {
    const workspace = new Workspace({ dataset: "file", options: { ...options, prepare: "standardize" } });
    writeFileSync(
      join(workspace.pipeline, "mine.csv"),
      `x,part,parity,y\n1,train,odd,4\n3,train,odd,4\n9,test,odd,4\n`,
    );
    expect(await workspace.run()).toMatchObject({ exitCode: 0, stderr: "" });
    const { info, features } = await readExamples(join(workspace.output, "data.arrow"));
    expect([...features]).toEqual([-1, 0, 1, 0, 7, 0]);
    expect(featureNames(info.preparation!)).toEqual(["x", "y"]);
    expect(info.columns).toEqual({ label: "parity", ignored: [], doubts: [] });
  });

  test("an error in the last line leaves no output, not even that of the run before", async () => {
    const workspace = new Workspace({ dataset: "file", options });
    writeFileSync(join(workspace.pipeline, "mine.csv"), `x,part,parity,y\n${rows.join("\n")}\n`);
    expect((await workspace.run()).exitCode).toBe(0);
    writeFileSync(
      join(workspace.pipeline, "mine.csv"),
      `x,part,parity,y\n${rows.join("\n")}\n1,train,odd,none\n`,
    );
    const { exitCode, stderr } = await workspace.run();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: "none" in the column "y" is not a decimal number\n {2}where: .*mine\.csv:102\n/,
    );
    expect(stderr).not.toContain("    at ");
    expect(workspace.files).toEqual([]);
  });
});

test.each([
  {
    fault: "an unknown data set",
    plan: { dataset: "mnits" },
    message: /there is no data set named "mnits"; is "mnist" meant\?/,
  },
  { fault: "an unknown option", plan: { dataset: "moons", options: { noize: 1 } }, message: /noize/ },
  {
    fault: "more labels than examples",
    plan: { dataset: "moons", options: { n: 10 }, labels: { count: 11, draw: "random", seed: 0 } },
    message: /11 labelled examples are to be drawn, but only 10/,
  },
])("$fault is a short error, and leaves no output", async ({ plan, message }) => {
  const workspace = new Workspace(plan);
  const { exitCode, stderr } = await workspace.run();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr.split("\n").length).toBeLessThan(8);
  expect(workspace.files).toEqual([]);
});

test("a file with the wrong contents is an error that names it, and leaves no output", async () => {
  const workspace = new Workspace({ dataset: "usps" });
  const folder = join(workspace.folder, "data", "usps");
  mkdirSync(folder, { recursive: true });
  for (const name of ["zip.train.gz", "zip.test.gz"]) writeFileSync(join(folder, name), "<html>");
  const { exitCode, stderr } = await workspace.run({ GUMBEL_DATA: join(workspace.folder, "data") });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/not a complete gzip file[\s\S]*zip\.train\.gz/);
  expect(workspace.files).toEqual([]);
});

const noMnist = !data || !existsSync(join(data, "mnist", "train-images-idx3-ubyte.gz"));
test.skipIf(noMnist)(
  noMnist
    ? "skipped: GUMBEL_DATA has no mnist"
    : "the 70,000 digits of MNIST: training pixels of mean 0.13066 and standard deviation 0.30811, read in under 600 MB",
  async () => {
    const workspace = new Workspace({ dataset: "mnist" });
    expect(await workspace.run()).toMatchObject({ exitCode: 0, stderr: "" });
    const { n, features, info } = await readExamples(join(workspace.output, "data.arrow"));
    expect(n).toBe(70_000);
    let [sum, squares] = [0, 0];
    const count = 60_000 * 784;
    for (let i = 0; i < count; i++) {
      const value = features[i]! * info.scale;
      sum += value;
      squares += value * value;
    }
    expect(sum / count).toBeCloseTo(0.13066, 5);
    expect(Math.sqrt(squares / count - (sum / count) ** 2)).toBeCloseTo(0.30811, 5);
    expect((await readRun(workspace.output))!.peakRssBytes).toBeLessThan(600e6);
  },
);

test.skipIf(!hasPyarrow)(
  hasPyarrow ? "pyarrow reads the same values" : "skipped: no Python with pyarrow (GUMBEL_PYTHON names one)",
  async () => {
    const workspace = new Workspace({ dataset: "glyphs", options: { train: 2500, test: 100 } });
    expect((await workspace.run()).exitCode).toBe(0);
    const file = join(workspace.output, "data.arrow");
    const script = `
import hashlib, json, sys
import pyarrow as pa
table = pa.ipc.open_file(sys.argv[1]).read_all()
features = table["features"].combine_chunks()
print(json.dumps({
  "rows": table.num_rows,
  "types": [str(field.type) for field in table.schema],
  "features": hashlib.sha256(features.flatten().to_numpy().tobytes()).hexdigest(),
  "labels": table["label"].to_pylist(),
  "name": json.loads(table.schema.metadata[b"gumbel.dataset"])["name"],
}))`;
    const { stdout, stderr } = await run`${python} -c ${script} ${file}`;
    expect(stderr).toBe("");
    const examples = await readExamples(file);
    expect(JSON.parse(stdout)).toEqual({
      rows: 2600,
      types: ["uint32", "uint8", "int32", "fixed_size_list<item: uint8 not null>[784]"],
      features: createHash("sha256").update(examples.features).digest("hex"),
      labels: [...examples.labels],
      name: "glyphs",
    });
  },
);
