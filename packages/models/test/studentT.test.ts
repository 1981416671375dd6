import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { studentTLogits } from "../src/training/studentT.js";
import { meanKl, sharpened } from "../src/training/targets.js";

beforeAll(async () => {
  await startEngine();
});

describe("the clustering layer", () => {
  /*
   * z = np.array([[.5, -1], [2, .25], [-.5, .75]]); m = np.array([[0, 0], [1.5, .5], [-1, 1]])
   * d = ((z[:, None] - m)**2).sum(2); q = 1 / (1 + d); q /= q.sum(1, keepdims=True)
   * p = q**2 / q.sum(0); p /= p.sum(1, keepdims=True)
   */
  const z = [0.5, -1, 2, 0.25, -0.5, 0.75];
  const centroids = [0, 0, 1.5, 0.5, -1, 1];
  const q = [0.54355, 0.287762, 0.168688, 0.187391, 0.722794, 0.089815, 0.3651, 0.130715, 0.504185];
  const p = [0.710439, 0.191228, 0.098332, 0.064028, 0.914834, 0.021137, 0.258823, 0.031862, 0.709316];
  const logits = () => studentTLogits(tf.tensor2d(z, [3, 2]), tf.tensor2d(centroids, [3, 2]));

  test("assigns by Student's t", () => {
    const found = tf.tidy(() => [...tf.softmax(logits()).dataSync()]);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(q[i]!, 5);
    });
  });

  test("sharpens to q² / f", () => {
    sharpened(Float32Array.from(q), 3, 2).forEach((value, i) => {
      expect(value).toBeCloseTo(p[i]!, 5);
    });
  });

  test("learns from the mean of scipy.stats.entropy(p_i, q_i)", () => {
    expect(tf.tidy(() => meanKl(Float32Array.from(p), logits()).dataSync()[0])).toBeCloseTo(0.0944452, 5);
  });

  test("pulls latents and centroids as equations 4 and 5 of Xie et al. say", () => {
    // g = 2 * ((p - q) / (1 + d))[:, :, None] * (z[:, None] - m); g.sum(1) / 3 and -g.sum(0) / 3
    const expected = [
      [0.030163, -0.013796, 0.003277, -0.025196, 0.097677, -0.058621],
      [-0.011779, 0.082828, -0.08995, 0.004927, -0.029388, 0.009858],
    ];
    const found = tf.tidy(() => {
      const loss = (a: tf.Tensor, b: tf.Tensor) =>
        meanKl(Float32Array.from(p), studentTLogits(a as tf.Tensor2D, b as tf.Tensor2D));
      return tf
        .grads(loss)([tf.tensor2d(z, [3, 2]), tf.tensor2d(centroids, [3, 2])])
        .map((gradient) => [...gradient.dataSync()]);
    });
    found.forEach((gradient, which) => {
      gradient.forEach((slope, i) => {
        expect(slope).toBeCloseTo(expected[which]![i]!, 4);
      });
    });
  });

  test("stays finite on a centroid and very far from all", () => {
    const q = tf.tidy(() => [
      ...tf.softmax(studentTLogits(tf.tensor2d([1, 1, 1e6, 1e6], [2, 2]), tf.ones([3, 2]))).dataSync(),
    ]);
    for (const value of q) expect(value).toBeCloseTo(1 / 3, 5);
  });
});
