import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import {
  digamma,
  kumaraswamyDivergence,
  logComplement,
  logQuantile,
  logStickPieces,
} from "../src/networks/kumaraswamy.js";

beforeAll(async () => {
  await startEngine();
});

describe("the Kumaraswamy distribution", () => {
  const column = (value: number, n: number) => tf.fill([n, 1], value) as tf.Tensor2D;
  /** (i + ½) / n: what a uniform sample is on average. */
  const midpoints = (n: number) => tf.reshape(tf.linspace(0.5 / n, 1 - 0.5 / n, n), [n, 1]);

  // SciPy: b * beta(1 + 1 / a, b)
  test.each([
    [0.7, 1.5, 0.30655443],
    [2, 3, 0.45714286],
  ])("with a = %d and b = %d has the mean %d", (a, b, expected) => {
    const logs = logQuantile(column(a, 2000), column(b, 2000), midpoints(2000));
    expect(tf.mean(tf.exp(logs)).dataSync()[0]).toBeCloseTo(expected, 4);
  });

  // SciPy: quad of q (log q - log p) over logit v, with q = a b v^(a-1) (1 - v^a)^(b-1), p = Beta(alpha, beta)
  test.each([
    [1, 1, 1, 1, 0],
    [2, 3, 1, 1, 0.20842614],
    [0.7, 1.5, 1, 4, 0.3328999],
    [3, 0.5, 2, 2.5, 3.42866886],
  ])("with a = %d and b = %d is from Beta(%d, %d) the divergence %d", (a, b, alpha, beta, expected) => {
    const n = beta === 1 ? 1 : 20_000;
    const [as, bs] = [column(a, n), column(b, n)];
    const logRest = logComplement(logQuantile(as, bs, midpoints(n)));
    const each = kumaraswamyDivergence(as, bs, logRest, alpha, [beta]);
    expect(Math.abs(tf.mean(each).dataSync()[0]! - expected)).toBeLessThan(1e-3);
  });

  test("stays within (0, 1) for the most extreme shapes and draws", () => {
    const a = tf.tensor1d([0.01, 0.01, 0.01, 100, 100, 100]);
    const b = tf.tensor1d([0.01, 1, 100, 0.01, 1, 100]);
    for (const u of [0, 0.5, 1]) {
      const logs = logQuantile(a, b, tf.fill([6], u));
      const rest = logComplement(logs);
      for (const value of [...logs.dataSync(), ...rest.dataSync()]) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeLessThanOrEqual(0);
      }
    }
  });
});

test("digamma is SciPy's", () => {
  const values = digamma(tf.tensor1d([0.01, 0.5, 1, 3.7, 50])).dataSync();
  [-100.56088546, -1.96351003, -0.57721566, 1.16715354, 3.90198967].forEach((expected, i) => {
    expect(values[i]! / expected).toBeCloseTo(1, 5);
  });
});

test("a stick broken at ½ and then ⅓ leaves pieces of ½, ⅙ and ⅓", () => {
  const v = tf.tensor2d([1 / 2, 1 / 3], [1, 2]);
  const pieces = tf.exp(logStickPieces(tf.log(v), tf.log(tf.sub(1, v)))).dataSync();
  [1 / 2, 1 / 6, 1 / 3].forEach((expected, k) => {
    expect(pieces[k]).toBeCloseTo(expected, 6);
  });
});
