import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newMembers, newPipeline } from "../src/newPipeline.js";
import type { PipelineKind } from "../src/template.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-new-"));
  writeFileSync(join(root, "pnpm-workspace.yaml"), "");
  mkdirSync(join(root, "pipelines", "overview"), { recursive: true });
  writeFileSync(
    join(root, "pipelines", "overview", "package.json"),
    '{ "devDependencies": { "@pipelines/moons": "workspace:*" } }',
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The arguments of a pipeline without a study. */
const kind = (name: string, dataset: string, model: string): Omit<PipelineKind, "folder" | "tool"> => ({
  name,
  dataset,
  model,
  pretrainedFrom: null,
  study: null,
});

/** Writes a study that waits for nothing yet, and runs the members of svhn only on demand. */
function addStudy(given: { rows: unknown[]; startsFrom?: object } = { rows: ["kmeans"] }): void {
  const folder = join(root, "studies", "benchmark");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "devDependencies": { "@gumbel/study": "workspace:*" } }');
  const table = { id: "a", title: "A", source: "a", datasets: ["usps"], metrics: ["nmi"], rows: given.rows };
  writeFileSync(
    join(folder, "study.json"),
    JSON.stringify({ title: "A study", onDemand: ["svhn"], startsFrom: given.startsFrom, tables: [table] }),
  );
}
const waitedFor = (folder: string): string[] =>
  Object.keys(read(folder, "package.json").devDependencies as object);

const linked = async (): Promise<void> => {};
const read = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(root, ...path), "utf8"));

test("creates the three files of a pipeline and adds it to the overview", async () => {
  await newPipeline(root, kind("my-digits", "usps", "gumbel-vae"), linked);
  expect(read("pipelines/my-digits", "pipeline.json")).toMatchObject({
    dataset: "usps",
    model: "gumbel-vae",
  });
  expect(read("pipelines/my-digits", "package.json").name).toBe("@pipelines/my-digits");
  expect(read("pipelines/my-digits", "package.json").scripts).toEqual({
    plan: "gumbel-stage plan",
    ingest: "gumbel-stage ingest",
    train: "gumbel-stage train",
    extract: "gumbel-stage extract",
    evaluate: "gumbel-stage evaluate",
    report: "gumbel-stage report",
  });
  expect(read("pipelines/my-digits", "turbo.json")).toEqual({ extends: ["//", "@gumbel/tasks"] });
  expect(waitedFor("pipelines/overview")).toEqual(["@pipelines/moons", "@pipelines/my-digits"]);
});

test("sets labels for a model that is trained on some", async () => {
  await newPipeline(root, kind("my-labels", "usps", "auxiliary-clustering"), linked);
  expect(read("pipelines/my-labels", "pipeline.json")).toMatchObject({ labels: { count: 100 } });
});

test("creates a member of a study, which has no report of its own and may start from another's weights", async () => {
  addStudy();
  const study = "benchmark";
  await newPipeline(root, { ...kind("usps-ae-kmeans", "usps", "ae-kmeans"), study }, linked);
  const member = { ...kind("usps-again", "usps", "ae-kmeans"), pretrainedFrom: "usps-ae-kmeans", study };
  await newPipeline(root, member, linked);

  const folder = "studies/benchmark/usps/again";
  expect(read(folder, "pipeline.json")).toMatchObject({
    train: { pretrainedFrom: "usps-ae-kmeans" },
    profiles: { full: { train: { seeds: 3 } } },
  });
  const { scripts, devDependencies } = read(folder, "package.json");
  expect(Object.keys(scripts as object)).toEqual(["plan", "ingest", "train", "extract", "evaluate"]);
  expect(devDependencies).toMatchObject({ "@pipelines/usps-ae-kmeans": "workspace:*" });
  const tasks = read(folder, "turbo.json").tasks as Record<
    string,
    { dependsOn: string[]; inputs: unknown[] }
  >;
  expect(Object.keys(tasks)).toEqual(["train", "report"]);
  expect(tasks.report).toEqual({ extends: false });
  expect(tasks.train!.dependsOn).toContain("@pipelines/usps-ae-kmeans#train");
  expect(tasks.train!.inputs.at(-1)).toEqual({
    mode: "dependencyOutputs",
    from: ["plan", "ingest", "@pipelines/usps-ae-kmeans#train"],
    globs: ["out/plan/train.json", "out/ingest/manifest.json", "out/train/manifest.json"],
  });
  expect(waitedFor("studies/benchmark")).toEqual([
    "@gumbel/study",
    "@pipelines/usps-ae-kmeans",
    "@pipelines/usps-again",
  ]);
  expect(waitedFor("pipelines/overview")).toEqual(["@pipelines/moons"]);
});

test("a study does not wait for members whose data set runs on demand", async () => {
  addStudy();
  await newPipeline(root, { ...kind("svhn-kmeans", "svhn", "kmeans"), study: "benchmark" }, linked);
  expect(read("studies/benchmark/svhn/kmeans", "pipeline.json")).toMatchObject({ dataset: "svhn" });
  expect(waitedFor("studies/benchmark")).toEqual(["@gumbel/study"]);
});

test("creates the missing members of a study, those that others start from first", async () => {
  const labelled = { system: "ae-kmeans", labels: 100 };
  addStudy({
    rows: ["gumbel-vae", "kmeans", "ae-kmeans", "not-yet-there", labelled],
    startsFrom: { "gumbel-vae": "ae-kmeans" },
  });
  await newPipeline(root, { ...kind("usps-kmeans", "usps", "kmeans"), study: "benchmark" }, linked);
  const before = readFileSync(join(root, "studies/benchmark/usps/kmeans/turbo.json"), "utf8");
  let links = 0;
  const link = async (): Promise<void> => {
    links++;
  };
  await newMembers(root, "benchmark", link);
  await newMembers(root, "benchmark", link);
  expect(links).toBe(1);
  expect(waitedFor("studies/benchmark")).toEqual([
    "@gumbel/study",
    "@pipelines/usps-ae-kmeans",
    "@pipelines/usps-gumbel-vae",
    "@pipelines/usps-kmeans",
  ]);
  expect(read("studies/benchmark/usps/gumbel-vae", "pipeline.json")).toMatchObject({
    train: { pretrainedFrom: "usps-ae-kmeans" },
  });
  expect(readFileSync(join(root, "studies/benchmark/usps/kmeans/turbo.json"), "utf8")).toBe(before);
});

test.each([
  {
    what: "a study that does not exist",
    changes: { study: "benchmrk" },
    message: /no study is named "benchmrk"/,
  },
  {
    what: "a member named after another data set",
    changes: { study: "benchmark", name: "mnist-kmeans" },
    message: /usps-kmeans/,
  },
  {
    what: "a start that does not exist",
    changes: { pretrainedFrom: "usps-ae" },
    message: /no pipeline "usps-ae"/,
  },
])("refuses $what", async ({ changes, message }) => {
  addStudy();
  const member = { ...kind("usps-kmeans", "usps", "kmeans"), ...changes };
  await expect(newPipeline(root, member, linked)).rejects.toThrow(message);
  expect(existsSync(join(root, "pipelines", "usps-kmeans"))).toBe(false);
});

test.each([
  { what: "a name with capitals", args: ["Digits", "usps", "kmeans"], message: /small letters/ },
  { what: "a path for a name", args: ["../digits", "usps", "kmeans"], message: /small letters/ },
  { what: "a name that is taken", args: ["overview", "usps", "kmeans"], message: /a pipeline of that name/ },
  { what: "an unknown data set", args: ["digits", "upss", "kmeans"], message: /usps/ },
  { what: "an own file that is not named", args: ["digits", "file", "kmeans"], message: /--data FILE/ },
  { what: "an unknown model", args: ["digits", "usps", "k-means"], message: /kmeans/ },
] as const)("refuses $what and leaves nothing behind", async ({ args: [name, dataset, model], message }) => {
  await expect(newPipeline(root, kind(name, dataset, model), linked)).rejects.toThrow(message);
  expect(existsSync(join(root, "pipelines", "digits"))).toBe(false);
});
