import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { mixtureTerms } from "../src/networks/mixturePrior.js";

beforeAll(async () => {
  await startEngine();
});

test("the two terms of VaDE's objective that hold the prior are the paper's sums, written out in NumPy", () => {
  /*
   * For each of the two examples, with dens_c = pi_c prod_j N(z_j | m_cj, exp(lc_cj)) and g = dens / dens.sum():
   *   G += .5 * sum(g[c] * sum(lc[c,j] + exp(lv[j]) / exp(lc[c,j]) + (mu[j] - m[c,j])**2 / exp(lc[c,j]))) - .5 * sum(1 + lv)
   *   C += sum(g[c] * log(g[c] / pi[c]));  then G / 2 and C / 2
   */
  const { gaussian, categorical } = mixtureTerms(
    tf.tensor2d([0.5, -1, 1.5, 0.25], [2, 2]),
    tf.tensor2d([-0.5, 0.2, 0.1, -1], [2, 2]),
    tf.tensor2d([0.75, -0.5, 1, 0.5], [2, 2]),
    {
      logits: tf.tensor1d([0.2, -0.3, 0]),
      means: tf.tensor2d([0, 0, 1, 1, 2, -1], [3, 2]),
      logVariances: tf.tensor2d([0, 0.5, -0.25, 0.1, 0.3, -0.4], [3, 2]),
    },
  );
  expect(gaussian.dataSync()[0]).toBeCloseTo(1.02045933, 5);
  expect(categorical.dataSync()[0]).toBeCloseTo(0.11842613, 5);
});

test("they are those of a VAE with one cluster at the origin of variance 1", () => {
  // KL(N(1, e) ‖ N(0, 1)) = ½ (1 + e - 1 - 1), and a single cluster costs nothing.
  const { gaussian, categorical } = mixtureTerms(
    tf.tensor2d([1], [1, 1]),
    tf.tensor2d([1], [1, 1]),
    tf.tensor2d([0.3], [1, 1]),
    { logits: tf.tensor1d([5]), means: tf.zeros([1, 1]), logVariances: tf.zeros([1, 1]) },
  );
  expect(gaussian.dataSync()[0]).toBeCloseTo((Math.E - 1) / 2, 5);
  expect(categorical.dataSync()[0]).toBeCloseTo(0, 6);
});

test("they stay finite for a sample that is far from every cluster", () => {
  const { gaussian, categorical } = mixtureTerms(
    tf.tensor2d([1000], [1, 1]),
    tf.tensor2d([0], [1, 1]),
    tf.tensor2d([1000], [1, 1]),
    { logits: tf.zeros([2]), means: tf.tensor2d([0, 1], [2, 1]), logVariances: tf.zeros([2, 1]) },
  );
  // All on the nearer one: ½ (1 + 999² - 1), and log 2 for having chosen.
  expect(gaussian.dataSync()[0]! / (0.5 * 999 ** 2)).toBeCloseTo(1, 5);
  expect(categorical.dataSync()[0]).toBeCloseTo(Math.log(2), 5);
});
