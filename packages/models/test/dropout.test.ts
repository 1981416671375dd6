import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { dropout } from "../src/networks/dropout.js";

beforeAll(async () => {
  await startEngine();
});

test("a share of the values is zero, the others grow, and the mean stays", () => {
  const rate = 0.2;
  const n = 50_000;
  const values = dropout(tf.fill([n, 1], 4), rate, stream(0, "dropout")).dataSync<"float32">();
  // 4 / (1 - 0.2) is 5. The share has a standard deviation of √(0.2 · 0.8 / n) = 0.0018.
  expect(new Set(values)).toEqual(new Set([0, 5]));
  expect(Math.abs(values.filter((value) => value === 0).length / n - rate)).toBeLessThan(0.008);
  expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / n - 4)).toBeLessThan(0.04);
});

test("the same stream drops the same values, another one others", () => {
  const drop = (seed: number) => dropout(tf.ones([100]), 0.5, stream(seed)).dataSync<"float32">();
  expect(drop(0)).toEqual(drop(0));
  expect(drop(0)).not.toEqual(drop(1));
});

test("a rate of 0 returns the input itself and draws nothing", () => {
  const h = tf.ones([3, 2]);
  const random = stream(0);
  expect(dropout(h, 0, random)).toBe(h);
  expect(random.uniform()).toBe(stream(0).uniform());
});
