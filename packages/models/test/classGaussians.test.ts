import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { ClassGaussians } from "../src/networks/classGaussians.js";

beforeAll(async () => {
  await startEngine();
});

const oneHot = (classes: number[], K: number): tf.Tensor2D =>
  tf.cast(tf.oneHot(tf.tensor1d(classes, "int32"), K), "float32") as tf.Tensor2D;

test("what is drawn for a cluster has the mean and the covariance of its features", () => {
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
    return gaussians.draw(oneHot(new Array<number>(many).fill(0), 3), z).arraySync();
  });
  const own = features.filter((_, i) => i % 2 === 0);
  const mean = (rows: number[][], j: number): number =>
    rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
  const covariance = (rows: number[][], j: number, k: number): number =>
    rows.reduce((sum, row) => sum + (row[j]! - mean(rows, j)) * (row[k]! - mean(rows, k)), 0) / rows.length;
  for (const j of [0, 1]) {
    expect(mean(drawn, j)).toBeCloseTo(mean(own, j), 1);
    for (const k of [0, 1]) {
      expect(Math.abs(covariance(drawn, j, k) / covariance(own, j, k) - 1)).toBeLessThan(0.05);
    }
  }
  const others = tf.tidy(() => gaussians.draw(oneHot([1, 2], 3), tf.ones([2, 2])).arraySync());
  expect(others[0]![0]).toBeCloseTo(-5, 1);
  expect(others[0]![1]).toBeCloseTo(0, 1);
  // Of an empty one the mean of all, whatever z.
  expect(others[1]![0]).toBeCloseTo(mean(features, 0), 5);
  expect(others[1]![1]).toBeCloseTo(mean(features, 1), 5);
});

test("a feature is moved by what lies between the means", () => {
  const gaussians = new ClassGaussians(new Parameters(), "gaussians", 2, 1);
  gaussians.fit(tf.tensor2d([1, 3, 10], [3, 1]), Int32Array.of(0, 0, 1));
  const moved = tf.tidy(() => [
    ...gaussians.move(tf.tensor2d([3, 3], [2, 1]), oneHot([0, 0], 2), oneHot([1, 0], 2)).dataSync(),
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
