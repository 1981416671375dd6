import { oneHot, startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { distancesToFirst } from "../src/training/labelledNeighbours.js";
import { liftedStructureLoss } from "../src/training/liftedStructure.js";

beforeAll(async () => {
  await startEngine();
});

const lossOf = (points: tf.Tensor2D, classes: number[], margin: number): tf.Scalar =>
  liftedStructureLoss(
    distancesToFirst(points, classes.length),
    oneHot(tf.tensor1d(classes, "int32"), Math.max(...classes) + 1),
    margin,
  );
const loss = (positions: number[], classes: number[], margin: number): number =>
  tf.tidy(() => lossOf(tf.tensor2d(positions, [positions.length, 1]), classes, margin).dataSync()[0]!);

test("a pair and one other, by hand: J²/2 with J = 1 + ln(e^-1 + 1); nothing with a margin that is kept", () => {
  expect(loss([0, 1, 3], [0, 0, 1], 2)).toBeCloseTo(0.862328, 4);
  expect(loss([0, 1, 3], [0, 0, 1], 0.5)).toBe(0);
});

test("is the mean of half the squares over all pairs of one class, whatever their order", () => {
  const J = (between: number, others: number[]): number =>
    between + Math.log(others.reduce((sum, distance) => sum + Math.exp(2 - distance), 0));
  // Class 0 at 0 and 1, class 1 at 3, 4 and 4.5: four pairs.
  const costs = [
    J(1, [3, 4, 4.5, 2, 3, 3.5]),
    J(1, [3, 2, 4, 3]),
    J(1.5, [3, 2, 4.5, 3.5]),
    J(0.5, [4, 3, 4.5, 3.5]),
  ].map((cost) => Math.max(0, cost) ** 2 / 2);
  const expected = costs.reduce((sum, cost) => sum + cost) / 4;
  expect(loss([0, 1, 3, 4, 4.5], [0, 0, 1, 1, 1], 2)).toBeCloseTo(expected, 4);
  expect(loss([4, 1, 4.5, 0, 3], [1, 0, 1, 0, 1], 2)).toBeCloseTo(expected, 4);
});

test("a batch of one class, or of classes of one, costs nothing; distances of any size have a finite slope", () => {
  expect(loss([0, 1, 3], [0, 0, 0], 2)).toBe(0);
  expect(loss([0, 1, 3], [0, 1, 2], 2)).toBe(0);
  const slope = tf.grad((points) => lossOf(points as tf.Tensor2D, [0, 0, 1, 1], 0.5));
  for (const scale of [0, 1, 1e4]) {
    const at = tf.tensor2d(
      [0, 1, 1.5, 3].map((x) => x * scale),
      [4, 1],
    );
    expect(slope(at).dataSync().every(Number.isFinite)).toBe(true);
  }
});
