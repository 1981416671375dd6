import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import { accuracyOf, batchOfAll, buildModel, threeClouds, trainSteps, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;
const build = (options: object = {}): Promise<Model> =>
  buildModel("vae", { hidden: [16], latentSize: 2, restarts: 5, ...options }, training);

test("with every weight zero it costs d log 2 for inputs in [0, 1], ‖x‖² for others, and nothing for the latent", async () => {
  const x = training.all();
  const squares = x.reduce((sum, value) => sum + value * value, 0) / n;
  for (const [likelihood, expected] of [
    ["auto", d * Math.LN2],
    ["gaussian", squares],
  ] as const) {
    const model = await build({ likelihood });
    for (const parameter of model.parameters.all) {
      tf.tidy(() => parameter.assign(tf.zeros(parameter.shape)));
    }
    const { total, terms } = valuesOf(model, batchOfAll(training));
    expect(terms.reconstruction).toBeCloseTo(expected, 4);
    expect(terms.gaussian).toBeCloseTo(0, 6);
    expect(total).toBeCloseTo(expected, 4);
  }
});

test("k-means on its latent finds three clouds", async () => {
  const model = await build({ likelihood: "bernoulli" });
  await trainSteps(model, training, { steps: 150, optimizer: { name: "adam", learningRate: 0.01 } });
  await model.training.finish!(training);
  expect(accuracyOf(model, training)).toBe(1);
});
