import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import type { Batch, Model } from "../src/index.js";
import { batchOfAll, buildModel, encodingOf, phaseOf, trainingDataOf, valuesOf } from "../src/testing.js";
import * as twoRows from "./twoRows.js";

beforeAll(async () => {
  await startEngine();
});

const name = "auxiliary-clustering";

describe("the objective", () => {
  const d = 6;
  const n = 20;
  const labels = Int32Array.from({ length: n }, (_, i) => (i < 8 ? i % 4 : -1));
  const training = trainingDataOf(stream(0, "x").fill("uniform", n * d), d, labels);
  const build = (options: object = {}): Promise<Model> =>
    buildModel(name, { hidden: [8], featureSize: 6, ...options }, training, { classes: 4 });
  const valuesAt = (model: Model, epoch: number) => valuesOf(model, batchOfAll(training, { epoch }));

  test("is w_R L_R alone in a phase of its own", async () => {
    const model = await build({ wR: 3, reconstructionEpochs: 2 });
    expect(model.training.phases.map((phase) => [phase.name, phase.epochs])).toEqual([
      ["reconstruction", 2],
      ["training", 100],
    ]);
    const phase = phaseOf(model, "reconstruction");
    expect(phase.pretraining).toBe(true);
    const { total, terms, weights } = valuesOf(model, batchOfAll(training), phase);
    expect(weights).toEqual({ reconstruction: 3 });
    expect(total).toBeCloseTo(3 * terms.reconstruction!, 4);
    expect(terms).toEqual({ reconstruction: valuesAt(model, 0).terms.reconstruction });
  });

  test("brings the other terms in over the ramp", async () => {
    const model = await build({ wR: 3, wC: 2, wA: 5, wF: 7, rampEpochs: 4 });
    for (const [epoch, share] of [
      [0, 0],
      [1, 0.25],
      [2.5, 0.625],
      [4, 1],
      [48, 1],
    ] as const) {
      const { total, terms, weights } = valuesAt(model, epoch);
      const { reconstruction, categorical, assignment, feature } = terms;
      const auxiliary = 2 * categorical! + 5 * assignment! + 7 * feature!;
      expect(total).toBeCloseTo(3 * reconstruction! + share * auxiliary, 4);
      expect(weights).toEqual({
        reconstruction: 3,
        categorical: 2 * share,
        assignment: 5 * share,
        feature: 7 * share,
      });
    }
  });

  test("as published, has one phase with all terms from the first step", async () => {
    const model = await build();
    expect(model.training.phases.map((phase) => phase.name)).toEqual(["training"]);
    const { total, terms, weights } = valuesAt(model, 0);
    const { reconstruction, categorical, assignment, feature } = terms;
    expect(total).toBeCloseTo(reconstruction! + categorical! + 10 * assignment! + feature!, 4);
    expect(weights).toEqual({ reconstruction: 1, categorical: 1, assignment: 10, feature: 1 });
  });

  test("has L_C = Σ q log(K q) / log K of the probabilities that it predicts", async () => {
    const model = await build();
    const q = encodingOf(model, training).probabilities!;
    const expected = q.reduce((sum, p) => sum + p * Math.log(4 * p), 0) / n / Math.log(4);
    expect(valuesAt(model, 0).terms.categorical).toBeCloseTo(expected, 5);
  });

  test("has a learning rate that is halved if asked for", async () => {
    const factor = phaseOf(await build({ halveEvery: 30 })).learningRate!;
    expect([0, 29, 30, 60].map((epoch) => factor(epoch, 100))).toEqual([1, 1, 0.5, 0.25]);
    expect(phaseOf(await build()).learningRate!(1000, 2000)).toBe(1);
  });
});

describe("labels that propagate", () => {
  const training = trainingDataOf(twoRows.points, 2, twoRows.labels);
  const build = (options: object = {}): Promise<Model> =>
    buildModel(name, { hidden: [8], featureSize: 6, propagation: { neighbours: 2 }, ...options }, training, {
      range: "real",
      classes: 2,
    });
  const pseudoLabelsOf = (model: Model, rows: Uint32Array): number[] => [
    ...model.encoder.encodeDuringTraining!(tf.zeros([rows.length, 2]), rows).pseudoLabel!.dataSync(),
  ];

  test("are found before each epoch and stand in the training state", async () => {
    const model = await build();
    const phase = phaseOf(model);
    const state = model.training.state!;
    await phase.beforeStep!({ epoch: 0, offset: 8, step: 1 }, training);
    expect(state.size).toBe(0);
    await phase.beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
    const first = state.get("assigned")!.values;
    const certainty = state.get("certainty")!.values;
    expect([first[0], first[39], certainty[0], certainty[39]]).toEqual([0, 1, 1, 1]);
    expect(certainty.every((value) => value >= 0 && value <= 1)).toBe(true);
    await phase.beforeStep!({ epoch: 1, offset: 0, step: 5 }, training);
    expect(state.get("assigned")!.values).not.toBe(first);
  });

  test("are what the objective asks for, and what a snapshot shows", async () => {
    const model = await build();
    await phaseOf(model).beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
    const assigned = model.training.state!.get("assigned")!.values;
    const rows = Uint32Array.of(0, 39, 5, 6, 7);
    const batch: Partial<Batch> = {
      x: tf.tensor2d(training.rows(rows), [5, 2]),
      rows,
      labels: Int32Array.of(0, 1, -1, -1, -1),
    };
    const loss = () => valuesOf(model, batchOfAll(training, batch)).terms.assignment!;
    const before = loss();
    for (const row of [5, 6, 7]) assigned[row] = 1 - assigned[row]!;
    expect(loss()).not.toBeCloseTo(before, 4);
    expect(pseudoLabelsOf(model, Uint32Array.of(0, 5))).toEqual([assigned[0], assigned[5]]);
  });

  test("are not needed in the phase of reconstruction, and are there from the first step after", async () => {
    const model = await build({ reconstructionEpochs: 2 });
    const phase = phaseOf(model, "reconstruction");
    expect(phase.beforeStep).toBeUndefined();
    expect(valuesOf(model, batchOfAll(training), phase).terms.reconstruction).toBeGreaterThan(0);
    expect(model.training.state!.size).toBe(0);
    expect(pseudoLabelsOf(model, Uint32Array.of(0, 5))).toEqual([-1, -1]);
    await phaseOf(model).beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
    expect([...model.training.state!.keys()].sort()).toEqual(["assigned", "certainty", "shares"]);
  });
});

test("the network sees warped copies; a warp by nothing changes nothing", async () => {
  const n = 12;
  const labels = Int32Array.from({ length: n }, (_, i) => (i < 6 ? i % 3 : -1));
  const training = trainingDataOf(stream(0, "images").fill("uniform", n * 36), 36, labels);
  const termsWith = async (options: object): Promise<Record<string, number>> => {
    const shape = [6, 6, 1];
    const model = await buildModel(name, { hidden: [16], featureSize: 8, ...options }, training, { shape });
    return valuesOf(model, batchOfAll(training)).terms;
  };
  const plain = await termsWith({});
  const still = await termsWith({ augmentation: { rotation: 0, scale: 0, shear: 0, shift: 0 } });
  const moved = await termsWith({ augmentation: {} });
  expect(Object.keys(plain)).toEqual(["reconstruction", "categorical", "assignment", "feature"]);
  for (const [term, value] of Object.entries(plain)) {
    expect(still[term], term).toBeCloseTo(value, 5);
    expect(moved[term], term).not.toBe(value);
  }
});

test("data without classes is refused", async () => {
  const training = trainingDataOf(new Float32Array(40), 4);
  await expect(buildModel(name, {}, training, { classes: 0 })).rejects.toThrow(/no classes/);
});
