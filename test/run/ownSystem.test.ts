/** A system of the user's own through every stage: what it can do, and what follows when its file changes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "@gumbel/workspace/programs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, TestWorkspace } from "../workspace.js";

const skeleton = readFileSync(join(root, "packages/cli/templates/system.ts"), "utf8");
const pipeline = (epochs: number) => ({
  dataset: { name: "moons", n: 80 },
  model: { name: "my-method", hidden: [8], latentSize: 2 },
  train: { epochs },
  report: { map: { methods: [] } },
  evaluate: { knn: { k: [1] } },
});
const workspace = new TestWorkspace(pipeline(3));
afterAll(() => workspace.remove());
const file = join(workspace.folder, "systems/my-method.ts");
const write = (text: string): void => writeFileSync(file, text);
const weights = (): string =>
  readFileSync(join(workspace.artifacts, "train/seed-0/weights.safetensors"), "hex");

beforeAll(() => {
  mkdirSync(join(workspace.folder, "systems"));
  write(skeleton);
});

test("it is trained, encodes, is measured and reported as any other", async () => {
  await workspace.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
  const report = JSON.parse(readFileSync(join(workspace.artifacts, "report/report.json"), "utf8")) as {
    model: object;
  };
  expect(report.model).toMatchObject({ name: "my-method", title: "My method" });
}, 120_000);

test("its model answers for new rows of the user's own file, and becomes ONNX", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 11}`).join("\n");
  writeFileSync(join(workspace.folder, "own.csv"), `a,b\n${rows}\n`);
  const model = { name: "my-method", hidden: [4], latentSize: 2, clusters: 2 };
  const own = { ...pipeline(2), dataset: { name: "file", path: "../../own.csv" }, model };
  const rowsOf = workspace.addPipeline("own", own);
  await rowsOf.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
  for (const words of [
    ["predict", "own", "own.csv", "--out", "answers.csv"],
    ["export", "own", "--onnx", "own.onnx"],
  ]) {
    const env = { ...process.env, INIT_CWD: workspace.folder };
    const gumbel = run({ cwd: workspace.folder, env });
    const { ok, stdall } = await gumbel`${process.execPath} ${join(root, "packages/cli/bin.mjs")} ${words}`;
    expect(ok, stdall).toBe(true);
  }
  expect(readFileSync(join(workspace.folder, "answers.csv"), "utf8").trim().split("\n")).toHaveLength(61);
  expect(existsSync(join(workspace.folder, "own.onnx"))).toBe(true);
}, 120_000);

test("a changed file is trained anew, a changed comment is not", async () => {
  const before = weights();
  write(`${skeleton}\n// A comment.`);
  await workspace.runAll("plan");
  expect((await workspace.run("train")).output).toContain("seed 0  is already trained");
  write(skeleton.replace('sizes, "linear"', 'sizes, "relu"'));
  await workspace.runAll("plan");
  expect((await workspace.run("train")).output).not.toContain("already trained");
  expect(weights()).not.toBe(before);
}, 120_000);

test("a checkpoint of the old code is not used", async () => {
  write(skeleton);
  workspace.configure(pipeline(100_000));
  await workspace.runAll("plan");
  const interrupt = async (known: number): Promise<string> => {
    const { output } = await workspace.run("train", {
      env: { GUMBEL_CHECKPOINT_SECONDS: "0.1" },
      kill: async (ended) => {
        while (workspace.checkpoints().length <= known && !ended.aborted) await sleep(50);
      },
    });
    return output;
  };
  await interrupt(0);
  expect(workspace.checkpoints()).toHaveLength(1);
  write(skeleton.replace('sizes, "linear"', 'sizes, "relu"'));
  await workspace.runAll("plan");
  // Its checkpoint is another one: it did not go on from the first.
  await interrupt(1);
  expect(workspace.checkpoints()).toHaveLength(2);
}, 120_000);

test.each([
  [
    "while it is built",
    "const parameters = new Parameters();",
    'throw new Error("no luck"); const parameters = new Parameters();',
  ],
  ["in its objective", "weighted({ reconstruction: ", "weighted({ reconstruction: encoder.nothing(x) ?? "],
])("an error %s names the file and its line", async (_, before, after) => {
  const text = skeleton.replace(before, after);
  expect(text).not.toBe(skeleton);
  write(text);
  workspace.configure(pipeline(2));
  await workspace.runAll("plan");
  const { code, output } = await workspace.run("train");
  expect(code).toBe(1);
  const line = text.split("\n").findIndex((each) => each.includes(after.split("\n")[0]!)) + 1;
  expect(output).toContain(`${file}:${line}:`);
  expect(output).toMatch(/no luck|encoder\.nothing is not a function/);
  expect(output).not.toContain("node_modules");
});
