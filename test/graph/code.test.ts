/** Stages that rerun when code is edited: those that use it, and no others. Drives turbo in a copy of this checkout. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stageNames } from "@gumbel/config";
import { run } from "@gumbel/workspace/programs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Copy } from "./copy.js";

const copy = new Copy();
afterAll(() => copy.remove(), 120_000);

/** Stages that ran again, by pipeline. `plan` always does after a build: it finds the code of the others. */
async function rerun(): Promise<Record<string, string[]>> {
  const ran = await copy.run("evaluate", ["moons", "circles"], {
    TURBO_CACHE_DIR: copy.path(".turbo", "cache"),
    TURBO_CONCURRENCY: "2",
  });
  return Object.fromEntries(
    ["moons", "circles"].map((name) => [
      name,
      stageNames.filter((stage) => ran[`@pipelines/${name}`]?.includes(stage)),
    ]),
  );
}
const edit = (file: string, text: string): void => appendFileSync(copy.path("packages", file), `\n${text}\n`);
const nothing = { moons: [], circles: [] };

beforeAll(async () => {
  // Types are checked elsewhere: leaving them out makes the builds fast.
  for (const name of readdirSync(copy.path("packages"))) {
    const file = copy.path("packages", name, "package.json");
    const contents = JSON.parse(readFileSync(file, "utf8")) as { scripts?: { build?: string } };
    if (!contents.scripts?.build?.includes("tsc")) continue;
    contents.scripts.build =
      "../plan/node_modules/.bin/esbuild 'src/**/*.ts*' --outdir=dist --log-level=error";
    writeFileSync(file, JSON.stringify(contents));
  }
  const small = { name: "idec", hidden: [8], latentSize: 2 };
  const common = { seed: 1, evaluate: { knn: { k: [1] } } };
  for (const [name, model] of [
    ["moons", small],
    ["circles", "kmeans"],
  ] as const) {
    writeFileSync(
      copy.path("pipelines", name, "pipeline.json"),
      JSON.stringify({ ...common, dataset: { name, n: 60 }, model, train: { epochs: 1 } }),
    );
  }
  await copy.install();
  expect((await rerun()).moons).toEqual(["ingest", "train", "extract", "evaluate"]);
}, 240_000);

test("a comment in a system's file reruns no stage", async () => {
  // A comment that the build keeps.
  edit("models/src/systems/idec.ts", "/*! A comment. */");
  edit("models/src/systems/kmeans.ts", "/*! Another. */");
  expect(await rerun()).toEqual(nothing);
}, 120_000);

test("an edit of a system trains the pipelines that use it, and nothing else", async () => {
  edit("models/src/systems/idec.ts", "export const edited = 1;");
  const { moons, circles } = await rerun();
  expect(moons).toEqual(expect.arrayContaining(["train", "extract"]));
  expect(moons).not.toContain("ingest");
  expect(circles).toEqual([]);
}, 120_000);

test("a new system reruns no stage of the existing pipelines", async () => {
  writeFileSync(copy.path("packages/models/src/systems/mine.ts"), 'export { default } from "./kmeans.js";\n');
  const registry = copy.path("packages/models/src/registry.ts");
  const before = readFileSync(registry, "utf8");
  const after = before.replace(/(const systems.*= \{\n)/, '$1  mine: () => import("./systems/mine.js"),\n');
  expect(after).not.toBe(before);
  writeFileSync(registry, after);
  expect(await rerun()).toEqual(nothing);
}, 120_000);

test("an edit of a stage reruns that stage", async () => {
  edit("evaluate/src/main.ts", "export const edited = 1;");
  expect(await rerun()).toEqual({ moons: ["evaluate"], circles: ["evaluate"] });
}, 120_000);

test("a new stage is its package, an entry of the list of stages and one of the task table", async () => {
  const replace = (file: string, before: RegExp | string, after: string): void => {
    const text = readFileSync(copy.path(file), "utf8");
    expect(text.split(before)).toHaveLength(2);
    writeFileSync(copy.path(file), text.replace(before, after));
  };
  const manifest = readFileSync(copy.path("packages/evaluate/package.json"), "utf8");
  mkdirSync(copy.path("packages/size/src"), { recursive: true });
  writeFileSync(
    copy.path("packages/size/package.json"),
    manifest.replaceAll("@gumbel/evaluate", "@gumbel/size"),
  );
  writeFileSync(
    copy.path("packages/size/src/main.ts"),
    `import { writeFileSync } from "node:fs";
     import { runStage } from "@gumbel/stage";
     await runStage("size", "0.1.0", async (stage) => {
       const evaluation = await (await stage.open("evaluate")).json("evaluation.json");
       writeFileSync(await stage.output("size.txt"), \`\${stage.plan.seeds.length} runs, \${evaluation.dataset.n} rows\`);
     });`,
  );
  replace(
    "packages/config/src/stages.ts",
    "  report: {",
    `  size: { plan: evaluatePlanSchema.pick({ pipeline: true, seed: true, seeds: true, code: true }), reads: ["evaluate"],
    env: [], passThroughEnv: [] },\n  report: {`,
  );
  replace(
    "packages/tasks/turbo.json",
    '    "report": {',
    `    "size": { "dependsOn": ["plan", "evaluate"], "outputs": ["out/size/**"], "inputs": ["package.json", {
      "mode": "dependencyOutputs", "from": ["plan", "evaluate"],
      "globs": ["out/plan/size.json", "out/evaluate/manifest.json"]
    }] },\n    "report": {`,
  );
  replace(
    "packages/tasks/package.json",
    '"@gumbel/train"',
    '"@gumbel/size": "workspace:*",\n    "@gumbel/train"',
  );
  // A changed lockfile needs what the registry says of packages, which a machine that has only installed may not have.
  await copy.install(["--prefer-offline", "--no-frozen-lockfile"]);
  for (const command of [
    ["turbo", "run", "build", "--filter=@gumbel/cli"],
    ["gumbel", "tasks"],
  ]) {
    const done = await run({ cwd: copy.folder })`pnpm ${command}`;
    expect(done.ok, done.stdall).toBe(true);
  }

  const ran = await copy.run("size", ["moons"], { TURBO_CACHE_DIR: copy.path(".turbo", "cache") });
  expect(ran["@pipelines/moons"]).toContain("size");
  expect(readFileSync(copy.path("artifacts/moons/size/size.txt"), "utf8")).toBe("1 runs, 60 rows");
}, 120_000);
