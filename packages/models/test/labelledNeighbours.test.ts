import { oneHot, startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import {
  assignLabels,
  assignmentLoss,
  crossEntropy,
  distancesToFirst,
  featureWeights,
} from "../src/training/labelledNeighbours.js";

beforeAll(async () => {
  await startEngine();
});

const values = (make: () => tf.Tensor): number[] => [...tf.tidy(make).dataSync()];
const number = (make: () => tf.Tensor): number => values(make)[0]!;
const oneHotOf = (classes: number[], K: number): tf.Tensor2D => oneHot(tf.tensor1d(classes, "int32"), K);
const classesOf = (make: () => tf.Tensor2D): number[] => values(() => tf.argMax(make(), 1));

describe("the distances", () => {
  test("are Euclidean, of every feature to the first ones", () => {
    // (0, 0), (3, 4), (6, 8)
    const found = values(() => distancesToFirst(tf.tensor2d([0, 0, 3, 4, 6, 8], [3, 2]), 2));
    for (const [i, distance] of [0, 5, 5, 0, 10, 5].entries()) expect(found[i]).toBeCloseTo(distance, 2);
  });

  test("have a slope if two features are one", () => {
    const slope = values(() =>
      tf.grad((x) => tf.sum(distancesToFirst(x as tf.Tensor2D, 1)))(tf.ones([3, 2])),
    );
    expect(slope.every(Number.isFinite)).toBe(true);
  });
});

describe("the assignment process", () => {
  /** Labelled at 0 (class 1), 2 and 3 (class 0); unlabelled at 0.4, 1.4 and 9. */
  const distances = () => distancesToFirst(tf.tensor2d([0, 2, 3, 0.4, 1.4, 9], [6, 1]), 3);
  const labels = () => tf.tensor1d([1, 0, 0], "int32");

  test("keeps the given labels and gives each other example that of the nearest labelled one", () => {
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 1))).toEqual([1, 0, 0, 1, 0, 0]);
  });

  test("counts the votes of κ neighbours; of equal classes the nearest one's stands", () => {
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 2))).toEqual([1, 0, 0, 1, 0, 0]);
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 3))).toEqual([1, 0, 0, 0, 0, 0]);
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 9))).toEqual([1, 0, 0, 0, 0, 0]);
  });
});

describe("L_A", () => {
  const probabilities = [
    [0.7, 0.2, 0.1],
    [0.1, 0.3, 0.6],
  ];
  const scores = () => tf.log(tf.tensor2d(probabilities)) as tf.Tensor2D;
  /** The sum as the paper writes it, of the two examples above with classes 0 and 1. */
  const byHand = (share: number): number => {
    const of = (p: number[], c: number): number =>
      Math.tanh(-Math.log(p[c]!)) +
      share * p.reduce((sum, value, d) => sum + (d === c ? 0 : Math.tanh(Math.log(value))), 0) +
      1;
    return (of(probabilities[0]!, 0) + of(probabilities[1]!, 1)) / 4;
  };

  test("is the sum of the paper, with the mean over the other classes", () => {
    expect(number(() => assignmentLoss(scores(), oneHotOf([0, 1], 3), "mean"))).toBeCloseTo(byHand(1 / 2), 5);
  });

  test("or with their sum, to the letter", () => {
    expect(number(() => assignmentLoss(scores(), oneHotOf([0, 1], 3), "sum"))).toBeCloseTo(byHand(1), 5);
  });

  test("is 0 if the assigned class is certain and 1/2 + 1/(2(K-1)) if another one is, in any extreme", () => {
    const certain = () => tf.tensor2d([[500, -500, -500]]);
    expect(number(() => assignmentLoss(certain(), oneHotOf([0], 3), "mean"))).toBeCloseTo(0, 6);
    expect(number(() => assignmentLoss(certain(), oneHotOf([1], 3), "mean"))).toBeCloseTo(
      (1 - 1 / 2 + 1) / 2,
      6,
    );
  });

  test("counts each example as much as its label is certain", () => {
    const of = (certainty: number[]): number =>
      number(() => assignmentLoss(scores(), oneHotOf([0, 1], 3), "mean", tf.tensor2d(certainty, [2, 1])));
    const [first, second] = [of([1, 0]), of([0, 1])];
    expect(first + second).toBeCloseTo(byHand(1 / 2), 5);
    expect(of([1, 0.25])).toBeCloseTo(first + second / 4, 5);
    expect(first).not.toBeCloseTo(second, 2);
  });

  test("may give way to the cross-entropy, which counts the same", () => {
    const certainty = () => tf.tensor2d([1, 0.5], [2, 1]);
    const expected = -(Math.log(0.7) + 0.5 * Math.log(0.3)) / 2;
    expect(number(() => crossEntropy(scores(), oneHotOf([0, 1], 3), certainty()))).toBeCloseTo(expected, 5);
    expect(number(() => crossEntropy(scores(), oneHotOf([0, 1], 3)))).toBeCloseTo(
      -(Math.log(0.7) + Math.log(0.3)) / 2,
      5,
    );
  });
});

describe("L_F", () => {
  /** Labelled at 0, 1 and 10 of classes 0, 0 and 1; unlabelled at 3 (assigned 0) and 8 (assigned 1). */
  const distances = () => distancesToFirst(tf.tensor2d([0, 1, 10, 3, 8], [5, 1]), 3);
  const assigned = () => oneHotOf([0, 0, 1, 0, 1], 2);
  const loss = (representatives: "class" | "nearest", neighbours = 1): number =>
    number(() =>
      tf.sum(
        tf.mul(
          distances(),
          featureWeights(distances(), assigned(), 3, { alpha: 0.6, neighbours, representatives }),
        ),
      ),
    );

  test("weighs distances to all labelled examples of the class, an example's own left out", () => {
    // D of the labelled: 1/√2, 1/√2, nothing; of the unlabelled: (3 + 2)/√4, 2/√2.
    const labelled = (2 * 1) / Math.SQRT2 / 3;
    const unlabelled = (5 / 2 + 2 / Math.SQRT2) / 2;
    expect(loss("class")).toBeCloseTo(0.6 * labelled + 0.4 * unlabelled, 4);
    expect(loss("nearest", 5)).toBeCloseTo(loss("class"), 6);
  });

  test("or to the κ nearest of them", () => {
    const labelled = (2 * 1) / Math.SQRT2 / 3;
    const unlabelled = (2 / Math.SQRT2 + 2 / Math.SQRT2) / 2;
    expect(loss("nearest")).toBeCloseTo(0.6 * labelled + 0.4 * unlabelled, 4);
  });
});
