import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model } from "../src/index.js";
import { moveByOne } from "../src/systems/dcn.js";
import { accuracyOf, termsOf, threeClouds, trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;

async function build(options: object = {}): Promise<Model> {
  const system = await loadSystem("dcn");
  return system.build({
    options: system.optionsSchema.parse({ hidden: [16], latentSize: 2, restarts: 5, ...options }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: n },
    random: (...names) => stream(1, ...names),
  });
}

const latentsOf = (model: Model): Float32Array =>
  tf.tidy(() =>
    model
      .encode(tf.tensor2d(training.all(), [n, d]))
      .feature!.dataSync<"float32">()
      .slice(),
  );
const centroidsOf = async (model: Model): Promise<number[]> => [
  ...(await model.parameters.save()).get("centroids")!.values,
];

describe("centres move to their points", () => {
  test("by 1 / count, one point after another", () => {
    // Worked by hand: 0 + 2/2 = 1, then 1 + (4 - 1)/3 = 2; the second cluster 10 + (16 - 10)/4 = 11.5.
    const centres = Float32Array.of(0, 10);
    const counts = Float32Array.of(1, 3);
    moveByOne(centres, counts, Float32Array.of(2, 16, 4), Int32Array.of(0, 1, 0));
    expect([...centres]).toEqual([2, 11.5]);
    expect([...counts]).toEqual([3, 4]);
  });

  test("and without counts before become their mean; one without points stays", () => {
    const centres = Float32Array.of(5, 5, 7, 7);
    const counts = Float32Array.of(0, 0);
    moveByOne(centres, counts, Float32Array.of(1, 2, 3, 6), Int32Array.of(0, 0));
    expect([...centres]).toEqual([2, 4, 7, 7]);
    expect([...counts]).toEqual([2, 0]);
  });
});

test("finds three clouds, and pulls them together as it learns", async () => {
  const model = await build({ clusteringWeight: 50 });
  await trainBriefly(model, model.pretraining!, training, 100);
  await model.start!(training);
  expect(accuracyOf(model, training)).toBe(1);
  const before = termsOf(model, training).clustering!;
  await trainBriefly(model, { objective: model.objective! }, training, 200);
  await model.beforeStep!({ epoch: 0, offset: 0, step: 1 }, training);
  expect(termsOf(model, training).clustering).toBeLessThan(0.5 * before);
  expect(accuracyOf(model, training)).toBe(1);
});

test("the objective is the paper's sum in the units of the data, written out", async () => {
  const model = await build({ clusteringWeight: 0.3 });
  await model.pretraining!.start!(training);
  await model.start!(training);
  const { total, reconstruction, clustering } = termsOf(model, training);
  const latents = latentsOf(model);
  const centroids = await centroidsOf(model);
  const assigned = model.state!.get("assignment")!.values;
  let pull = 0;
  for (let row = 0; row < n; row++) {
    for (let j = 0; j < 2; j++) pull += (latents[row * 2 + j]! - centroids[assigned[row]! * 2 + j]!) ** 2;
  }
  const x = training.all();
  const again = tf.tidy(() => model.reconstruct!(tf.tensor2d(x, [n, d])).dataSync());
  const error = x.reduce((sum, value, i) => sum + (value - again[i]!) ** 2, 0);
  expect(clustering).toBeCloseTo((0.15 * pull) / n, 4);
  expect(reconstruction).toBeCloseTo(error / n, 4);
  expect(total).toBeCloseTo(reconstruction! + clustering!, 4);
});

describe("a turn", () => {
  const at = { epoch: 0, offset: 0, step: 1 };

  test("after a step assigns the batch anew and moves the centres, with all else as it was", async () => {
    const model = await build({ startCount: 0 });
    await model.start!(training);
    await trainBriefly(model, { objective: model.objective! }, training, 5);
    const before = await centroidsOf(model);
    const latents = latentsOf(model);
    const clusters = tf.tidy(() => [...model.encode(tf.tensor2d(training.all(), [n, d])).cluster.dataSync()]);
    await model.beforeStep!(at, training);
    const after = await centroidsOf(model);
    expect(after).not.toEqual(before);
    expect([...model.state!.get("assignment")!.values]).toEqual(clusters);
    // No counts before: each centre is the mean of its examples.
    for (const cluster of [0, 1, 2]) {
      const own = clusters.flatMap((c, row) => (c === cluster ? [latents[row * 2]!] : []));
      expect(model.state!.get("counts")!.values[cluster]).toBe(own.length);
      expect(after[cluster * 2]).toBeCloseTo(own.reduce((sum, v) => sum + v, 0) / own.length, 4);
    }
  });

  test("happens once for each step", async () => {
    const model = await build();
    await model.start!(training);
    const start = await centroidsOf(model);
    await model.beforeStep!({ ...at, step: 0 }, training);
    expect(await centroidsOf(model)).toEqual(start);
    await trainBriefly(model, { objective: model.objective! }, training, 1);
    await model.beforeStep!(at, training);
    const once = await centroidsOf(model);
    await model.beforeStep!({ ...at, step: 2 }, training);
    expect(await centroidsOf(model)).toEqual(once);
  });

  test("goes on from saved weights and state as if it had never stopped", async () => {
    const model = await build();
    await model.start!(training);
    await trainBriefly(model, { objective: model.objective! }, training, 3);
    const copy = await build();
    copy.parameters.load(await model.parameters.save());
    for (const [key, array] of model.state!) copy.state!.set(key, { ...array, values: array.values.slice() });
    for (const each of [model, copy]) await each.beforeStep!(at, training);
    expect(await centroidsOf(copy)).toEqual(await centroidsOf(model));
    expect(termsOf(copy, training)).toEqual(termsOf(model, training));
  });
});

test("equal examples give a loss of numbers, and too few examples or no numbers an error", async () => {
  const constant = (value: number) => ({
    n,
    d,
    rows: (rows: Uint32Array) => new Float32Array(rows.length * d).fill(value),
    all: () => new Float32Array(n * d).fill(value),
  });
  const model = await build();
  await model.start!(constant(0.5));
  for (const value of Object.values(termsOf(model, constant(0.5)))) expect(value).not.toBeNaN();
  await model.beforeStep!({ epoch: 0, offset: 0, step: 1 }, constant(0.5));
  for (const value of await centroidsOf(model)) expect(value).not.toBeNaN();

  const many = await build({ clusters: n + 1 });
  await expect(many.start!(training)).rejects.toThrow(`${n + 1} clusters cannot be made of ${n}`);
  await expect((await build()).start!(constant(Number.NaN))).rejects.toThrow(/finite/);
});
