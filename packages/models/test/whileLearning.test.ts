/** Clustering of the features while they are learned, and the two algorithms that only it uses. */
import { Adam, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { agglomerative } from "../src/clustering/agglomerative.js";
import { coreDistances, dbscan, findRadius } from "../src/clustering/dbscan.js";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";
import { accuracyOf, termsOf, threeClouds } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

/*
 * s = 1
 * def u(): global s; s = s * 16807 % 2147483647; return s / 2147483647
 * x = [[round(4 * u(), 3), round(4 * u(), 3)] for _ in range(40)]
 */
let s = 1;
const points = Float32Array.from({ length: 80 }, () => {
  s = (s * 16807) % 2147483647;
  return Math.round((4000 * s) / 2147483647) / 1000;
});

describe("DBSCAN", () => {
  test("finds scikit-learn's clusters and noise", () => {
    // DBSCAN(eps=.5, min_samples=3).fit_predict(x), then (.6, 4) and (.3, 3)
    expect([...dbscan(points, 2, { radius: 0.5, minimumPoints: 3 })]).toEqual([
      -1, 0, 5, -1, 1, -1, 2, -1, -1, 3, -1, 1, 0, -1, -1, -1, 3, -1, 4, -1, -1, 4, -1, 1, -1, 0, -1, 3, 1, 2,
      0, 5, 0, 3, 2, 5, -1, 5, 2, 4,
    ]);
    expect([...dbscan(points, 2, { radius: 0.6, minimumPoints: 4 })]).toEqual([
      -1, 0, 4, -1, 3, -1, 1, -1, -1, 2, -1, 3, 0, -1, -1, 3, 2, 0, 3, 0, -1, 3, -1, 3, -1, 0, -1, 2, 3, 1, 0,
      4, 0, 2, 1, 4, -1, 4, 1, 3,
    ]);
    expect([...dbscan(points, 2, { radius: 0.3, minimumPoints: 3 })]).toEqual([
      -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1,
      -1, -1, 1, -1, -1, -1, -1, 1, -1, -1, -1, 1, -1,
    ]);
  });

  test("calls all noise where no point has neighbours, and equal points one cluster", () => {
    expect(new Set(dbscan(points, 2, { radius: 1e-3, minimumPoints: 2 }))).toEqual(new Set([-1]));
    expect(new Set(dbscan(new Float32Array(20), 2, { radius: 0, minimumPoints: 10 }))).toEqual(new Set([0]));
  });

  test("knows from which radius on each point is a core point", () => {
    // np.sort(NearestNeighbors(n_neighbors=4).fit(x).kneighbors(x)[0][:, 3])[[9, 19, 39]]
    const distances = coreDistances(points, 2, 4);
    expect([9, 19, 39].map((i) => distances[i]!.toFixed(5))).toEqual(["0.51793", "0.63967", "1.31529"]);
    // Fewer points than a core point needs: the farthest of them.
    expect([...coreDistances(Float32Array.of(0, 1, 3), 1, 9)]).toEqual([2, 3, 3]);
  });

  test("finds a radius that neither joins all nor calls all noise", () => {
    // Two groups of five, 1 apart within and 20 between, and a stray point.
    const line = Float32Array.of(0, 1, 2, 3, 4, 24, 25, 26, 27, 28, 100);
    const radius = findRadius(line, 1, 3);
    expect([...dbscan(line, 1, { radius, minimumPoints: 3 })]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1]);
    expect(findRadius(new Float32Array(10), 1, 3)).toBe(0);
  });

  test("refuses what is no number", () => {
    const holed = Float32Array.of(0, Number.NaN);
    expect(() => dbscan(holed, 1, { radius: 1, minimumPoints: 1 })).toThrow(/finite/);
  });
});

describe("agglomerative clustering", () => {
  // AgglomerativeClustering(k, linkage=linkage).fit_predict(x), numbered in order of appearance
  const expected = [
    {
      linkage: "ward",
      k: 5,
      clusters: [
        0, 1, 0, 2, 3, 0, 4, 2, 4, 0, 0, 3, 1, 2, 0, 3, 0, 1, 3, 1, 2, 3, 4, 3, 0, 1, 0, 0, 3, 4, 1, 0, 1, 0,
        4, 0, 2, 0, 4, 3,
      ],
    },
    {
      linkage: "ward",
      k: 9,
      clusters: [
        0, 1, 2, 3, 4, 5, 6, 3, 6, 0, 5, 4, 1, 3, 5, 7, 0, 1, 7, 1, 8, 7, 6, 4, 5, 1, 0, 0, 4, 6, 1, 2, 1, 0,
        6, 2, 8, 2, 6, 7,
      ],
    },
    {
      linkage: "average",
      k: 9,
      clusters: [
        0, 1, 2, 3, 4, 5, 6, 3, 6, 7, 5, 4, 1, 3, 5, 4, 7, 1, 4, 1, 8, 4, 6, 4, 5, 1, 7, 7, 4, 6, 1, 2, 1, 7,
        6, 2, 8, 2, 6, 4,
      ],
    },
  ] as const;
  test.each(expected)("finds scikit-learn's $k clusters by $linkage linkage", ({ linkage, k, clusters }) => {
    expect([...agglomerative(points, 2, k, linkage)]).toEqual(clusters);
  });

  test("makes as many clusters as asked for of equal points, of one each, and of all", () => {
    expect(new Set(agglomerative(new Float32Array(20), 2, 3, "ward")).size).toBe(3);
    expect([...agglomerative(points, 2, 40, "average")]).toEqual([...Array(40).keys()]);
    expect(new Set(agglomerative(points, 2, 1, "ward"))).toEqual(new Set([0]));
  });

  test("refuses more clusters than points, and what is no number", () => {
    expect(() => agglomerative(points, 2, 41, "ward")).toThrow(/41 clusters cannot be made of 40/);
    expect(() => agglomerative(Float32Array.of(0, Number.NaN), 1, 1, "ward")).toThrow(/finite/);
  });
});

const training = threeClouds();
const { n, d } = training;

async function build(option: object | null, name = "ae-kmeans"): Promise<Model> {
  const system = await loadSystem(name);
  const clusterWhileLearning = option && { startEpochs: 0, interval: 2, weight: 1, ...option };
  return system.build({
    options: system.optionsSchema.parse({ hidden: [16], latentSize: 2, restarts: 3, clusterWhileLearning }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: n },
    random: (...names) => stream(1, ...names),
  });
}

/** Epochs of ten steps on all examples, as the train stage would make them. */
async function learn(model: Model, data: TrainingData, epochs: number): Promise<void> {
  await model.start!(data);
  const adam = new Adam(model.parameters, { learningRate: 0.01 });
  const x = tf.tensor2d(data.all(), [n, d]);
  const rows = Uint32Array.from({ length: n }, (_, row) => row);
  const labels = new Int32Array(n).fill(-1);
  for (let step = 0; step < 10 * epochs; step++) {
    const epoch = Math.floor(step / 10);
    await model.beforeStep?.({ epoch, offset: step % 10, step }, data);
    const random = (name: string) => stream(0, step, name);
    const terms = adam.minimize(() => model.objective!({ x, rows, labels, epoch, random }));
    for (const term of Object.values(terms)) term.dispose();
  }
  x.dispose();
  adam.dispose();
  await model.finish!(data);
}

/** Squared distances of the latents to the means of their groups, against those to the mean of all. */
function looseness(model: Model, group: (row: number) => number): number {
  const z: Float32Array = tf.tidy(() =>
    model
      .encode(tf.tensor2d(training.all(), [n, d]))
      .feature!.dataSync<"float32">()
      .slice(),
  );
  const scatter = (rows: number[]): number =>
    [0, 1].reduce((sum, j) => {
      const mean = rows.reduce((all, row) => all + z[row * 2 + j]!, 0) / rows.length;
      return sum + rows.reduce((all, row) => all + (z[row * 2 + j]! - mean) ** 2, 0);
    }, 0);
  const all = [...Array(n).keys()];
  const within = [0, 1, 2].map((cluster) => scatter(all.filter((row) => group(row) === cluster)));
  return within.reduce((sum, each) => sum + each, 0) / scatter(all);
}
const cloudOf = (row: number): number => row % 3;

const methods = [
  { method: "kmeans" },
  { method: "dbscan" },
  { method: "dbscan", examples: 30 },
  { method: "agglomerative" },
  { method: "agglomerative", linkage: "average", examples: 30 },
];

describe("three clouds", () => {
  let before: number;
  beforeAll(async () => {
    const model = await build(null);
    await learn(model, training, 20);
    before = looseness(model, cloudOf);
  });

  test.each(methods)("are found and drawn together by $method", async (option) => {
    const model = await build({ ...option, startEpochs: 5, weight: 10 });
    await learn(model, training, 20);
    expect(accuracyOf(model, training)).toBe(1);
    expect(looseness(model, cloudOf)).toBeLessThan(0.5 * before);
  });
});

test("AE + GMM has the option too", async () => {
  const model = await build({ method: "kmeans", startEpochs: 5 }, "ae-gmm");
  await learn(model, training, 10);
  expect(accuracyOf(model, training)).toBe(1);
});

test("without it the objective is the reconstruction alone, and nothing is kept", async () => {
  const model = await build(null);
  await model.start!(training);
  const { total, ...others } = termsOf(model, training);
  expect(others).toEqual({ reconstruction: total });
  expect(model.state).toBeUndefined();
});

test("latents are clustered from startEpochs on, every interval epochs, at an epoch's first step", async () => {
  const model = await build({ method: "kmeans", startEpochs: 3, interval: 2 });
  await model.start!(training);
  const clustered: string[] = [];
  let before = model.state!.get("centres")?.values;
  for (let epoch = 0; epoch < 7; epoch++) {
    for (const offset of [0, 20]) {
      await model.beforeStep!({ epoch, offset, step: 0 }, training);
      const now = model.state!.get("centres")?.values;
      if (now !== before) clustered.push(`${epoch} ${offset}`);
      before = now;
    }
  }
  expect(clustered).toEqual(["3 0", "5 0"]);
});

describe("the pull", () => {
  const at = { epoch: 0, offset: 0, step: 0 };

  test("is 0 before the first clustering", async () => {
    const model = await build({ method: "kmeans" });
    await model.start!(training);
    expect(termsOf(model, training).pull).toBe(0);
  });

  test("is w / 2 of the variance within clusters against all variance", async () => {
    const model = await build({ method: "kmeans", weight: 0.6 });
    await model.start!(training);
    await model.beforeStep!(at, training);
    const { total, reconstruction, pull } = termsOf(model, training);
    const { values } = model.state!.get("assignment")!;
    expect(pull).toBeCloseTo(0.3 * looseness(model, (row) => values[row]!), 5);
    expect(total).toBeCloseTo(reconstruction! + pull!, 5);
  });

  test("has the gradient (w / v) (z - μ)", async () => {
    const model = await build({ method: "kmeans", weight: 0.6 });
    await model.start!(training);
    await model.beforeStep!(at, training);
    const bias = model.parameters.trainable.find(({ name }) => name === "encoder/1/bias")!;
    tf.tidy(() => bias.assign(tf.tensor1d([0.5, -2])));
    const rows = Uint32Array.from({ length: n }, (_, row) => row);
    const gradient = tf.tidy(() => {
      const x = tf.tensor2d(training.all(), [n, d]);
      const labels = new Int32Array(n).fill(-1);
      const { grads } = tf
        .engine()
        .gradients(
          () => model.objective!({ x, rows, labels, epoch: 0, random: (name) => stream(0, name) }).pull!,
          [bias.read()],
        );
      bias.release();
      return [...grads[0]!.dataSync()];
    });
    // Centres are means: only the bias, 0 when they were found, lies between the mean latent and its centre.
    const spread = model.state!.get("spread")!.values[0]!;
    expect(gradient[0]).toBeCloseTo((0.6 / spread) * 0.5, 4);
    expect(gradient[1]).toBeCloseTo((0.6 / spread) * -2, 4);
  });

  test.each([1e-6, 1e6])("is 0 where DBSCAN finds no two clusters (radius %d)", async (radius) => {
    const model = await build({ method: "dbscan", radius });
    await model.start!(training);
    await model.beforeStep!(at, training);
    expect(new Set(model.state!.get("assignment")!.values)).toEqual(new Set([-1]));
    expect(termsOf(model, training).pull).toBe(0);
  });

  test("spares DBSCAN's noise", async () => {
    const model = await build({ method: "dbscan" });
    await model.start!(training);
    await model.beforeStep!(at, training);
    const { values } = model.state!.get("assignment")!;
    const all = termsOf(model, training).pull!;
    // With all others noise, what is left is the first cluster's part.
    const parts = [...new Set(values)].map((cluster) => {
      const only = values.map((other) => (other === cluster ? other : -1));
      model.state!.set("assignment", { shape: [n], values: only });
      return termsOf(model, training).pull!;
    });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(all, 6);
  });

  test.each(methods)("of equal latents is 0 ($method)", async (option) => {
    const equal: TrainingData = {
      n,
      d,
      rows: (rows) => new Float32Array(rows.length * d).fill(0.5),
      all: () => new Float32Array(n * d).fill(0.5),
    };
    const model = await build(option);
    await model.start!(equal);
    await model.beforeStep!(at, equal);
    expect(termsOf(model, equal).pull).toBe(0);
    expect([...model.state!.get("spread")!.values]).toEqual([0]);
  });
});

test("it goes on from saved weights and state as if it had never stopped", async () => {
  const model = await build({ method: "agglomerative" });
  await model.start!(training);
  await model.beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
  const copy = await build({ method: "agglomerative" });
  copy.parameters.load(await model.parameters.save());
  for (const [key, array] of model.state!) copy.state!.set(key, { ...array, values: array.values.slice() });
  expect(termsOf(copy, training)).toEqual(termsOf(model, training));
});
