import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { surprise } from "../src/networks/joinedNetwork.js";
import { batchOfAll, buildModel, phaseOf, trainingDataOf, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const d = 784;
const n = 12;
const labels = Int32Array.from({ length: n }, (_, i) => (i < 3 ? i : -1));
const data = trainingDataOf(stream(0, "x").fill("uniform", n * d), d, labels);

describe.each(["adgm", "sdgm"])("%s", (name) => {
  const build = () =>
    buildModel(name, { hidden: [4], aSize: 2, zSize: 2 }, data, {
      classes: 10,
      examples: 60_000,
      labelled: 100,
    });

  test("with all weights 0 every Gaussian is N(0, I) and cancels: 784 log 2 + log 10, less log 10 without a label", async () => {
    const model = await build();
    for (const parameter of model.parameters.trainable) parameter.assign(tf.zeros(parameter.shape));
    const { terms, weights } = valuesOf(model, batchOfAll(data));
    expect(terms.labelled).toBeCloseTo(545.73, 2);
    expect(terms.unlabelled).toBeCloseTo(543.4274, 2);
    expect(weights.classifier! * terms.classifier!).toBeCloseTo(138.155, 2);
    expect(terms.prior).toBe(0);
  });

  test("the rate falls by a quarter every 200 epochs, to a tenth", async () => {
    const { learningRate } = phaseOf(await build());
    expect([0, 199, 200, 400, 5000].map((epoch) => learningRate!(epoch, 5000))).toEqual([
      1, 1, 0.75, 0.5625, 0.1,
    ]);
  });
});

test("log N(0.5; 0, 1) = -1.043939, summed over the dimensions", () => {
  const zeros = tf.zeros([1, 2]) as tf.Tensor2D;
  const value = surprise(tf.tensor2d([[0.5, 0.5]]), { mean: zeros, logVariance: zeros });
  expect(value.dataSync()[0]).toBeCloseTo(2 * 1.043939, 5);
});
