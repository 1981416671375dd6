import { oneHot, Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { ClassGaussians } from "../src/networks/classGaussians.js";

beforeAll(async () => {
  await startEngine();
});

const oneHotOf = (classes: number[], K: number): tf.Tensor2D => oneHot(tf.tensor1d(classes, "int32"), K);

test("draws for a cluster have the mean and the covariance of its features", () => {
  // Cluster 0 around (1, 2), its two features correlated; cluster 1 a point at (-5, 0); cluster 2 is empty.
  const random = stream(0, "features");
  const n = 400;
  const features = Array.from({ length: n }, (_, i) => {
    const [a, b] = [random.normal(), random.normal()];
    return i % 2 === 0 ? [1 + 2 * a, 2 + a + 0.5 * b] : [-5, 0];
  });
  const gaussians = new ClassGaussians(new Parameters(), "gaussians", 3, 2);
  gaussians.fit(
    tf.tensor2d(features),
    Int32Array.from({ length: n }, (_, i) => i % 2),
  );

  const many = 20_000;
  const drawn = tf.tidy(() => {
    const z = tf.tensor2d(stream(1, "z").fill("normal", many * 2), [many, 2]);
    return gaussians.draw(oneHotOf(new Array<number>(many).fill(0), 3), z).arraySync();
  });
  const own = features.filter((_, i) => i % 2 === 0);
  const mean = (rows: number[][], j: number): number =>
    rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
  const covariance = (rows: number[][], j: number, k: number): number => {
    const [a, b] = [mean(rows, j), mean(rows, k)];
    return rows.reduce((sum, row) => sum + (row[j]! - a) * (row[k]! - b), 0) / rows.length;
  };
  for (const j of [0, 1]) {
    expect(mean(drawn, j)).toBeCloseTo(mean(own, j), 1);
    for (const k of [0, 1]) {
      expect(Math.abs(covariance(drawn, j, k) / covariance(own, j, k) - 1)).toBeLessThan(0.05);
    }
  }
  const others = tf.tidy(() => gaussians.draw(oneHotOf([1, 2], 3), tf.ones([2, 2])).arraySync());
  expect(others[0]![0]).toBeCloseTo(-5, 1);
  expect(others[0]![1]).toBeCloseTo(0, 1);
  // Of an empty one the mean of all, whatever z.
  expect(others[1]![0]).toBeCloseTo(mean(features, 0), 5);
  expect(others[1]![1]).toBeCloseTo(mean(features, 1), 5);
});

test("a feature is moved by the difference of the means", () => {
  const gaussians = new ClassGaussians(new Parameters(), "gaussians", 2, 1);
  gaussians.fit(tf.tensor2d([1, 3, 10], [3, 1]), Int32Array.of(0, 0, 1));
  const moved = tf.tidy(() => [
    ...gaussians.move(tf.tensor2d([3, 3], [2, 1]), oneHotOf([0, 0], 2), oneHotOf([1, 0], 2)).dataSync(),
  ]);
  expect(moved[0]).toBeCloseTo(11, 5);
  expect(moved[1]).toBeCloseTo(3, 5);
});

test("features that are all one can be drawn", () => {
  const gaussians = new ClassGaussians(new Parameters(), "gaussians", 1, 3);
  gaussians.fit(tf.ones([5, 3]), new Int32Array(5));
  const drawn = tf.tidy(() => [...gaussians.draw(tf.ones([1, 1]), tf.ones([1, 3])).dataSync()]);
  for (const value of drawn) expect(value).toBeCloseTo(1, 3);
});
