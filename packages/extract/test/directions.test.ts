import { startEngine, tf } from "@gumbel/engine";
import type { Generator } from "@gumbel/models";
import { beforeAll, expect, test } from "vitest";
import { principalDirections } from "../src/directions.js";

beforeAll(() => startEngine());

/** g(z, c) = 0.5 + z A, the same for both clusters. */
const linear = (a: number[][]): Generator => ({
  noise: a.length,
  conditional: true,
  generate: (z) => tf.add<tf.Tensor2D>(tf.matMul(z, tf.tensor2d(a)), 0.5),
});

test("the directions of a linear generator are its singular vectors, that of the largest value first", () => {
  // Rows (1, 1) / √2 with strength 3 and (1, -1) / √2 with strength 1.
  const h = Math.SQRT1_2;
  const { share, vectors } = principalDirections(
    linear([
      [3 * h, h, 0],
      [3 * h, -h, 0],
    ]),
    2,
    3,
  );
  expect(share[0]).toBeCloseTo(0.9, 5);
  expect(share[1]).toBeCloseTo(0.1, 5);
  for (const value of [vectors[0]!, vectors[1]!, Math.abs(vectors[2]!)]) expect(value).toBeCloseTo(h, 5);
  expect(vectors[2]! * vectors[3]!).toBeLessThan(0);
});

test("noise that changes nothing is the last direction, with a share of zero", () => {
  const { share, vectors } = principalDirections(linear([[0], [2]]), 2, 1);
  expect([...share]).toEqual([1, 0]);
  expect([...vectors]).toEqual([0, 1, 1, 0]);
});

test("all tensors are disposed of", () => {
  const before = tf.memory().numTensors;
  principalDirections(linear([[1, 2]]), 2, 2);
  expect(tf.memory().numTensors).toBe(before);
});
