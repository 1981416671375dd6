/** DEC and IDEC, which share their clustering layer. */
import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";
import { studentTLogits } from "../src/training/studentT.js";
import { meanKl, sharpened } from "../src/training/targets.js";
import { accuracyOf, termsOf, threeClouds, trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;

async function build(name: string, options: object = {}): Promise<Model> {
  const system = await loadSystem(name);
  return system.build({
    options: system.optionsSchema.parse({ hidden: [16], latentSize: 2, restarts: 5, ...options }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: n },
    random: (...names) => stream(1, ...names),
  });
}

const constant = (value: number): TrainingData => ({
  n,
  d,
  rows: (rows) => new Float32Array(rows.length * d).fill(value),
  all: () => new Float32Array(n * d).fill(value),
});

describe("the clustering layer", () => {
  /*
   * z = np.array([[.5, -1], [2, .25], [-.5, .75]]); m = np.array([[0, 0], [1.5, .5], [-1, 1]])
   * d = ((z[:, None] - m)**2).sum(2); q = 1 / (1 + d); q /= q.sum(1, keepdims=True)
   * p = q**2 / q.sum(0); p /= p.sum(1, keepdims=True)
   */
  const z = [0.5, -1, 2, 0.25, -0.5, 0.75];
  const centroids = [0, 0, 1.5, 0.5, -1, 1];
  const q = [0.54355, 0.287762, 0.168688, 0.187391, 0.722794, 0.089815, 0.3651, 0.130715, 0.504185];
  const p = [0.710439, 0.191228, 0.098332, 0.064028, 0.914834, 0.021137, 0.258823, 0.031862, 0.709316];
  const logits = () => studentTLogits(tf.tensor2d(z, [3, 2]), tf.tensor2d(centroids, [3, 2]));

  test("assigns by Student's t", () => {
    const found = tf.tidy(() => [...tf.softmax(logits()).dataSync()]);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(q[i]!, 5);
    });
  });

  test("sharpens to q² / f", () => {
    sharpened(Float32Array.from(q), 3, 2).forEach((value, i) => {
      expect(value).toBeCloseTo(p[i]!, 5);
    });
  });

  test("learns from the mean of scipy.stats.entropy(p_i, q_i)", () => {
    expect(tf.tidy(() => meanKl(Float32Array.from(p), logits()).dataSync()[0])).toBeCloseTo(0.0944452, 5);
  });

  test("pulls latents and centroids as equations 4 and 5 of Xie et al. say", () => {
    // g = 2 * ((p - q) / (1 + d))[:, :, None] * (z[:, None] - m); g.sum(1) / 3 and -g.sum(0) / 3
    const expected = [
      [0.030163, -0.013796, 0.003277, -0.025196, 0.097677, -0.058621],
      [-0.011779, 0.082828, -0.08995, 0.004927, -0.029388, 0.009858],
    ];
    const found = tf.tidy(() => {
      const loss = (a: tf.Tensor, b: tf.Tensor) =>
        meanKl(Float32Array.from(p), studentTLogits(a as tf.Tensor2D, b as tf.Tensor2D));
      return tf
        .grads(loss)([tf.tensor2d(z, [3, 2]), tf.tensor2d(centroids, [3, 2])])
        .map((gradient) => [...gradient.dataSync()]);
    });
    found.forEach((gradient, which) => {
      gradient.forEach((slope, i) => {
        expect(slope).toBeCloseTo(expected[which]![i]!, 4);
      });
    });
  });

  test("stays finite on a centroid and very far from all", () => {
    const q = tf.tidy(() => [
      ...tf.softmax(studentTLogits(tf.tensor2d([1, 1, 1e6, 1e6], [2, 2]), tf.ones([3, 2]))).dataSync(),
    ]);
    for (const value of q) expect(value).toBeCloseTo(1 / 3, 5);
  });
});

describe.each(["dec", "idec"])("%s", (name) => {
  test("finds three clouds, and keeps them as it learns", async () => {
    const model = await build(name);
    await trainBriefly(model, model.pretraining!, training, 100);
    await model.start!(training);
    expect(accuracyOf(model, training)).toBe(1);
    const before = termsOf(model, training).clustering!;
    await trainBriefly(model, { objective: model.objective! }, training, 30);
    expect(termsOf(model, training).clustering!).toBeLessThan(before);
    expect(accuracyOf(model, training)).toBe(1);
  });

  test("takes its autoencoder from AE + k-means", async () => {
    const stacked = await build("ae-kmeans");
    await stacked.start!(training);
    const model = await build(name);
    const set = model.parameters.load(await stacked.parameters.save());
    expect(set).toEqual(
      expect.arrayContaining(["inputScale", "encoder/0/weight", "encoder/1/bias", "decoder/1/weight"]),
    );
  });

  test("renews its targets every updateInterval steps and no sooner", async () => {
    const model = await build(name, { updateInterval: 3, tolerance: 0 });
    await model.start!(training);
    const targets = () => model.state!.get("targets")!.values;
    const first = targets();
    await trainBriefly(model, { objective: model.objective! }, training, 5);
    for (const step of [0, 1, 2]) await model.beforeStep!({ epoch: 0, offset: 0, step }, training);
    expect(targets()).toBe(first);
    expect(await model.beforeStep!({ epoch: 0, offset: 0, step: 3 }, training)).toBeUndefined();
    expect(targets()).not.toEqual(first);
    expect(targets().reduce((sum, p) => sum + p, 0)).toBeCloseTo(n, 3);
  });

  test("ends once fewer examples than the tolerance change their cluster", async () => {
    const model = await build(name, { updateInterval: 3, tolerance: 0.1 });
    await model.start!(training);
    const { values } = model.state!.get("assignment")!;
    for (let row = 0; row < 6; row++) values[row] = (values[row]! + 1) % 3;
    expect(await model.beforeStep!({ epoch: 0, offset: 0, step: 3 }, training)).toBeUndefined();
    expect(await model.beforeStep!({ epoch: 0, offset: 0, step: 6 }, training)).toBe("converged");
  });

  test("goes on from saved weights and state as if it had never stopped", async () => {
    const options = { updateInterval: 1, tolerance: 0 };
    const model = await build(name, options);
    await model.start!(training);
    await trainBriefly(model, { objective: model.objective! }, training, 5);
    const copy = await build(name, options);
    copy.parameters.load(await model.parameters.save());
    for (const [key, array] of model.state!) copy.state!.set(key, { ...array, values: array.values.slice() });
    expect(termsOf(copy, training)).toEqual(termsOf(model, training));
    for (const each of [model, copy]) await each.beforeStep!({ epoch: 0, offset: 0, step: 5 }, training);
    expect(termsOf(copy, training)).toEqual(termsOf(model, training));
  });

  test("equal examples have equal probabilities and a loss of numbers", async () => {
    const model = await build(name);
    await model.start!(constant(0.5));
    for (const value of Object.values(termsOf(model, constant(0.5)))) expect(value).not.toBeNaN();
  });

  test("refuses more clusters than examples, and data that is no number", async () => {
    const many = await build(name, { clusters: n + 1 });
    await expect(many.start!(training)).rejects.toThrow(`${n + 1} clusters cannot be made of ${n}`);
    const model = await build(name);
    await expect(model.start!(constant(Number.NaN))).rejects.toThrow(/finite/);
  });
});

test("IDEC adds γ KL to the reconstruction", async () => {
  const [light, heavy] = [
    await build("idec", { clusteringWeight: 0.1 }),
    await build("idec", { clusteringWeight: 1 }),
  ];
  await light.start!(training);
  await heavy.start!(training);
  const [a, b] = [termsOf(light, training), termsOf(heavy, training)];
  expect(a.reconstruction).toBe(b.reconstruction);
  expect(b.clustering! / a.clustering!).toBeCloseTo(10, 3);
  expect(a.total).toBeCloseTo(a.reconstruction! + a.clustering!, 5);
});
