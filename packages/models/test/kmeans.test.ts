import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { fitKMeans } from "../src/clustering/kmeans.js";

beforeAll(async () => {
  await startEngine();
});

const options = { clusters: 2, restarts: 5, maxIterations: 100, tolerance: 1e-4 };
const random = (restart: number) => stream(0, restart);

test("two pairs of points fall into their pairs, with the means as centroids", () => {
  const fit = fitKMeans(tf.tensor2d([0, 0, 0, 2, 10, 0, 10, 2], [4, 2]), options, random);
  expect(fit.assignment[0]).toBe(fit.assignment[1]);
  expect(fit.assignment[2]).toBe(fit.assignment[3]);
  expect(fit.assignment[0]).not.toBe(fit.assignment[2]);
  expect([...fit.centroids].sort((a, b) => a - b)).toEqual([0, 1, 1, 10]);
  // Every point is 1 away from its mean.
  expect(fit.inertia).toBeCloseTo(4, 4);
});

test("as many clusters as distinct points gives inertia zero, and no cluster is empty", () => {
  const fit = fitKMeans(tf.tensor2d([0, 0, 1, 1, 2, 2], [6, 1]), { ...options, clusters: 3 }, random);
  expect(fit.inertia).toBeCloseTo(0, 5);
  expect(new Set(fit.assignment).size).toBe(3);
});

test("a constant data set is no reason for NaN", () => {
  const fit = fitKMeans(tf.ones([5, 3]), options, random);
  expect([...fit.centroids].every(Number.isFinite)).toBe(true);
  expect(fit.inertia).toBeCloseTo(0, 5);
});

test("more clusters than points is refused", () => {
  expect(() => fitKMeans(tf.ones([1, 3]), options, random)).toThrow(
    /2 clusters cannot be made of 1 examples/,
  );
});

test("NaN in the data is refused", () => {
  expect(() => fitKMeans(tf.tensor2d([0, Number.NaN, 1, 2], [2, 2]), options, random)).toThrow(/not finite/);
});

test("leaves no tensor behind", () => {
  const points = tf.randomNormal<tf.Rank.R2>([50, 3], 0, 1, "float32", 1);
  const before = tf.memory().numTensors;
  for (const clusters of [2, 49]) fitKMeans(points, { ...options, clusters }, random);
  expect(tf.memory().numTensors).toBe(before);
  points.dispose();
});

test("the points are there once while it fits", () => {
  const points = tf.randomNormal<tf.Rank.R2>([5000, 20], 7, 1, "float32", 1);
  const before = tf.memory().numBytes;
  let most = 0;
  fitKMeans(points, options, (restart) => {
    most = Math.max(most, tf.memory().numBytes - before);
    return random(restart);
  });
  expect(most).toBeLessThan(points.size);
  points.dispose();
});
