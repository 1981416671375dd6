import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { drawTriplets, tripletLoss } from "../src/training/triplets.js";

beforeAll(async () => {
  await startEngine();
});

describe("triplets", () => {
  const labels = Int32Array.of(0, 1, 0, 2, 1, 0);

  test("are every pair of one cluster, with examples of others", () => {
    const { anchors, positives, negatives } = drawTriplets(labels, 2, stream(0));
    expect(anchors.map((a, i) => [a, positives[i]])).toEqual([
      [0, 2],
      [0, 5],
      [1, 4],
      [2, 5],
    ]);
    negatives.forEach((drawn, pair) => {
      expect(new Set(drawn).size).toBe(2);
      for (const n of drawn) expect(labels[n]).not.toBe(labels[anchors[pair]!]);
    });
  });

  test("have as many negatives as there are, if more are asked for", () => {
    const { negatives } = drawTriplets(labels, 20, stream(0));
    expect(negatives.map((drawn) => [...drawn].sort())).toEqual([
      [1, 3, 4],
      [1, 3, 4],
      [0, 2, 3, 5],
      [1, 3, 4],
    ]);
  });

  test("of one cluster alone, or of clusters of one, are none, and cost nothing", () => {
    for (const labels of [Int32Array.of(4, 4, 4), Int32Array.of(0, 1, 2)]) {
      const triplets = drawTriplets(labels, 5, stream(0));
      expect(triplets.anchors).toEqual([]);
      expect(tf.tidy(() => tripletLoss(tf.ones([3, 2]), triplets, 0.2, 1).dataSync()[0])).toBe(0);
    }
  });
});

test("the loss is the mean of max(0, margin + γ d²(a, p) - d²(a, n)): by hand", () => {
  // d²: 0-1 0.8, 0-2 2, 0-3 4, 2-3 2. With γ 1.5 and margin 0.2: 0 (1.4 < 2), 0 (1.4 < 4), 0.2 + 3 - 2 = 1.2.
  const features = tf.tensor2d([1, 0, 0.6, 0.8, 0, 1, -1, 0], [4, 2]);
  const triplets = { batch: 4, anchors: [0, 2], positives: [1, 3], negatives: [[2, 3], [0]] };
  expect(tf.tidy(() => tripletLoss(features, triplets, 0.2, 1.5).dataSync()[0]!)).toBeCloseTo(0.4, 5);
});
