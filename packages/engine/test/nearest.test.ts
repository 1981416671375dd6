/** Nearest centroids: the engine's own function, and TensorFlow.js's operations, against sums in float64. */
import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import type { Binding, NodeBackend } from "../src/core/native.js";
import { findNearest, matrixRows, startEngine, tf } from "../src/index.js";
import { sizes } from "./sizes.js";
import { withBinding } from "./withBinding.js";

await startEngine({ threads: 2 });
const backend = tf.backend() as unknown as NodeBackend;

function problem(n: number, d: number, k: number) {
  const random = stream(n, "nearest", d, k);
  const x = random.fill("normal", n * d);
  return { x, points: tf.tensor2d(x, [n, d]), centroids: random.fill("normal", k * d) };
}

/** The definition, in float64. */
function expected(x: Float32Array, centroids: Float32Array, d: number) {
  const [n, k] = [x.length / d, centroids.length / d];
  const sums = new Float64Array(k * d);
  const counts = new Int32Array(k);
  const distances = Array.from({ length: n }, (_, row) => {
    const to = Array.from({ length: k }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += (x[row * d + i]! - centroids[j * d + i]!) ** 2;
      return sum;
    });
    const nearest = to.indexOf(Math.min(...to));
    counts[nearest]!++;
    for (let i = 0; i < d; i++) sums[nearest * d + i]! += x[row * d + i]!;
    return to[nearest]!;
  });
  return { distances, sums, counts };
}

describe.each([
  ["one function", {}],
  ["operations", { findNearest: undefined }],
] as [string, Partial<Binding>][])("nearest centroids by %s", (_, changed) => {
  test.each(sizes)("%i points of %i numbers, %i centroids", (n, d, k) => {
    const { x, points, centroids } = problem(n, d, k);
    const found = withBinding(changed, () => findNearest(points, centroids));
    const { distances, sums, counts } = expected(x, centroids, d);
    expect([...found.counts]).toEqual([...counts]);
    expect(found.assignment.every((cluster) => cluster >= 0 && cluster < k)).toBe(true);
    for (const [row, distance] of distances.entries()) {
      expect(Math.abs(found.distances[row]! - distance)).toBeLessThan(1e-4 * (1 + d));
    }
    for (const [i, sum] of sums.entries()) expect(found.sums[i]).toBeCloseTo(sum, 2);
    points.dispose();
  });

  test("in a frame they are those of the points that have entered it", () => {
    const { points, centroids } = problem(5001, 7, 4);
    const frame = { centre: Float32Array.from({ length: 7 }, (_, i) => 10 - i), scale: 0.25 };
    const entered = tf.mul<tf.Tensor2D>(tf.sub(points, tf.tensor1d(frame.centre)), frame.scale);
    const found = withBinding(changed, () => findNearest(points, centroids, frame));
    expect(found).toEqual(withBinding(changed, () => findNearest(entered, centroids)));
    points.dispose();
    entered.dispose();
  });

  test("the first of two that are equal, and nothing is its neighbour's distance to itself", () => {
    const points = tf.tensor2d([1, 2, -1, -2], [2, 2]);
    const found = withBinding(changed, () => findNearest(points, Float32Array.of(1, 2, 1, 2, -1, -2)));
    expect([...found.assignment]).toEqual([0, 2]);
    expect([...found.distances]).toEqual([0, 0]);
    points.dispose();
  });
});

test("the results are the same bytes with any number of threads", () => {
  const { points, centroids } = problem(30_000, 6, 9);
  const one = withBinding({ threads: 1 }, () => findNearest(points, centroids));
  for (const threads of [2, 5]) {
    expect(withBinding({ threads }, () => findNearest(points, centroids))).toEqual(one);
  }
  points.dispose();
});

test.skipIf(!backend.binding?.findNearest)("points that only JavaScript has stay there alone", () => {
  const { x, points, centroids } = problem(50, 3, 4);
  const found = findNearest(points, centroids);
  const rows = matrixRows(points, 10, 5);
  expect([...rows.dataSync()]).toEqual([...x.subarray(30, 45)]);
  expect(backend.tensorMap.get(points.dataId)).toMatchObject({ id: -1, values: x });
  // Of a tensor that libtensorflow has, its own rows.
  const given = tf.add<tf.Tensor2D>(points, 0);
  expect(findNearest(given, centroids)).toEqual(found);
  expect([...matrixRows(given, 10, 5).dataSync()]).toEqual([...rows.dataSync()]);
});

test.skipIf(!backend.binding?.findNearest)("sizes that do not fit are refused", () => {
  const points = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  expect(() => findNearest(points, Float32Array.of(1, 2, 3))).toThrow("sizes");
  points.dispose();
});
