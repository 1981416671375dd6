import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { denoise } from "../src/networks/ladderDecoder.js";
import { batchOfAll, buildModel, encodingOf, phaseOf, trainingDataOf, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const d = 6;
const n = 24;
const labels = Int32Array.from({ length: n }, (_, i) => (i < 6 ? i % 3 : -1));
const data = trainingDataOf(stream(0, "x").fill("uniform", n * d), d, labels);
const build = (options: object = {}) => buildModel("ladder", { hidden: [5, 4], ...options }, data);

test("at the start nothing is denoised: a cost is 1 + mean(m² / s) of the clean path, of the input mean(x²)", async () => {
  const model = await build();
  const { terms, weights, total } = valuesOf(model, batchOfAll(data));
  const [input, first] = tf.tidy(() => {
    const x = tf.tensor2d(data.all(), [n, d]).slice(6);
    const weight = model.parameters.all.find(({ name }) => name === "encoder/0/weight")!.value as tf.Tensor2D;
    const { mean, variance } = tf.moments(tf.matMul(x, weight), 0);
    const ratio = tf.mean(tf.div(tf.square(mean), variance));
    return [tf.mean(tf.square(x)).dataSync()[0]!, 1 + ratio.dataSync()[0]!];
  });
  expect(terms["denoising/0"]).toBeCloseTo(input!, 5);
  expect(terms["denoising/1"]! / first!).toBeCloseTo(1, 4);
  // λ is 1000, 10 and 0.1 for every further layer.
  expect(Object.values(weights)).toEqual([1, 1000, 10, 0.1, 0.1]);
  const sum = Object.keys(terms).reduce((all, term) => all + weights[term]! * terms[term]!, 0);
  expect(total / sum).toBeCloseTo(1, 5);
});

test("the denoiser is (z̃ - μ) v + μ: with μ = 1 and v = 0.5, 2 becomes 1.5", () => {
  const shape = [0, 1, 0, 0, 1, 0, 1, 0, 0, 0.5].map((value) => tf.tensor1d([value]));
  expect([...denoise(tf.tensor2d([[2]]), tf.tensor2d([[0]]), shape).dataSync()]).toEqual([1.5]);
  // μ = 2 σ(0) + 3 · 0 + 0 = 1, v = 4 σ(0) = 2: (2 - 1) 2 + 1.
  const bent = [2, 1, 0, 3, 0, 4, 1, 0, 5, 0].map((value) => tf.tensor1d([value]));
  expect([...denoise(tf.tensor2d([[2]]), tf.tensor2d([[0]]), bent).dataSync()]).toEqual([3]);
});

test("the learning rate is constant for two thirds of the epochs and then falls to 0", async () => {
  const { learningRate } = phaseOf(await build());
  const rates = [0, 100, 110, 125, 149, 150].map((epoch) => 2e-3 * learningRate!(epoch, 150));
  [2e-3, 2e-3, 1.6162e-3, 1.0101e-3, 4.04e-5, 0].forEach((rate, i) => {
    expect(rates[i]).toBeCloseTo(rate, 7);
  });
});

test("labelled and unlabelled examples are normalised apart: others that are unlabelled change no supervised loss", async () => {
  const model = await build();
  const supervised = (x: tf.Tensor2D) => valuesOf(model, { ...batchOfAll(data), x }).terms.supervised!;
  const x = tf.tensor2d(data.all(), [n, d]);
  const changed = tf.concat([x.slice(0, 6), tf.mul(x.slice(6), 5)]) as tf.Tensor2D;
  expect(supervised(changed)).toBe(supervised(x));
});

test("predictions take no noise", async () => {
  const model = await build();
  expect(encodingOf(model, data)).toEqual(encodingOf(model, data));
});
