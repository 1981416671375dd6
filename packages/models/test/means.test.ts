import { expect, test } from "vitest";
import { clusterMeans, meanOf, meanSquaredDistance } from "../src/clustering/means.js";

const square = Float32Array.of(0, 0, 2, 0, 0, 4, 2, 4);

test("the mean of points is taken by coordinate, of all or of the chosen rows", () => {
  expect([...meanOf(square, 2)]).toEqual([1, 2]);
  expect([...meanOf(square, 2, [1, 3])]).toEqual([2, 2]);
});

test("the means of clusters leave out noise, and are 0 for a cluster without points", () => {
  expect([...clusterMeans(square, 2, Int32Array.of(0, 0, -1, 2), 3)]).toEqual([1, 0, 0, 0, 2, 4]);
});

test("the mean squared distance from the mean is the sum of the variances", () => {
  // 1 in the first coordinate, 4 in the second.
  expect(meanSquaredDistance(square, 2)).toBe(5);
});

test("equal points are at distance 0 from their mean, whatever rounding leaves", () => {
  expect(meanSquaredDistance(new Float32Array(21).fill(0.1), 3)).toBe(0);
});
