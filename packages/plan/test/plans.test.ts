import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProfileName, profileNames } from "@gumbel/config";
import { loadSystem } from "@gumbel/models";
import { settingsSentOn } from "@gumbel/results";
import { sha256 } from "@gumbel/workspace";
import { afterAll, expect, test, vi } from "vitest";
import { digestsOfData } from "../src/data.js";
import { makePlans } from "../src/plans.js";

const [quick, full] = profileNames;
const folder = mkdtempSync(join(tmpdir(), "gumbel-plan-"));
writeFileSync(join(folder, "pnpm-workspace.yaml"), "");
afterAll(() => rmSync(folder, { recursive: true }));

/** The plans of a pipeline.json with these contents. */
function plansOf(
  contents: object,
  { profile = quick, seeds, set }: { profile?: ProfileName; seeds?: string; set?: string } = {},
) {
  writeFileSync(
    join(folder, "pipeline.json"),
    JSON.stringify({ dataset: "moons", model: "vae", ...contents }),
  );
  return makePlans(folder, "x", profile, { seeds, set });
}

test("what pipeline.json leaves open is the system's own schedule, and its options' defaults", async () => {
  const { training, optionsSchema } = await loadSystem("vae");
  const { train, extract } = await plansOf({});
  expect(train).toMatchObject({
    pipeline: "x",
    model: "vae",
    seeds: [0],
    epochs: training.epochs,
    batchSize: training.batchSize,
    optimizer: { ...training.optimizer, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    labelledPerBatch: 0,
  });
  expect(train.options).toEqual(optionsSchema.parse({}));
  expect(extract.options).toEqual(train.options);
});

test("what pipeline.json says goes before that", async () => {
  const { train, ingest } = await plansOf({
    dataset: { name: "moons", n: 50 },
    model: { name: "vae", latentSize: 3 },
    train: { epochs: 4, batchSize: 5, learningRate: 0.5, optimizer: "sgd" },
  });
  expect(train).toMatchObject({
    epochs: 4,
    batchSize: 5,
    optimizer: { name: "sgd", learningRate: 0.5, momentum: 0.9 },
  });
  expect(train.options).toMatchObject({ latentSize: 3 });
  expect(ingest).toMatchObject({ dataset: "moons", options: { n: 50 } });
});

test("a profile changes the plans of the stages that it names, and no other", async () => {
  const contents = { profiles: { [full]: { train: { epochs: 9 } } } };
  const before = await plansOf(contents);
  const after = await plansOf(contents, { profile: full });
  expect(after.train.epochs).toBe(9);
  for (const stage of ["ingest", "extract", "evaluate"] as const) expect(after[stage]).toEqual(before[stage]);
});

test("run r trains with seed + r; GUMBEL_SEEDS chooses among the runs, for every stage that has runs", async () => {
  const contents = { seed: 5, train: { seeds: 3 } };
  expect((await plansOf(contents)).train.seeds).toEqual([5, 6, 7]);
  const { train, extract, evaluate, report, ingest } = await plansOf(contents, { seeds: "6" });
  for (const { seeds } of [train, extract, evaluate, report]) expect(seeds).toEqual([6]);
  expect(ingest).toEqual((await plansOf(contents)).ingest);
});

test("each run has a draw of labels of its own", async () => {
  const contents = { model: "auxiliary-clustering", labels: { count: 10 }, train: { seeds: 2 } };
  const { ingest, evaluate } = await plansOf(contents);
  expect(ingest).toMatchObject({ draws: 2, labels: { count: 10, draw: "per-class", seed: 0 } });
  expect(evaluate.trainedOnLabels).toBe(true);
});

test("a file of the user's own counts by its content", async () => {
  writeFileSync(join(folder, "mine.csv"), "x,y\n1,2\n");
  const { ingest } = await plansOf({ dataset: { name: "file", path: "mine.csv" } });
  expect(await digestsOfData(ingest, folder)).toEqual({ "mine.csv": sha256("x,y\n1,2\n") });
});

test("a folder of the user's own counts by the names and the contents of its files", async () => {
  const digest = async (): Promise<unknown> =>
    digestsOfData((await plansOf({ dataset: { name: "file", path: "pictures" } })).ingest, folder);
  mkdirSync(join(folder, "pictures", "cat"), { recursive: true });
  const file = join(folder, "pictures", "cat", "1.png");
  writeFileSync(file, "one");
  const before = await digest();
  expect(before).toEqual({ pictures: sha256(`${sha256("one")} cat/1.png\n`) });
  writeFileSync(file, "two");
  expect(await digest()).not.toEqual(before);
});

test("the files of a named data set count by their content, wherever they lie: SVHN itself is not its stand-in", async () => {
  const put = (set: string, text: string): void => {
    mkdirSync(join(folder, "sets", set), { recursive: true });
    for (const part of ["train", "test"]) writeFileSync(join(folder, "sets", set, `${part}_32x32.mat`), text);
  };
  vi.stubEnv("GUMBEL_DATA", join(folder, "sets"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  const { ingest } = await plansOf({ dataset: "svhn" });
  const both = (text: string) => ({
    "svhn/train_32x32.mat": sha256(text),
    "svhn/test_32x32.mat": sha256(text),
  });
  put("svhn-format", "a stand-in");
  expect(await digestsOfData(ingest, folder)).toEqual(both("a stand-in"));
  put("svhn", "the real one");
  expect(await digestsOfData(ingest, folder)).toEqual(both("the real one"));
  put("svhn", "another one");
  expect(await digestsOfData(ingest, folder)).toEqual(both("another one"));
  vi.unstubAllEnvs();
});

test("a file of the user's own that is not there is refused by name", async () => {
  const { ingest } = await plansOf({ dataset: { name: "file", path: "gone.csv" } });
  await expect(digestsOfData(ingest, folder)).rejects.toThrow(/the data file is missing[\s\S]*gone\.csv/);
});

test.each([
  { what: "an unknown model", contents: { model: "kmaens" }, says: /no model named "kmaens"[\s\S]*kmeans/ },
  {
    what: "an unknown data set",
    contents: { dataset: "mnits" },
    says: /no data set named "mnits"[\s\S]*mnist/,
  },
  {
    what: "an option that the model does not have",
    contents: { model: { name: "vae", wQ: 1 } },
    says: /wQ[\s\S]*field model/,
  },
  {
    what: "an option that the data set does not have",
    contents: { dataset: { name: "moons", rings: 2 } },
    says: /rings[\s\S]*field dataset/,
  },
  {
    what: "a system that needs labels, without any",
    contents: { model: "auxiliary-clustering" },
    says: /trained on labelled examples[\s\S]*field labels/,
  },
  {
    what: "labelled examples in the batches of a system that does not learn from labels",
    contents: { model: "vae", labels: { count: 10 }, train: { labelledPerBatch: 5 } },
    says: /vae does not learn from labels[\s\S]*train\.labelledPerBatch/,
  },
  {
    what: "no labelled examples in the batches of a system that learns from labels",
    contents: { model: "m2", labels: { count: 10 }, train: { labelledPerBatch: 0 } },
    says: /m2 learns from labels[\s\S]*train\.labelledPerBatch/,
  },
  { what: "a seed that it does not have", contents: {}, seeds: "3", says: /"3" is no seed/ },
])("$what is refused by name", async ({ contents, says, seeds }) => {
  await expect(plansOf(contents, seeds === undefined ? {} : { seeds })).rejects.toThrow(says);
});

test("the settings that a report shows are taken as those of a pipeline, and give the same plan", async () => {
  for (const contents of [{ model: "vae" }, { model: "kmeans" }, { model: "m2", labels: { count: 10 } }]) {
    const first = await plansOf(contents);
    const again = await plansOf(settingsSentOn(first.report.effective) as typeof contents);
    expect(again.train).toEqual(first.train);
  }
});

test("what a system has no use for is said, and is no departure from it", async () => {
  const steps = { epochs: 50, learningRate: 0.1 };
  const kmeans = await plansOf({ model: "kmeans", labels: { count: 10 }, train: steps });
  expect(kmeans.unused).toEqual([
    "kmeans does not learn from labels: those of the field labels have no part in its training",
    "kmeans takes no gradient steps: train.epochs, train.learningRate have no effect",
  ]);
  expect(kmeans.train.epochs).toBe(0);
  expect(kmeans.report.departures).toEqual([]);
  expect((await plansOf({ model: "vae", train: steps })).unused).toEqual([]);
});

test("the number of clusters is a departure on a data set of known classes, not on one's own file", async () => {
  writeFileSync(join(folder, "own.csv"), "x,y\n1,2\n3,4\n");
  const fieldsOf = async (dataset: unknown) =>
    (await plansOf({ dataset, model: { name: "kmeans", clusters: 4 } })).report.departures.map(
      ({ field }) => field,
    );
  expect(await fieldsOf("moons")).toEqual(["clusters"]);
  expect(await fieldsOf({ name: "file", path: "own.csv" })).toEqual([]);
});

test("GUMBEL_SET sets fields of one run, after the profile, and stands in the report's plan", async () => {
  const contents = { profiles: { full: { train: { epochs: 7 }, model: { likelihood: "gaussian" } } } };
  const set = 'train.epochs=5 model.hidden=[8, 4] dataset=circles report.title="A b"';
  const { ingest, train, report } = await plansOf(contents, { profile: full, set });
  expect(train).toMatchObject({ epochs: 5, options: { likelihood: "gaussian", hidden: [8, 4] } });
  expect(ingest.dataset).toBe("circles");
  expect(report).toMatchObject({ set, title: "A b" });
  expect(report.departures.map(({ field }) => field)).toContain("epochs");
  expect((await plansOf(contents)).report.set).toBeNull();
});

test.each([
  { set: "train.epoch=5", says: 'train: Unrecognized key: "epoch"' },
  { set: "train.epochs=none", says: "train.epochs" },
  { set: "train.epochs 5", says: '"train.epochs" sets no field' },
  { set: "seed.x=5", says: "seed is 0, which has no field x" },
  { set: "model.__proto__=5", says: '"model.__proto__=5" sets no field' },
  { set: "model.latent=5", says: "latent" },
])("GUMBEL_SET=$set is an error that names it", async ({ set, says }) => {
  await expect(plansOf({ seed: 0 }, { set })).rejects.toThrow(says);
  await expect(plansOf({ seed: 0 }, { set })).rejects.toThrow(/GUMBEL_SET/);
});
