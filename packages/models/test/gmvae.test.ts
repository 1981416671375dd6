import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import { accuracyOf, batchOfAll, buildModel, threeClouds, trainSteps, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const build = (options: object = {}, seed = 1): Promise<Model> =>
  buildModel("gmvae", { hidden: [16], zSize: 2, ...options }, training, { seed });

/** Sets a parameter, and every other one to zero. */
function setOnly(model: Model, name: string, values: number[]): void {
  for (const parameter of model.parameters.all) {
    tf.tidy(() =>
      parameter.assign(
        parameter.name === name ? tf.tensor(values, parameter.shape) : tf.zeros(parameter.shape),
      ),
    );
  }
}

test("the Gaussian term is measured from the prior of the cluster", async () => {
  const model = await build();
  // q(z | x, y) = N(0, I) and p(z | y) = N((3, 4), I): ½ · 25.
  setOnly(model, "priorMean/bias", [3, 4]);
  const { total, terms } = valuesOf(model, batchOfAll(training));
  const { reconstruction, gaussian, categorical } = terms;
  expect(gaussian).toBeCloseTo(12.5, 5);
  expect(reconstruction).toBeCloseTo(training.d * Math.LN2, 4);
  expect(categorical).toBeCloseTo(0, 6);
  expect(total).toBeCloseTo(reconstruction! + gaussian! + categorical!, 4);
});

test("a certain cluster costs log K", async () => {
  const model = await build();
  setOnly(model, "categorical/1/bias", [50, 0, 0]);
  expect(valuesOf(model, batchOfAll(training)).terms.categorical).toBeCloseTo(Math.log(3), 5);
});

test("the weights weigh their terms", async () => {
  const model = await build({ wReconstruction: 2, wGaussian: 3, wCategorical: 5 });
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  expect(weights).toEqual({ reconstruction: 2, gaussian: 3, categorical: 5 });
  const { reconstruction, gaussian, categorical } = terms;
  expect(total / (2 * reconstruction! + 3 * gaussian! + 5 * categorical!)).toBeCloseTo(1, 5);
});

// Of seeds 1 to 8 these and two more find them; the others end with two clouds in one cluster, at totals that are no higher.
test.each([4, 5, 6])("finds three clouds, from seed %i", async (seed) => {
  const model = await build({}, seed);
  await trainSteps(model, training, { steps: 300, optimizer: { name: "adam", learningRate: 0.01 } });
  expect(accuracyOf(model, training)).toBe(1);
});

test("the sum is the draw's value if the cluster is certain, and weighs the clusters by their probabilities if not", async () => {
  const model = await build({ expectation: "sum" });
  // KL(q(z | x, y) ‖ p(z | y)) is 2, 4.5 and 8 for the three clusters, and q(y | x) 1/2, 1/4, 1/4.
  const parameters = new Map(model.parameters.all.map((parameter) => [parameter.name, parameter]));
  setOnly(model, "priorMean/weight", [2, 0, 3, 0, 4, 0]);
  parameters.get("categorical/1/bias")!.assign(tf.tensor1d([Math.LN2, 0, 0]));
  const { total, terms } = valuesOf(model, batchOfAll(training));
  expect(terms.gaussian).toBeCloseTo(2 / 2 + 4.5 / 4 + 8 / 4, 5);
  expect(terms.reconstruction).toBeCloseTo(training.d * Math.LN2, 4);
  expect(total).toBeCloseTo(terms.reconstruction! + terms.gaussian! + terms.categorical!, 4);
  parameters.get("categorical/1/bias")!.assign(tf.tensor1d([0, 0, 50]));
  expect(valuesOf(model, batchOfAll(training)).terms.gaussian).toBeCloseTo(8, 5);
});

// Two of the seeds 1 to 8 that do; most others end with two clouds in one cluster.
test.each([3, 6])("finds three clouds by the sum, from seed %i", async (seed) => {
  const model = await build({ expectation: "sum" }, seed);
  await trainSteps(model, training, { steps: 300, optimizer: { name: "adam", learningRate: 0.01 } });
  expect(accuracyOf(model, training)).toBe(1);
});

test("pixels of 0 and 1 stay themselves if they are binarised", async () => {
  const ones = { ...training, all: () => training.all().map(Math.round) };
  const values = async (options: object) =>
    valuesOf(await build(options), batchOfAll({ ...ones, labels: training.labels! })).total;
  expect(await values({ binarised: true })).toBe(await values({}));
});
