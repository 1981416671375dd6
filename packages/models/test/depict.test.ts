import { Adam, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";
import { meanKl, sharpened } from "../src/training/targets.js";

let native = false;
beforeAll(async () => {
  native = (await startEngine()).name === "native";
});

const d = 6;
/** Three clouds of 20 points in [0, 1]^6. */
const noise = stream(0, "x");
const values = Float32Array.from({ length: 60 * d }, (_, i) =>
  Math.min(1, Math.max(0, (Math.floor(i / d / 20) === i % 3 ? 0.9 : 0.1) + 0.03 * noise.normal())),
);
const over = (all: Float32Array): TrainingData => ({
  n: all.length / d,
  d,
  rows: (rows) =>
    Float32Array.from({ length: rows.length * d }, (_, i) => all[rows[Math.floor(i / d)]! * d + (i % d)]!),
  all: () => all.slice(),
});
const training = over(values);
const rows = Uint32Array.from({ length: 60 }, (_, row) => row);

async function build(options: object = {}): Promise<Model> {
  const system = await loadSystem("depict");
  return system.build({
    options: system.optionsSchema.parse({ hidden: [8, 6], ...options }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: 60 },
    random: (...names) => stream(1, ...names),
  });
}

const batch = (step = 0) => ({
  x: tf.tensor2d(values, [60, d]),
  rows,
  labels: new Int32Array(60).fill(-1),
  epoch: 0,
  random: (name: string) => stream(2, step, name),
});

const termsOf = (model: Model): Record<string, number> => {
  const terms = model.parameters.scope(() => model.objective!(batch()));
  return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]!]));
};

describe("the targets", () => {
  // p = np.array([[.7, .2, .1], [.6, .3, .1], [.5, .1, .4]]); f = p.sum(0)
  const p = Float32Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.5, 0.1, 0.4);

  test("are p / √Σp with power 1, each row scaled to sum 1", () => {
    // q = p / np.sqrt(f); q / q.sum(1, keepdims=True)
    const expected = [
      0.573952, 0.284032, 0.142016, 0.464102, 0.401924, 0.133975, 0.366025, 0.126795, 0.50718,
    ];
    sharpened(p, 3, 1).forEach((q, i) => {
      expect(q).toBeCloseTo(expected[i]!, 5);
    });
  });

  test("are p² / Σp with power 2, as in the authors' code", () => {
    // q = p**2 / f; q / q.sum(1, keepdims=True)
    const expected = [0.765625, 0.1875, 0.046875, 0.545455, 0.409091, 0.045455, 0.328947, 0.039474, 0.631579];
    sharpened(p, 3, 2).forEach((q, i) => {
      expect(q).toBeCloseTo(expected[i]!, 5);
    });
  });

  test("a cluster that nothing falls into has target 0 and spoils no other", () => {
    expect([...sharpened(Float32Array.of(1, 0, 1, 0), 2, 1)]).toEqual([1, 0, 1, 0]);
  });
});

describe("the clustering loss", () => {
  test("is KL(q ‖ softmax): SciPy's figure", () => {
    // q = [.7, .2, .1]; scipy.stats.entropy(q, scipy.special.softmax([.5, -1, 2])) is 1.089493
    const loss = tf.tidy(
      () => meanKl(Float32Array.of(0.7, 0.2, 0.1), tf.tensor2d([[0.5, -1, 2]])).dataSync()[0]!,
    );
    expect(loss).toBeCloseTo(1.089493, 5);
  });

  test("is -log p of the cluster where the target is one-hot", () => {
    const loss = tf.tidy(() => meanKl(Float32Array.of(0, 1), tf.tensor2d([[0, Math.log(3)]])).dataSync()[0]!);
    expect(loss).toBeCloseTo(-Math.log(0.75), 5);
  });
});

test("the total is the sum of its terms, and pretraining is the reconstruction alone", async () => {
  const model = await build();
  await model.start?.(training);
  const { total, clustering, reconstruction, layerwise } = termsOf(model);
  expect(total).toBeCloseTo(clustering! + reconstruction! + layerwise!, 5);
  const alone = model.parameters.scope(() => model.pretraining!.objective(batch()));
  expect(alone.total.dataSync()[0]).toBeCloseTo(reconstruction! + layerwise!, 5);
});

test("without dropout and hidden layers' weight the reconstruction is the mean square of what it reconstructs", async () => {
  const model = await build({ dropout: { input: 0, first: 0 }, hiddenWeight: 0 });
  await model.start?.(training);
  const { reconstruction, layerwise } = termsOf(model);
  const again: Float32Array = tf.tidy(() =>
    model.reconstruct!(tf.tensor2d(values, [60, d]))
      .dataSync<"float32">()
      .slice(),
  );
  // Inputs in [0, 1] are compared in [-1, 1]: four times the square.
  const expected = again.reduce((sum, r, i) => sum + 4 * (r - values[i]!) ** 2, 0) / values.length;
  expect(reconstruction).toBeCloseTo(expected, 4);
  expect(layerwise).toBe(0);
});

const starts = [
  { clusters: "k-means", restarts: 3 },
  { clusters: "merging" },
  { clusters: "merging", examples: 20 },
];

describe.each(starts)("the start from %o", (start) => {
  test("makes the clusters one-hot targets, and their means the columns of U", async () => {
    const model = await build({ start });
    await model.start?.(training);
    const targets = model.state!.get("targets")!.values;
    const cluster = Array.from({ length: 60 }, (_, row) => targets.indexOf(1, row * 3) - row * 3);
    expect(targets.reduce((sum, q) => sum + q, 0)).toBe(60);
    expect(new Set(cluster)).toEqual(new Set([0, 1, 2]));

    const z = tf.tidy(() => model.encode(batch().x).feature!.arraySync()) as number[][];
    const weight = model.parameters.all.find(({ name }) => name === "clusters/weight")!;
    const columns = model.parameters.scope(() => tf.clone(weight.value)).arraySync() as number[][];
    for (const k of [0, 1, 2]) {
      const own = z.filter((_, row) => cluster[row] === k);
      const mean = z[0]!.map((_, j) => own.reduce((sum, row) => sum + row[j]!, 0) / own.length);
      const length = Math.hypot(...mean);
      columns.forEach((column, j) => {
        expect(column[k]).toBeCloseTo(mean[j]! / length, 4);
      });
    }
  });

  test("finds three clouds, after a little training", async () => {
    const model = await build({ start });
    const first = new Adam(model.parameters, { learningRate: 1e-2 });
    for (let step = 0; step < 60; step++) first.minimize(() => model.pretraining!.objective(batch(step)));
    await model.start?.(training);
    const second = new Adam(model.parameters, { learningRate: 1e-2 });
    for (let step = 0; step < 40; step++) {
      await model.beforeStep!({ epoch: step, offset: 0, step }, training);
      second.minimize(() => model.objective!(batch(step)));
    }
    const cluster = tf.tidy(() => [...model.encode(tf.tensor2d(values, [60, d])).cluster.dataSync()]);
    for (const from of [0, 20, 40]) expect(new Set(cluster.slice(from, from + 20)).size).toBe(1);
    expect(new Set([cluster[0], cluster[20], cluster[40]]).size).toBe(3);
  });
});

test("targets stay the first clusters for startEpochs, then follow the clean probabilities once an epoch", async () => {
  const model = await build({ startEpochs: 2 });
  await model.start?.(training);
  const first = model.state!.get("targets")!.values;
  await model.beforeStep!({ epoch: 1, offset: 0, step: 1 }, training);
  expect(model.state!.get("targets")!.values).toBe(first);
  await model.beforeStep!({ epoch: 2, offset: 0, step: 2 }, training);
  const p = tf.tidy(
    () =>
      model
        .encode(tf.tensor2d(values, [60, d]))
        .probabilities!.dataSync()
        .slice() as Float32Array,
  );
  const second = model.state!.get("targets")!.values;
  sharpened(p, 3, 2).forEach((q, i) => {
    expect(second[i]).toBeCloseTo(q, 5);
  });
  await model.beforeStep!({ epoch: 2, offset: 20, step: 3 }, training);
  expect(model.state!.get("targets")!.values).toBe(second);
});

test("training ends once the targets stand still", async () => {
  const model = await build({ startEpochs: 0 });
  await model.start?.(training);
  expect(await model.beforeStep!({ epoch: 0, offset: 0, step: 0 }, training)).toBeUndefined();
  expect(await model.beforeStep!({ epoch: 1, offset: 0, step: 1 }, training)).toBe("converged");
});

test("equal examples train to numbers", async () => {
  const model = await build();
  const equal = over(new Float32Array(60 * d).fill(0.5));
  await model.start?.(equal);
  await model.beforeStep!({ epoch: 10, offset: 0, step: 10 }, equal);
  expect(model.state!.get("targets")!.values.every(Number.isFinite)).toBe(true);
  expect(Number.isFinite(termsOf(model).total)).toBe(true);
});

test("more clusters than examples are refused", async () => {
  const model = await build({ clusters: 61 });
  await expect(model.start?.(training)).rejects.toThrow(/61 clusters/);
});

describe("the convolutional network", () => {
  const image = async (shape: number[]): Promise<Model> => {
    const system = await loadSystem("depict");
    const size = shape.reduce((a, b) => a * b, 1);
    return system.build({
      options: system.optionsSchema.parse({ network: "conv", maps: [3, 4] }),
      data: { shape, d: size, range: "unit", classes: 5, examples: 60 },
      random: (...names) => stream(1, ...names),
    });
  };

  test("encodes and decodes images of several sizes", async ({ skip }) => {
    if (!native) skip("convolutions are trained by the native engine alone");
    for (const shape of [
      [4, 4, 1],
      [16, 16, 1],
      [28, 28, 1],
      [32, 32, 3],
      [30, 23, 1],
    ]) {
      const model = await image(shape);
      const size = shape.reduce((a, b) => a * b, 1);
      tf.tidy(() => {
        const x = tf.tensor2d(stream(0, "image").fill("uniform", 2 * size), [2, size]);
        expect(model.encode(x).feature!.shape).toEqual([2, 5]);
        expect(model.reconstruct!(x).shape).toEqual([2, size]);
      });
      model.parameters.dispose();
    }
  });

  test("reaches the paper's 13 × 13 and 7 × 7 from 28 × 28, and 7 × 7 and 4 × 4 from 16 × 16", async ({
    skip,
  }) => {
    if (!native) skip("convolutions are trained by the native engine alone");
    const inputs = async (side: number) =>
      (await image([side, side, 1])).parameters.all.find(({ name }) => name === "feature/weight")!.shape[0];
    expect(await inputs(28)).toBe(7 * 7 * 4);
    expect(await inputs(16)).toBe(4 * 4 * 4);
  });

  test("refuses what is no image", async () => {
    await expect(image([6])).rejects.toThrow(/no convolutional network for inputs of shape \[6\]/);
  });
});
