/** DEC and IDEC, which share their clustering layer. */
import { startEngine } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  accuracyOf,
  batchOfAll,
  buildModel,
  copyTraining,
  phaseOf,
  stepsOf,
  threeClouds,
  trainingDataOf,
  trainSteps,
  valuesOf,
} from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;
const constant = (value: number) => trainingDataOf(new Float32Array(n * d).fill(value), d);
const optimizer = { name: "adam" as const, learningRate: 0.01 };

const build = (name: string, options: object = {}): Promise<Model> =>
  buildModel(name, { hidden: [16], latentSize: 2, restarts: 5, ...options }, training);
/** A model at the first step of its main phase. */
async function started(name: string, options: object = {}): Promise<Model> {
  const model = await build(name, options);
  await phaseOf(model).start!(training);
  return model;
}
/** Steps without new targets. */
const steps = (model: Model, count: number) =>
  trainSteps(model, training, { steps: count, optimizer }, [stepsOf(phaseOf(model))]);

describe.each(["dec", "idec"])("%s", (name) => {
  test("finds three clouds, and keeps them as it learns", async () => {
    const model = await build(name);
    await trainSteps(model, training, { steps: 100, optimizer }, [phaseOf(model, "pretraining")]);
    await phaseOf(model).start!(training);
    expect(accuracyOf(model, training)).toBe(1);
    const before = valuesOf(model, batchOfAll(training)).terms.clustering!;
    await steps(model, 30);
    expect(valuesOf(model, batchOfAll(training)).terms.clustering).toBeLessThan(before);
    expect(accuracyOf(model, training)).toBe(1);
  });

  test("takes its autoencoder from AE + k-means", async () => {
    const stacked = await started("ae-kmeans");
    const model = await build(name);
    const set = model.parameters.load(await stacked.parameters.save());
    expect(set).toEqual(
      expect.arrayContaining(["inputScale", "encoder/0/weight", "encoder/1/bias", "decoder/1/weight"]),
    );
  });

  test("renews its targets every updateInterval steps and no sooner", async () => {
    const model = await started(name, { updateInterval: 3, tolerance: 0 });
    const { beforeStep } = phaseOf(model);
    const targets = () => model.training.state!.get("targets")!.values;
    const first = targets();
    await steps(model, 5);
    for (const step of [0, 1, 2]) await beforeStep!({ epoch: 0, offset: 0, step }, training);
    expect(targets()).toBe(first);
    expect(await beforeStep!({ epoch: 0, offset: 0, step: 3 }, training)).toBeUndefined();
    expect(targets()).not.toEqual(first);
    expect(targets().reduce((sum, p) => sum + p, 0)).toBeCloseTo(n, 3);
  });

  test("ends once fewer examples than the tolerance change their cluster", async () => {
    const model = await started(name, { updateInterval: 3, tolerance: 0.1 });
    const { beforeStep } = phaseOf(model);
    const { values } = model.training.state!.get("assignment")!;
    for (let row = 0; row < 6; row++) values[row] = (values[row]! + 1) % 3;
    expect(await beforeStep!({ epoch: 0, offset: 0, step: 3 }, training)).toBeUndefined();
    expect(await beforeStep!({ epoch: 0, offset: 0, step: 6 }, training)).toBe("converged");
  });

  test("goes on from saved weights and state as if it had never stopped", async () => {
    const options = { updateInterval: 1, tolerance: 0 };
    const model = await started(name, options);
    await steps(model, 5);
    const copy = await build(name, options);
    await copyTraining(model, copy);
    expect(valuesOf(copy, batchOfAll(training))).toEqual(valuesOf(model, batchOfAll(training)));
    for (const each of [model, copy]) {
      await phaseOf(each).beforeStep!({ epoch: 0, offset: 0, step: 5 }, training);
    }
    expect(valuesOf(copy, batchOfAll(training))).toEqual(valuesOf(model, batchOfAll(training)));
  });

  test("equal examples have equal probabilities and a loss of numbers", async () => {
    const model = await build(name);
    const equal = constant(0.5);
    await phaseOf(model).start!(equal);
    const { total, terms } = valuesOf(model, batchOfAll(equal));
    for (const value of [total, ...Object.values(terms)]) expect(value).not.toBeNaN();
    const targets = model.training.state!.get("targets")!.values;
    for (let row = 1; row < n; row++) {
      expect(targets.subarray(3 * row, 3 * row + 3)).toEqual(targets.subarray(0, 3));
    }
  });

  test("refuses data that is no number", async () => {
    const main = phaseOf(await build(name));
    await expect(main.start!(constant(Number.NaN))).rejects.toThrow(/finite/);
  });
});

test("DEC's objective is the divergence alone", async () => {
  const { total, terms, weights } = valuesOf(await started("dec"), batchOfAll(training));
  expect(terms).toEqual({ clustering: total });
  expect(weights).toEqual({ clustering: 1 });
});

test("IDEC adds γ KL to the reconstruction", async () => {
  const [light, heavy] = [
    valuesOf(await started("idec", { clusteringWeight: 0.1 }), batchOfAll(training)),
    valuesOf(await started("idec", { clusteringWeight: 1 }), batchOfAll(training)),
  ];
  expect(light.terms).toEqual(heavy.terms);
  expect(light.weights).toEqual({ reconstruction: 1, clustering: 0.1 });
  expect(heavy.weights).toEqual({ reconstruction: 1, clustering: 1 });
  for (const { total, terms, weights } of [light, heavy]) {
    expect(total).toBeCloseTo(terms.reconstruction! + weights.clustering! * terms.clustering!, 5);
  }
});
