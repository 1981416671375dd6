import { startEngine } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { buildModel, encodingOf, phaseOf, threeClouds, trainingDataOf, trainSteps } from "../src/testing.js";
import { bestNamed, namedByLabels, pinLabelled } from "../src/training/pinnedTargets.js";

beforeAll(async () => {
  await startEngine();
});

// The class of an example is that of its cloud, by another number.
const clouds = threeClouds();
const { n, d } = clouds;
const classOf = (row: number) => [2, 0, 1][row % 3]!;
const labels = Int32Array.from({ length: n }, (_, row) => (row < 6 ? classOf(row) : -1));
const data = trainingDataOf(clouds.all(), d, labels);

test("clusters take the number of the class that most of their labelled examples have", () => {
  const clusters = Int32Array.of(0, 0, 0, 1, 1, 1);
  expect([...namedByLabels(clusters, Int32Array.of(1, 1, 0, 0, -1, -1), 2)]).toEqual([1, 1, 1, 0, 0, 0]);
});

test("of several clusterings that with the most labelled examples right is taken, the first of equal ones", () => {
  const labels = Int32Array.of(0, 1, -1, -1);
  const joined = Int32Array.of(0, 0, 1, 1);
  const apart = Int32Array.of(1, 0, 1, 0);
  const other = Int32Array.of(1, 0, 1, 1);
  expect([...bestNamed([joined, apart, other], labels, 2)]).toEqual([0, 1, 0, 1]);
});

test("targets of labelled examples are one-hot, those of others stay", () => {
  const targets = Float32Array.of(0.8, 0.2, 0.6, 0.4);
  pinLabelled(targets, Int32Array.of(1, -1), 2);
  expect(targets).toEqual(Float32Array.of(0, 1, 0.6, 0.4));
});

test.each([1, 3])(
  "of %i candidates the clusters are the classes, and stay pinned when the targets are refreshed",
  async (candidates) => {
    const options = { hidden: [8, 6], startEpochs: 0, candidates };
    const model = await buildModel("depict-semi", options, data);
    await trainSteps(model, data, { steps: 150, optimizer: { name: "adam", learningRate: 0.01 } });
    expect([...encodingOf(model, data).cluster]).toEqual(Array.from({ length: n }, (_, row) => classOf(row)));
    await phaseOf(model).beforeStep!({ epoch: 3, offset: 0, step: 9 }, data);
    const targets = model.training.state!.get("targets")!.values;
    for (let row = 0; row < 6; row++) {
      expect(Math.max(...targets.subarray(row * 3, row * 3 + 3))).toBe(1);
      expect(targets[row * 3 + classOf(row)]).toBe(1);
    }
  },
);
