import { startEngine } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  accuracyOf,
  batchOfAll,
  buildModel,
  copyTraining,
  encodingOf,
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
const everyRow = Uint32Array.from({ length: n }, (_, row) => row);
const constant = (value: number) => trainingDataOf(new Float32Array(n * d).fill(value), d);
const optimizer = { name: "adam" as const, learningRate: 0.01 };

const build = (options: object = {}): Promise<Model> =>
  buildModel("dcn", { hidden: [16], latentSize: 2, restarts: 5, ...options }, training);
/** A model at the first step of its main phase. */
async function started(options: object = {}): Promise<Model> {
  const model = await build(options);
  await phaseOf(model).start!(training);
  return model;
}
/** Steps of the network alone, with clusters and centres as they are. */
const halfTurns = (model: Model, steps: number) =>
  trainSteps(model, training, { steps, optimizer }, [stepsOf(phaseOf(model))]);

/** In the latent's own coordinates. */
const centroidsOf = async (model: Model): Promise<number[]> => {
  const saved = await model.parameters.save();
  const [scale] = saved.get("centroids/scale")!.values;
  const centre = saved.get("centroids/centre")!.values;
  return Array.from(
    saved.get("centroids")!.values,
    (value, i) => value / scale! + centre[i % centre.length]!,
  );
};
const stateOf = (model: Model, name: string): number[] => [...model.training.state!.get(name)!.values];

test("finds three clouds, and pulls them together as it learns", async () => {
  const model = await build({ clusteringWeight: 50 });
  await trainSteps(model, training, { steps: 100, optimizer }, [phaseOf(model, "pretraining")]);
  const main = phaseOf(model);
  await main.start!(training);
  expect(accuracyOf(model, training)).toBe(1);
  const before = valuesOf(model, batchOfAll(training)).terms.clustering!;
  await trainSteps(model, training, { steps: 200, optimizer }, [main]);
  expect(valuesOf(model, batchOfAll(training)).terms.clustering).toBeLessThan(0.5 * before);
  expect(accuracyOf(model, training)).toBe(1);
});

test("the objective is the paper's sum in the units of the data, written out", async () => {
  const model = await build({ clusteringWeight: 0.3 });
  await phaseOf(model, "pretraining").start!(training);
  await phaseOf(model).start!(training);
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  const latents = encodingOf(model, training).feature!;
  const centroids = await centroidsOf(model);
  const assigned = stateOf(model, "assignment");
  let pull = 0;
  for (let row = 0; row < n; row++) {
    for (let j = 0; j < 2; j++) pull += (latents[row * 2 + j]! - centroids[assigned[row]! * 2 + j]!) ** 2;
  }
  const x = batchOfAll(training).x;
  const again = model.decoder.reconstruct!(x).dataSync<"float32">();
  const error = training.all().reduce((sum, value, i) => sum + (value - again[i]!) ** 2, 0);
  expect(terms.clustering).toBeCloseTo(pull / n, 4);
  expect(terms.reconstruction).toBeCloseTo(error / n, 4);
  expect(weights).toEqual({ reconstruction: 1, clustering: 0.15 });
  expect(total).toBeCloseTo((error + 0.15 * pull) / n, 4);
});

describe("the second half of a turn", () => {
  test("assigns the batch anew and moves the centres, with all else as it was", async () => {
    const model = await started({ startCount: 0 });
    await halfTurns(model, 5);
    const before = await centroidsOf(model);
    const { feature: latents, cluster } = encodingOf(model, training);
    await phaseOf(model).afterStep!(everyRow, training);
    const after = await centroidsOf(model);
    expect(after).not.toEqual(before);
    expect(stateOf(model, "assignment")).toEqual([...cluster]);
    expect(encodingOf(model, training).feature).toEqual(latents);
    // No counts before: each centre is the mean of its examples.
    for (const k of [0, 1, 2]) {
      const own = [...cluster].flatMap((c, row) => (c === k ? [latents![row * 2]!] : []));
      expect(stateOf(model, "counts")[k]).toBe(own.length);
      expect(after[k * 2]).toBeCloseTo(own.reduce((sum, v) => sum + v, 0) / own.length, 4);
    }
  });

  test("is not part of the first half: a step of the network moves no centre", async () => {
    const model = await started();
    const [centroids, assignment] = [await centroidsOf(model), stateOf(model, "assignment")];
    const latents = encodingOf(model, training).feature;
    await halfTurns(model, 1);
    expect(encodingOf(model, training).feature).not.toEqual(latents);
    expect(await centroidsOf(model)).toEqual(centroids);
    expect(stateOf(model, "assignment")).toEqual(assignment);
  });

  test("happens once for each step, and counts each example of the batch once", async () => {
    const model = await started({ startCount: 100 });
    await trainSteps(model, training, { steps: 4, batchSize: 15, optimizer }, [phaseOf(model)]);
    expect(stateOf(model, "counts").reduce((sum, count) => sum + count, 0)).toBe(3 * 100 + 4 * 15);
  });

  test("leaves the clusters of examples outside the batch alone", async () => {
    const model = await started();
    const { values } = model.training.state!.get("assignment")!;
    const right = [...values];
    const wrong = right.map((cluster) => (cluster + 1) % 3);
    values.set(wrong);
    await phaseOf(model).afterStep!(everyRow.subarray(0, 20), training);
    expect(stateOf(model, "assignment")).toEqual([...right.slice(0, 20), ...wrong.slice(20)]);
  });

  test("goes on from saved weights and state as if it had never stopped", async () => {
    const model = await started();
    await halfTurns(model, 3);
    const copy = await build();
    await copyTraining(model, copy);
    for (const each of [model, copy]) await phaseOf(each).afterStep!(everyRow, training);
    expect(await centroidsOf(copy)).toEqual(await centroidsOf(model));
    expect(valuesOf(copy, batchOfAll(training))).toEqual(valuesOf(model, batchOfAll(training)));
  });
});

test("equal examples give a loss of numbers, and no numbers an error", async () => {
  const model = await build();
  const equal = constant(0.5);
  await phaseOf(model).start!(equal);
  const { total, terms } = valuesOf(model, batchOfAll(equal));
  for (const value of [total, ...Object.values(terms)]) expect(value).not.toBeNaN();
  await phaseOf(model).afterStep!(everyRow, equal);
  for (const value of await centroidsOf(model)) expect(value).not.toBeNaN();

  await expect(phaseOf(await build()).start!(constant(Number.NaN))).rejects.toThrow(/finite/);
});
