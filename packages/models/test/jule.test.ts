/** JULE-SF and JULE-RC, which differ in their last clusters alone. */
import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  accuracyOf,
  batchOfAll,
  buildModel,
  encodingOf,
  phaseOf,
  threeClouds,
  trainingDataOf,
  trainSteps,
  valuesOf,
} from "../src/testing.js";

let native = false;
beforeAll(async () => {
  native = (await startEngine()).name === "native";
});

const training = threeClouds();
const { n, d } = training;

const build = (name: string, options: object = {}): Promise<Model> =>
  buildModel(name, { hidden: [12], featureSize: 5, neighbours: 8, ...options }, training);

/** Trains for so many epochs of three batches, or until the training ends. @returns the steps that it took */
async function train(model: Model, epochs: number): Promise<number> {
  let taken = 0;
  await trainSteps(model, training, {
    steps: 3 * epochs,
    batchSize: n / 3,
    optimizer: { name: "sgd", learningRate: 0.05 },
    watch: () => {
      taken++;
    },
  });
  return taken;
}

const labelsOf = (model: Model): Float32Array => model.training.state!.get("labels")!.values;
const labelCount = (model: Model): number => new Set(labelsOf(model)).size;

test("the objective is the triplet loss alone", async () => {
  const model = await build("jule-sf");
  await phaseOf(model).start!(training);
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  expect(total).toBeGreaterThan(0);
  expect(terms).toEqual({ triplet: total });
  expect(weights).toEqual({ triplet: 1 });
});

describe("the periods", () => {
  test("start from nearest neighbours on the input, and each merges the share η", async () => {
    const model = await build("jule-sf", { unrollingRate: 0.5, periodEpochs: 2 });
    const { start, beforeStep } = phaseOf(model);
    await start!(training);
    const first = labelCount(model);
    expect(first).toBeGreaterThan(8);
    const after = async (epoch: number, offset = 0) => {
      await beforeStep!({ epoch, offset, step: epoch }, training);
      return labelCount(model);
    };
    expect(await after(0)).toBe(first);
    expect(await after(1)).toBe(first);
    expect(await after(2, 20)).toBe(first);
    expect(await after(2)).toBe(first - Math.ceil(first / 2));
  });

  test("end the training once K clusters are left", async () => {
    const model = await build("jule-sf", { periodEpochs: 2 });
    expect(await train(model, 20)).toBeLessThan(3 * 20);
    expect(labelCount(model)).toBe(3);
  });

  test("give examples that are not merged the cluster of the nearest that is", async () => {
    const model = await build("jule-sf", { examples: 30 });
    await phaseOf(model).start!(training);
    const labels = labelsOf(model);
    expect(labels).toHaveLength(n);
    const merged = new Set(Array.from({ length: 30 }, (_, i) => labels[2 * i]));
    for (const label of labels) expect(merged).toContain(label);
  });
});

describe.each(["jule-sf", "jule-rc"])("%s", (name) => {
  test.each([
    ["all", 10_000],
    ["half", 30],
  ])("finds three clouds, merging %s of the examples", async (_, examples) => {
    const model = await build(name, { periodEpochs: 2, examples });
    await train(model, 20);
    await model.training.finish!(training);
    expect(accuracyOf(model, training)).toBe(1);
  });

  test("ends in K clusters even if training stopped early", async () => {
    const model = await build(name);
    await phaseOf(model).start!(training);
    await model.training.finish!(training);
    expect(new Set(encodingOf(model, training).cluster).size).toBe(3);
  });

  test("has K clusters of equal examples too", async () => {
    const model = await build(name);
    const equal = trainingDataOf(new Float32Array(n * d).fill(0.5), d);
    await phaseOf(model).start!(equal);
    expect(await phaseOf(model).beforeStep!({ epoch: 20, offset: 0, step: 0 }, equal)).toBeUndefined();
    await model.training.finish!(equal);
    const { cluster } = encodingOf(model, training);
    expect(cluster.every((each) => each >= 0 && each < 3)).toBe(true);
  });

  test("refuses values that are no numbers", async () => {
    const values = training.all();
    values[7] = Number.NaN;
    const main = phaseOf(await build(name));
    await expect(main.start!(trainingDataOf(values, d))).rejects.toThrow(/finite/);
  });
});

test("the final clusters of SF are those of training; RC makes its own", async () => {
  const [sf, rc] = await Promise.all([build("jule-sf"), build("jule-rc")]);
  const labels = Float32Array.from({ length: n }, (_, row) => Math.floor(row / 20));
  for (const model of [sf, rc]) {
    model.training.state!.set("labels", { shape: [n], values: labels });
    await model.training.finish!(training);
  }
  expect([...encodingOf(sf, training).cluster]).toEqual([...labels]);
  expect([...encodingOf(rc, training).cluster]).not.toEqual([...labels]);
});

test("RC from SF's weights is RC after a training of its own", async () => {
  const [sf, own, copy] = (await Promise.all(
    ["jule-sf", "jule-rc", "jule-rc"].map((name) => build(name, { periodEpochs: 2 })),
  )) as [Model, Model, Model];
  for (const model of [sf, own]) {
    await train(model, 6);
    await model.training.finish!(training);
  }
  copy.parameters.load(await sf.parameters.save());
  await phaseOf(copy).start!(training);
  await copy.training.finish!(training);
  expect(encodingOf(copy, training).cluster).toEqual(encodingOf(own, training).cluster);
});

describe("the convolutional network", () => {
  test("encodes images of several sizes to unit length", async ({ skip }) => {
    if (!native) skip("convolutions are trained by the native engine alone");
    for (const { shape, flat } of [
      { shape: [16, 16, 1], flat: 6 * 6 * 4 },
      { shape: [28, 28, 1], flat: 8 * 8 * 4 },
      { shape: [32, 24, 3], flat: 10 * 6 * 4 },
      { shape: [9, 8, 1], flat: 3 * 2 * 4 },
    ]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const images = trainingDataOf(stream(0, "image").fill("uniform", 2 * size), size);
      const model = await buildModel("jule-sf", { maps: 4, featureSize: 5 }, images, { shape, examples: 3 });
      const last = model.parameters.all.find(({ name }) => name === "encoder/feature/weight")!;
      expect(last.shape).toEqual([flat, 5]);
      tf.tidy(() => {
        const { feature } = model.encoder.encode(batchOfAll(images).x);
        for (const square of tf.sum(tf.square(feature!), 1).dataSync()) expect(square).toBeCloseTo(1, 4);
      });
      model.parameters.dispose();
    }
  });

  test("refuses what is no image", async () => {
    await expect(build("jule-sf", { network: "conv" })).rejects.toThrow(/no convolutional network/);
  });
});
