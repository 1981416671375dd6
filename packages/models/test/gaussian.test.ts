import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { gaussianDivergence, sampleGaussian } from "../src/networks/gaussian.js";

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
