/** AE + k-means and AE + GMM with the clustering of the latent during training. */
import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model, TrainingData } from "../src/index.js";
import {
  accuracyOf,
  batchOfAll,
  buildModel,
  copyTraining,
  encodingOf,
  phaseOf,
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

function build(option: object | null, name = "ae-kmeans"): Promise<Model> {
  const clusterWhileLearning = option && { startEpochs: 0, interval: 2, weight: 1, ...option };
  const options = { hidden: [16], latentSize: 2, restarts: 3, clusterWhileLearning };
  return buildModel(name, options, training);
}

/** A model at the first step of its main phase. */
async function started(option: object, data = training): Promise<Model> {
  const model = await build(option);
  await phaseOf(model, "reconstruction").start!(data);
  return model;
}
/** A model whose latents have been clustered once. */
async function clustered(option: object, data = training): Promise<Model> {
  const model = await started(option, data);
  await phaseOf(model).beforeStep!({ epoch: 0, offset: 0, step: 0 }, data);
  return model;
}

const optimizer = { name: "adam" as const, learningRate: 0.01 };
/** All of the training, an epoch being one step on all examples. */
async function learn(model: Model, steps: { reconstruction?: number; training: number }): Promise<void> {
  for (const phase of model.training.phases) {
    const count = steps[phase.name as keyof typeof steps]!;
    await trainSteps(model, training, { steps: count, optimizer }, [phase]);
  }
  await model.training.finish!(training);
}

const stateOf = (model: Model, name: string): Float32Array => model.training.state!.get(name)!.values;
const termsOf = (model: Model, data: TrainingData = training) => valuesOf(model, batchOfAll(data)).terms;

/** Squared distances of the latents to the means of their groups, against those to the mean of all. */
function looseness(model: Model, group: (row: number) => number): number {
  const z = encodingOf(model, training).feature!;
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
    await learn(model, { training: 250 });
    before = looseness(model, cloudOf);
  });

  test.each(methods)("are found and drawn together by $method", async (option) => {
    const model = await build({ ...option, startEpochs: 50, interval: 20, weight: 10 });
    await learn(model, { reconstruction: 50, training: 200 });
    expect(accuracyOf(model, training)).toBe(1);
    expect(looseness(model, cloudOf)).toBeLessThan(0.5 * before);
  });
});

test("AE + GMM has the option too", async () => {
  const model = await build({ method: "kmeans", startEpochs: 50, interval: 20 }, "ae-gmm");
  await learn(model, { reconstruction: 50, training: 50 });
  expect(accuracyOf(model, training)).toBe(1);
});

test("without it the objective is the reconstruction alone, in one phase, and nothing is kept", async () => {
  const model = await build(null);
  expect(model.training.phases.map(({ name }) => name)).toEqual(["training"]);
  await phaseOf(model).start!(training);
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  expect(terms).toEqual({ reconstruction: total });
  expect(weights).toEqual({ reconstruction: 1 });
  expect(model.training.state).toBeUndefined();
});

test("startEpochs are a phase of reconstruction alone, in which nothing is clustered", async () => {
  const model = await started({ method: "kmeans", startEpochs: 3 });
  expect(model.training.phases.map(({ name, epochs }) => [name, epochs])).toEqual([
    ["reconstruction", 3],
    ["training", 300],
  ]);
  const phase = phaseOf(model, "reconstruction");
  expect(phase.pretraining).toBe(true);
  await trainSteps(model, training, { steps: 3, optimizer }, [phase]);
  expect(model.training.state!.size).toBe(0);
  const { total, terms } = valuesOf(model, batchOfAll(training), phase);
  expect(terms).toEqual({ reconstruction: total });
});

test("latents are clustered every interval epochs, at an epoch's first step", async () => {
  const model = await started({ method: "kmeans", interval: 2 });
  const clusterings: string[] = [];
  const centres = () => model.training.state!.get("centres")?.values;
  let before = centres();
  for (let epoch = 0; epoch < 5; epoch++) {
    for (const offset of [0, 20]) {
      await phaseOf(model).beforeStep!({ epoch, offset, step: 0 }, training);
      if (centres() !== before) clusterings.push(`${epoch} ${offset}`);
      before = centres();
    }
  }
  expect(clusterings).toEqual(["0 0", "2 0", "4 0"]);
});

test("a snapshot shows the clusters of the last clustering, and none before the first", async () => {
  const model = await started({ method: "kmeans" });
  const rows = Uint32Array.of(7, 0);
  const seen = () => model.encoder.encodeDuringTraining!(tf.tensor2d(training.rows(rows), [2, d]), rows);
  expect(seen().cluster).toBeUndefined();
  await phaseOf(model).beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
  const assignment = stateOf(model, "assignment");
  expect([...seen().cluster!.dataSync()]).toEqual([assignment[7], assignment[0]]);
});

describe("the pull", () => {
  test("is no term before the first clustering", async () => {
    expect(Object.keys(termsOf(await started({ method: "kmeans" })))).toEqual(["reconstruction"]);
  });

  test("is w / 2 of the variance within clusters against all variance", async () => {
    const model = await clustered({ method: "kmeans", weight: 0.6 });
    const { total, terms, weights } = valuesOf(model, batchOfAll(training));
    const assignment = stateOf(model, "assignment");
    expect(weights.pull! * terms.pull!).toBeCloseTo(0.3 * looseness(model, (row) => assignment[row]!), 5);
    expect(total).toBeCloseTo(terms.reconstruction! + weights.pull! * terms.pull!, 5);
  });

  test("has the gradient (w / v) (z - μ)", async () => {
    const model = await clustered({ method: "kmeans", weight: 0.6 });
    const bias = model.parameters.trainable.find(({ name }) => name === "encoder/1/bias")!;
    tf.tidy(() => bias.assign(tf.tensor1d([0.5, -2])));
    const gradient = tf.tidy(() => {
      const batch = batchOfAll(training);
      const pull = (): tf.Scalar => {
        const { terms, weights } = phaseOf(model).players[0]!.objective(batch);
        return tf.mul(terms.pull!, weights.pull!);
      };
      const { grads } = tf.engine().gradients(pull, [bias.read()]);
      bias.release();
      return [...grads[0]!.dataSync()];
    });
    // Centres are means: only the bias, 0 when they were found, lies between the mean latent and its centre.
    const variance = stateOf(model, "variance")[0]!;
    expect(gradient[0]).toBeCloseTo((0.6 / variance) * 0.5, 4);
    expect(gradient[1]).toBeCloseTo((0.6 / variance) * -2, 4);
  });

  test.each([1e-6, 1e6])("is no term if DBSCAN finds no two clusters (radius %d)", async (radius) => {
    const model = await clustered({ method: "dbscan", radius });
    expect(new Set(stateOf(model, "assignment"))).toEqual(new Set([-1]));
    expect(Object.keys(termsOf(model))).toEqual(["reconstruction"]);
  });

  test("spares DBSCAN's noise", async () => {
    const model = await clustered({ method: "dbscan" });
    const values = stateOf(model, "assignment");
    const all = termsOf(model).pull!;
    // With all others noise, one cluster's part remains.
    const parts = [...new Set(values)].map((cluster) => {
      const only = values.map((other) => (other === cluster ? other : -1));
      model.training.state!.set("assignment", { shape: [n], values: only });
      return termsOf(model).pull!;
    });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(all, 6);
  });

  test.each(methods)("of equal latents is no term ($method)", async (option) => {
    const equal = trainingDataOf(new Float32Array(n * d).fill(0.5), d);
    const model = await clustered(option, equal);
    expect(Object.keys(termsOf(model, equal))).toEqual(["reconstruction"]);
    expect([...stateOf(model, "variance")]).toEqual([0]);
  });
});

test("it goes on from saved weights and state as if it had never stopped", async () => {
  const model = await clustered({ method: "agglomerative" });
  const copy = await build({ method: "agglomerative" });
  await copyTraining(model, copy);
  expect(valuesOf(copy, batchOfAll(training))).toEqual(valuesOf(model, batchOfAll(training)));
});
