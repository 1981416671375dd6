import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { gaussianDivergence, likelihoodOf, sampleGaussian } from "../src/networks/gaussian.js";

beforeAll(async () => {
  await startEngine();
});

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

test("the sample has the mean and the variance that it is given", () => {
  const size = 20_000;
  const sample = sampleGaussian(
    tf.fill([size, 1], 3) as tf.Tensor2D,
    tf.fill([size, 1], Math.log(0.25)) as tf.Tensor2D,
    stream(0, "sample"),
  );
  const { mean, variance } = tf.moments(sample);
  expect(mean.dataSync()[0]).toBeCloseTo(3, 1);
  expect(variance.dataSync()[0]).toBeCloseTo(0.25, 1);
});

test("a calibrated Gaussian has the variance of the batch's errors, and no less than 0.01", () => {
  const data = {
    shape: [2],
    d: 2,
    range: "real" as const,
    classes: 2,
    foundClusters: null,
    examples: 2,
    labelled: 0,
  };
  const { loss, losses } = likelihoodOf("calibrated", data);
  const x = tf.zeros<tf.Rank.R2>([2, 2]);
  // Squared errors 1 and 3 of two values each: σ² = 1, so ½ and 3/2, and log σ² = 0.
  const decoded = tf.tensor2d([1, 0, 1, Math.SQRT2], [2, 2]);
  expect([...losses(decoded, x).dataSync()]).toEqual([expect.closeTo(0.5, 5), expect.closeTo(1.5, 5)]);
  expect(loss(decoded, x).dataSync()[0]).toBeCloseTo(1, 5);
  expect(loss(x, x).dataSync()[0]).toBeCloseTo(Math.log(0.01), 5);
});
