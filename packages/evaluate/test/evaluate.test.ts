import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Columns, ExamplesWriter, evaluationSchema, writeTable } from "@gumbel/tables";
import { sha256File, toJson } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { expect, test } from "vitest";

const bin = fileURLToPath(new URL("../../tasks/bin.mjs", import.meta.url));

interface Inputs {
  labels: number[];
  split: number[];
  /** One run per seed; the first seed is 3. */
  runs: {
    clusters: number[];
    z: number[];
    probabilities?: number[];
    loss: number | null;
    signs?: object[];
  }[];
  K: number;
  knn: number[];
  queries?: number;
  classes?: string[];
  validationSplit?: "train" | "test";
  trainedOnLabels?: boolean;
  /** Rows whose label training saw, of each run. */
  labelled?: number[][];
  /** What may be wrong with the columns of the user's. */
  doubts?: { name: string; what: string; hint: string }[];
}

/**
 * Seven training and three test examples on a line, classes 0 and 1, in two clusters. Seed 3 assigns two of the ten to the
 * wrong cluster (rows 3 and 6), seed 4 none.
 */
const ten: Inputs = {
  labels: [0, 0, 0, 0, 1, 1, 1, 0, 1, 1],
  split: [0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
  K: 2,
  knn: [1, 3],
  runs: [
    { clusters: [1, 1, 1, 0, 0, 0, 1, 1, 0, 0], z: [0, 1, 2, 9, 10, 11, 3, 0.6, 10.4, 2.9], loss: 120.5 },
    { clusters: [0, 0, 0, 0, 1, 1, 1, 0, 1, 1], z: [0, 1, 2, 3, 10, 11, 12, 0.6, 10.4, 11.6], loss: 119 },
  ],
};

/** scikit-learn 1.9.1: silhouette_score of the second run's z, which is the data too, in its clusters. */
const silhouetteOfLine = 0.8671382339401813;

/** Writes the outputs of the earlier stages and runs the stage's command. */
async function evaluate(inputs: Inputs) {
  const root = mkdtempSync(join(tmpdir(), "gumbel-evaluate-"));
  const file = (name: string, contents?: unknown): string => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (contents !== undefined)
      writeFileSync(path, typeof contents === "string" ? contents : toJson(contents));
    return path;
  };
  const manifest = async (stage: string, names: string[]) => {
    const files = await Promise.all(
      names.map(async (name) => {
        const path = file(`pipelines/x/out/${stage}/${name}`);
        return { name, bytes: readFileSync(path).byteLength, sha256: await sha256File(path) };
      }),
    );
    const config = "0".repeat(64);
    file(`pipelines/x/out/${stage}/manifest.json`, {
      stage,
      pipeline: "x",
      config,
      seed: 3,
      reads: [],
      versions: {},
      files,
    });
  };
  const {
    labels,
    split,
    K,
    runs,
    knn,
    queries = null,
    validationSplit = "train",
    trainedOnLabels = false,
    labelled,
    classes = ["a", "b"],
    doubts,
  } = inputs;
  const n = labels.length;
  const index = Uint32Array.from(labels.keys());
  const label = Int32Array.from(labels);

  file("pnpm-workspace.yaml", "packages: []\n");
  file("pipelines/x/package.json", { name: "@pipelines/x" });
  file("pipelines/x/pipeline.json", {});
  const seeds = runs.map((_, run) => 3 + run);
  file("pipelines/x/out/plan/evaluate.json", {
    pipeline: "x",
    seed: 3,
    code: {},
    engine: { name: "wasm", build: null },
    seeds,
    knn: { k: knn, queries },
    validationSplit,
    trainedOnLabels,
  });

  const examples = new ExamplesWriter(file("pipelines/x/out/ingest/data.arrow"), {
    name: "line",
    title: "Line",
    kind: "vector",
    shape: [1],
    scale: 1,
    offset: 0,
    range: "real",
    classes,
    source: "a test",
    ...(doubts && { columns: { label: "kind", ignored: [], doubts } }),
  });
  const features = Float32Array.from(ten.runs[1]!.z);
  examples.write({ features, labels: label, split: Uint8Array.from(split), index });
  examples.close();
  if (labelled)
    file("pipelines/x/out/ingest/labelled.json", {
      draws: labelled.map((indices, run) => ({ seed: run, indices })),
    });
  await manifest("ingest", ["data.arrow", ...(labelled ? ["labelled.json"] : [])]);

  file("pipelines/x/out/train/summary.json", {
    model: "tiny",
    title: "Tiny",
    clusters: K,
    tried: null,
    parameters: 0,
    runs: runs.map(({ loss, signs = [] }, i) => ({
      ...{ seed: 3 + i, epochs: 1, steps: 1, loss, restarts: [] },
      signs,
    })),
  });
  await manifest("train", ["summary.json"]);

  runs.forEach(({ clusters, z, probabilities }, i) => {
    const columns: Columns = {
      index: { values: index, width: 1 },
      split: { values: Uint8Array.from(split), width: 1 },
      label: { values: label, width: 1 },
      cluster: { values: Int32Array.from(clusters), width: 1 },
      z: { values: Float32Array.from(z), width: z.length / n },
      ...(probabilities && { probabilities: { values: Float32Array.from(probabilities), width: K } }),
    };
    const path = file(`pipelines/x/out/extract/seed-${3 + i}/latents.arrow`);
    writeTable(path, columns, { metadata: { "gumbel.latent": "z" }, vectors: ["z", "probabilities"] });
  });
  await manifest(
    "extract",
    runs.map((_, i) => `seed-${3 + i}/latents.arrow`),
  );

  const { exitCode, stdout, stderr } = await run({
    cwd: join(root, "pipelines/x"),
  })`${process.execPath} ${bin} evaluate`;
  const output = join(root, "pipelines/x/out/evaluate/evaluation.json");
  return {
    exitCode,
    stdout,
    stderr,
    folder: dirname(output),
    evaluation: () => evaluationSchema.parse(JSON.parse(readFileSync(output, "utf8"))),
  };
}

test("two runs of ten examples give the figures that were computed by hand", async () => {
  const done = await evaluate(ten);
  expect(done.stderr).toBe("");
  expect(done.exitCode).toBe(0);
  const { dataset, clusters, latent, selectedSeed, runs, summary } = done.evaluation();
  expect(dataset).toEqual({ name: "line", n: 10, train: 7, test: 3, classes: ["a", "b"] });
  expect([clusters, latent]).toEqual([2, "z"]);
  expect(selectedSeed).toBe(4);

  expect(runs[0]).toMatchObject({
    seed: 3,
    figures: { accuracy: 0.8, accuracySimple: null },
    assignment: [1, 0],
  });
  expect(runs[0]!.confusion).toEqual([
    [1, 4],
    [4, 1],
  ]);
  expect(runs[0]!.clusterSizes).toEqual([5, 5]);
  // Two fair coins that agree with probability 0.8: I = ln 2 + 0.8 ln 0.8 + 0.2 ln 0.2 nats, both entropies ln 2.
  expect(runs[0]!.figures.nmi).toBeCloseTo(1 + (0.8 * Math.log(0.8) + 0.2 * Math.log(0.2)) / Math.LN2, 12);
  // Ordered pairs: 24 of 40 in one class are in one cluster, and 24 of 40 in one cluster in one class; 34 of 50 are apart in both.
  expect(runs[0]!.figures.ari).toBeCloseTo((2 * (24 * 34 - 16 * 16)) / (40 * 50 + 40 * 50), 12);
  // Queries 0.6, 10.4, 2.9. Nearest: 1 (a), 10 (b), 3 (b). Three nearest: 1 0 2 (a a a), 10 11 9 (b b a), 3 2 1 (b a a).
  expect(runs[0]!.figures).toMatchObject({ "knn@1": 0, "knn@3": 100 / 3 });

  expect(runs[1]).toMatchObject({ seed: 4, assignment: [0, 1] });
  expect(runs[1]!.figures).toMatchObject({ accuracy: 1, nmi: 1, ari: 1, "knn@1": 0, "knn@3": 0 });

  expect(summary.accuracy!.mean).toBeCloseTo(0.9, 12);
  expect(summary.accuracy!.std).toBeCloseTo(Math.SQRT2 / 10, 12);
  expect(summary.accuracy!.n).toBe(2);
  expect(summary.accuracySimple).toBeNull();
  expect(summary["knn@3"]!.mean).toBeCloseTo(100 / 6, 12);
  expect(done.stdout).toContain("ACC                   0.900 ± 0.141 (2)");
  expect(done.stdout).toContain("kNN error, k = 3 (%)  16.67 ± 23.57 (2)");

  const manifest = JSON.parse(readFileSync(join(done.folder, "manifest.json"), "utf8"));
  expect(manifest.files.map((entry: { name: string }) => entry.name)).toEqual(["evaluation.json"]);
  expect(manifest.reads.map((entry: { path: string }) => entry.path)).toEqual(
    ["ingest", "train", "extract"].map((stage) => `x/${stage}/manifest.json`),
  );
});

test("equal inputs give the same bytes", async () => {
  const [first, second] = [await evaluate(ten), await evaluate(ten)];
  const bytes = ({ folder }: { folder: string }) => readFileSync(join(folder, "evaluation.json"), "utf8");
  expect(bytes(first)).toBe(bytes(second));
});

test("clusters are named by the example of the validation split with the highest probability", async () => {
  // Cluster 0 is most probable for row 6 (class 1) in training and row 7 (class 0) in test; cluster 1 for rows 5 and 8.
  const sure = [0.6, 0.6, 0.6, 0.6, 0.4, 0.1, 0.9, 0.95, 0.3, 0.5];
  const probabilities = sure.flatMap((p) => [p, 1 - p]);
  const run = { ...ten.runs[1]!, probabilities };
  const named = async (validationSplit: "train" | "test") =>
    (await evaluate({ ...ten, validationSplit, runs: [run] })).evaluation().runs[0]!.figures.accuracySimple;
  // Both clusters are named class 1, which is right for the five examples of class 1.
  expect(await named("train")).toBe(0.5);
  expect(await named("test")).toBe(1);
});

test("a system trained on labels has a test error, with its clusters as the predicted classes", async () => {
  const done = await evaluate({ ...ten, trainedOnLabels: true });
  const { runs, summary } = done.evaluation();
  // Classes 0 1 1 in clusters 1 0 0, then in 0 1 1.
  expect(runs.map((run) => run.figures.testError)).toEqual([100, 0]);
  expect(summary.testError).toMatchObject({ mean: 50, n: 2 });
  expect(done.stdout).toContain("test error (%)         50.00 ± 70.71 (2)");
  expect((await evaluate(ten)).evaluation().summary.testError).toBeNull();
  const noTest = await evaluate({ ...ten, trainedOnLabels: true, split: new Array(10).fill(0) });
  expect(noTest.evaluation().summary.testError).toBeNull();
});

test("a system trained on labels has an error of the training examples whose label it did not see", async () => {
  // The first run takes every training row but 3 and 6 for the other class, the second one none.
  const labelled = [
    [0, 3, 6],
    [0, 4],
  ];
  const done = await evaluate({ ...ten, trainedOnLabels: true, labelled });
  expect(done.evaluation().runs.map((run) => run.figures.unlabelledError)).toEqual([100, 0]);
  const right = await evaluate({ ...ten, trainedOnLabels: true, labelled: [[0, 1], [0]] });
  expect(right.evaluation().runs[0]!.figures.unlabelledError).toBe(60);
  expect((await evaluate({ ...ten, labelled })).evaluation().summary.unlabelledError).toBeNull();
  const all = await evaluate({ ...ten, trainedOnLabels: true, labelled: [[0, 1, 2, 3, 4, 5, 6], [0]] });
  expect(all.evaluation().runs[0]!.figures.unlabelledError).toBeNull();
});

test("the clusters of a system trained on labels are the classes that it predicts, right or wrong", async () => {
  // The first run takes nearly every example for the other class, where a matching would turn its clusters round.
  const assignments = async (trainedOnLabels: boolean) =>
    (await evaluate({ ...ten, trainedOnLabels })).evaluation().runs.map(({ assignment }) => assignment);
  expect(await assignments(true)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(await assignments(false)).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test("unlabelled examples count only in the clusters' sizes", async () => {
  const labels = ten.labels.map((label, row) => (row === 3 || row === 6 || row === 9 ? -1 : label));
  const [run] = (await evaluate({ ...ten, labels })).evaluation().runs;
  expect(run).toMatchObject({ figures: { accuracy: 1, ari: 1 }, clusterSizes: [5, 5], assignment: [1, 0] });
  expect(run!.figures.nmi).toBeCloseTo(1, 12);
  expect(run!.confusion).toEqual([
    [0, 4],
    [3, 0],
  ]);
  // The query at 2.9 is not labelled; without row 6 (at 3) and row 3 (at 9) the three nearest of 10.4 are 10 11 2: b b a.
  expect(run!.figures).toMatchObject({ "knn@1": 0, "knn@3": 0 });
});

test("without labels an evaluation has figures of the clusters alone, and how well the runs agree", async () => {
  const done = await evaluate({ ...ten, labels: new Array(10).fill(-1), classes: [] });
  const { runs, summary, agreement } = done.evaluation();
  const none = {
    accuracy: null,
    nmi: null,
    ari: null,
    accuracySimple: null,
    testError: null,
    unlabelledError: null,
  };
  expect(runs[1]).toMatchObject({ seed: 4, figures: none, assignment: [-1, -1], confusion: [] });
  const { silhouette, calinskiHarabasz } = runs[1]!.figures;
  expect(silhouette).toBeCloseTo(silhouetteOfLine, 6);
  expect(calinskiHarabasz).toBeGreaterThan(0);
  expect(Object.keys(summary)).toEqual([
    ...Object.keys(none),
    "silhouette",
    "daviesBouldin",
    "calinskiHarabasz",
  ]);
  expect(summary.accuracy).toBeNull();
  expect(done.stdout).toMatch(/silhouette +[-\d.]+ ± [\d.]+ \(2\)/);
  expect(done.stdout).not.toMatch(/none|ACC/);
  // Seed 3 differs from seed 4 in two of ten: (2 · 24 · 34 - 2 · 16 · 16) / (2 · 40 · 50), as against the classes.
  expect(agreement).toBeCloseTo((2 * (24 * 34 - 16 * 16)) / (40 * 50 + 40 * 50), 12);
});

test("a run whose examples are all in one cluster is said, with what to try, and exits with 0", async () => {
  const clusters = new Array(10).fill(1);
  const done = await evaluate({ ...ten, runs: [ten.runs[0]!, { ...ten.runs[1]!, clusters }] });
  expect(done.exitCode).toBe(0);
  const { runs } = done.evaluation();
  const signs = runs.map(({ signs }) => signs.map(({ name }) => name));
  expect(signs).toEqual([["below-k-means"], ["one-cluster", "below-k-means"]]);
  expect(done.stdout).toMatch(/seed 4: 100 % of the examples are in one of 2 clusters\n {2}to try: .*kmeans/);
});

test("k-means on the same data is the baseline, and a run that is clearly worse is said", async () => {
  const done = await evaluate(ten);
  const { baseline, runs } = done.evaluation();
  expect(baseline).toEqual({ examples: 10, accuracy: 1, silhouette: expect.closeTo(silhouetteOfLine, 6) });
  // Seed 3 has two of the ten in the wrong cluster, seed 4 none.
  expect(runs[1]!.signs).toEqual([]);
  expect(done.stdout).toContain(
    "seed 3: k-means on the same data has the better accuracy: 1.000, this run 0.800",
  );
});

test("what training says of itself is said again", async () => {
  const sign = { name: "few-steps", what: "the training has only 7 steps", hint: "more epochs" };
  const done = await evaluate({ ...ten, runs: [ten.runs[0]!, { ...ten.runs[1]!, signs: [sign] }] });
  expect(done.evaluation().runs[1]!.signs).toEqual([sign]);
  expect(done.stdout).toContain("seed 4: the training has only 7 steps");
});

test("doubts about the columns stand beside the figures of every run", async () => {
  const doubt = { name: "row-name", what: 'the feature "no" names the rows', hint: "leave it out" };
  const done = await evaluate({ ...ten, doubts: [doubt] });
  expect(done.evaluation().runs[1]!.signs).toEqual([doubt]);
  expect(done.stdout).toContain('seed 4: the feature "no" names the rows');
});

test("a system that learns from labels is not compared with k-means", async () => {
  const { baseline, runs } = (await evaluate({ ...ten, trainedOnLabels: true })).evaluation();
  expect(baseline).toBeNull();
  expect(runs.flatMap(({ signs }) => signs)).toEqual([]);
});

test("without a test split an evaluation has no kNN error, and one run has no standard deviation", async () => {
  const done = await evaluate({ ...ten, split: new Array(10).fill(0), runs: [ten.runs[0]!] });
  const { runs, summary } = done.evaluation();
  expect(Object.keys(runs[0]!.figures)).not.toContain("knn@1");
  expect(summary.accuracy).toEqual({ mean: 0.8, std: null, n: 1 });
  expect(Object.keys(summary)).not.toContain("knn@1");
});

test("unmatched clusters have no class", async () => {
  const clusters = [2, 2, 2, 2, 1, 1, 1, 2, 0, 0];
  const [run] = (await evaluate({ ...ten, K: 4, runs: [{ ...ten.runs[1]!, clusters }] })).evaluation().runs;
  expect(run).toMatchObject({
    figures: { accuracy: 0.8 },
    assignment: [-1, 1, 0, -1],
    clusterSizes: [2, 3, 5, 0],
  });
});

test("`queries` limits the number of test examples", async () => {
  // The first two test examples are right with three neighbours, the third is not.
  const [run] = (await evaluate({ ...ten, queries: 2 })).evaluation().runs;
  expect(run!.figures["knn@3"]).toBe(0);
});

test("the first seed is selected if the system has no loss", async () => {
  const runs = ten.runs.map((run) => ({ ...run, loss: null }));
  expect((await evaluate({ ...ten, runs })).evaluation().selectedSeed).toBe(3);
});

test("sixteen copies of the latents give the same kNN error as one", async () => {
  const runs = ten.runs.map((run) => ({
    ...run,
    z: run.z.flatMap((value) => new Array<number>(16).fill(value)),
  }));
  const errorsOf = ({ evaluation }: Awaited<ReturnType<typeof evaluate>>) =>
    evaluation().runs.map(({ figures }) => [figures["knn@1"], figures["knn@3"]]);
  const [wide, line] = [await evaluate({ ...ten, runs }), await evaluate(ten)];
  expect(errorsOf(wide)).toEqual(errorsOf(line));
});

test.each<[string, Inputs, string[]]>([
  [
    "latents that are not numbers",
    { ...ten, runs: [ten.runs[0]!, { ...ten.runs[1]!, z: [0, 1, 2, 3, 4, Number.NaN, 6, 7, 8, 9] }] },
    ['seed 4: column "z" has NaN in row 5', "seed-4/latents.arrow", "lower train.learningRate"],
  ],
  [
    "more neighbours than training examples",
    { ...ten, knn: [3, 8] },
    ["k is 8, but the training split has only 7 labelled examples", "evaluate.knn.k", "numbers from 1 to 7"],
  ],
  [
    "latents with more clusters than train/summary.json",
    { ...ten, K: 1 },
    ["seed 3: row 0 is in cluster 1", "1 clusters, as in train/summary.json", "run the extract stage again"],
  ],
])("%s are a short error, and leave no manifest", async (_, inputs, words) => {
  const done = await evaluate(inputs);
  expect(done.exitCode).toBe(1);
  for (const part of words) expect(done.stderr).toContain(part);
  expect(done.stderr).not.toContain("    at ");
  expect(existsSync(join(done.folder, "manifest.json"))).toBe(false);
});
