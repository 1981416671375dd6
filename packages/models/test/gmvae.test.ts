import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { loadSystem, type Model } from "../src/index.js";
import { gaussianDivergence } from "../src/networks/gaussian.js";
import { accuracyOf, termsOf, threeClouds, trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();

async function build(options: object = {}, seed = 1): Promise<Model> {
  const system = await loadSystem("gmvae");
  return system.build({
    options: system.optionsSchema.parse({ hidden: [16], zSize: 2, ...options }),
    data: { shape: [training.d], d: training.d, range: "unit", classes: 3, examples: training.n },
    random: (...names) => stream(seed, ...names),
  });
}

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

test("the divergence between two Gaussians is the textbook's", () => {
  // NumPy: .5 * sum(plv - lv + (exp(lv) + (mu - pm)**2) / exp(plv) - 1) for these four, in order pm, plv last
  const value = gaussianDivergence(
    tf.tensor1d([0.5, -1]),
    tf.tensor1d([-0.5, 0.2]),
    tf.tensor1d([1, 0]),
    tf.tensor1d([0.3, -0.4]),
  );
  expect(value.dataSync()[0]).toBeCloseTo(1.07423851, 5);
});

test("the Gaussian term is measured from the prior of the cluster", async () => {
  const model = await build();
  // q(z | x, y) = N(0, I) and p(z | y) = N((3, 4), I): ½ · 25.
  setOnly(model, "priorMean/bias", [3, 4]);
  const { total, reconstruction, gaussian, categorical } = termsOf(model, training);
  expect(gaussian).toBeCloseTo(12.5, 5);
  expect(reconstruction).toBeCloseTo(training.d * Math.LN2, 4);
  expect(categorical).toBeCloseTo(0, 6);
  expect(total).toBeCloseTo(reconstruction! + gaussian! + categorical!, 4);
});

test("a certain cluster costs log K", async () => {
  const model = await build();
  setOnly(model, "categorical/1/bias", [50, 0, 0]);
  expect(termsOf(model, training).categorical).toBeCloseTo(Math.log(3), 5);
});

test("the weights weigh their terms", async () => {
  const model = await build({ wReconstruction: 2, wGaussian: 3, wCategorical: 5 });
  const { total, reconstruction, gaussian, categorical } = termsOf(model, training);
  expect(total! / (2 * reconstruction! + 3 * gaussian! + 5 * categorical!)).toBeCloseTo(1, 5);
});

// Seed 4 alone ends with two clouds in one cluster; the choice by the objective, without labels, passes it over.
test("of several starts the one of lowest objective finds three clouds", async () => {
  const ended = [];
  for (const seed of [4, 5, 6]) {
    const model = await build({}, seed);
    await trainBriefly(model, model, training, 300);
    ended.push({ total: termsOf(model, training).total!, accuracy: accuracyOf(model, training) });
  }
  ended.sort((a, b) => a.total - b.total);
  expect(ended[0]!.accuracy).toBe(1);
});
