import { expect, test } from "vitest";
import { evenlySpaced, stream } from "../src/index.js";

test("equal names give equal streams, different names different streams", () => {
  const first = (...names: [number, ...(string | number)[]]) => [...stream(...names).fill("uniform", 4)];
  expect(first(1, "train", 3)).toEqual(first(1, "train", 3));
  expect(first(1, "train", 3)).not.toEqual(first(1, "train", 4));
  expect(first(1, "train", 3)).not.toEqual(first(2, "train", 3));
  expect(first(1, "train", "3")).not.toEqual(first(1, "train", 3));
});

test("the first draws are fixed, because another generator would change every result", () => {
  expect(
    Array.from(
      { length: 3 },
      (
        (s) => () =>
          s.int(1000)
      )(stream(0, "pinned")),
    ),
  ).toMatchInlineSnapshot(`
    [
      852,
      325,
      221,
    ]
  `);
});

test("draws have the mean and variance of their distribution", () => {
  const n = 200_000;
  const moments = (values: Float32Array) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n };
  };
  const uniform = moments(stream(0, "u").fill("uniform", n));
  expect(uniform.mean).toBeCloseTo(0.5, 2);
  expect(uniform.variance).toBeCloseTo(1 / 12, 2);
  const normal = moments(stream(0, "n").fill("normal", n));
  expect(normal.mean).toBeCloseTo(0, 1);
  expect(normal.variance).toBeCloseTo(1, 1);
  // Mean: Euler's constant; variance: π² / 6.
  const gumbel = moments(stream(0, "g").fill("gumbel", n));
  expect(gumbel.mean).toBeCloseTo(0.5772, 1);
  expect(gumbel.variance).toBeCloseTo(Math.PI ** 2 / 6, 1);
});

test("a permutation contains every number once", () => {
  const order = stream(5, "p").permutation(1000);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect([...order.slice(0, 5)]).not.toEqual([0, 1, 2, 3, 4]);
});

test("evenly spaced rows are ascending and distinct, and a shift gives others", () => {
  expect([...evenlySpaced(10, 4)]).toEqual([0, 2, 5, 7]);
  expect([...evenlySpaced(10, 4, 0.5)]).toEqual([1, 3, 6, 8]);
  expect([...evenlySpaced(5, 4, 0.75)]).toEqual([0, 2, 3, 4]);
  expect([...evenlySpaced(3, 4)]).toEqual([0, 1, 2]);
});
