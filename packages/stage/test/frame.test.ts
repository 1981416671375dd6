/** A stage proves at its end that what it read is what lay there when it began: only then are its outputs stored. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeFiles, writeManifest } from "@gumbel/tables";
import { sha256 } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { afterEach, beforeEach, expect, test } from "vitest";

let root: string;
const path = (...parts: string[]): string => join(root, "pipelines", "x", ...parts);
const write = (text: string, ...parts: string[]): void => writeFileSync(path(...parts), text);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "gumbel-frame-"));
  mkdirSync(path("out", "plan"), { recursive: true });
  mkdirSync(path("out", "ingest"));
  mkdirSync(path("out", "before"));
  writeFileSync(join(root, "pnpm-workspace.yaml"), "packages: []\n");
  write('{ "name": "@pipelines/x" }', "package.json");
  write("{}", "pipeline.json");
  write(JSON.stringify({ pipeline: "x", seed: 0, code: {}, ...evaluated }), "out", "plan", "evaluate.json");
  write("1", "out", "ingest", "data.arrow");
  const described = { stage: "ingest", pipeline: "x", config: sha256(""), seed: 0, reads: [], versions: {} };
  const files = await describeFiles(path("out", "ingest"), ["data.arrow"]);
  await writeManifest(path("out", "ingest"), { ...described, files });
});
afterEach(() => rmSync(root, { recursive: true }));

const evaluated = {
  engine: { name: "cpu", build: null },
  seeds: [0],
  trainedOnLabels: false,
  knn: { k: [1], queries: 10 },
  validationSplit: "train",
};

/** Runs a stage that reads ingest's data and then does `work`. */
async function runStage(work = "") {
  const module = new URL("../dist/index.js", import.meta.url).href;
  const script = `
    const { runStage } = await import(${JSON.stringify(module)});
    const { appendFileSync } = await import("node:fs");
    await runStage("evaluate", "0", async (stage) => {
      await (await stage.open("ingest")).path("data.arrow");
      ${work}
    });`;
  const { exitCode, stderr } = await run({
    cwd: path(),
  })`${process.execPath} --input-type=module -e ${script}`;
  return { exitCode, stderr, stored: existsSync(path("out", "evaluate", "manifest.json")) };
}

test("a stage whose inputs stay the same writes its manifest", async () => {
  expect(await runStage()).toEqual({ exitCode: 0, stderr: "", stored: true });
});

test.each([
  {
    what: "its plan",
    file: "plan/evaluate.json",
    says: /the plan was changed while the evaluate stage ran[\s\S]*plan/,
  },
  {
    what: "the manifest of a stage before it",
    file: "ingest/manifest.json",
    says: /the output of the ingest stage was changed while it was read/,
  },
  {
    what: "a file that it read",
    file: "ingest/data.arrow",
    says: /a file is not what its stage wrote[\s\S]*data\.arrow/,
  },
])("a stage during which $what changes fails, and no manifest is written", async ({ file, says }) => {
  const { exitCode, stderr, stored } = await runStage(`appendFileSync("out/${file}", " ");`);
  expect({ exitCode, stored }).toEqual({ exitCode: 1, stored: false });
  expect(stderr).toMatch(says);
});

test("what the run before followed is ignored if its file is damaged: no finished work is lost for it", async () => {
  write('{ "plan": {', "out", "before", "evaluate.json");
  expect(await runStage()).toMatchObject({ exitCode: 0, stored: true });
});
