import { expect, test } from "vitest";
import { stream } from "../src/index.js";

const n = 1_000_000;
const draws = stream(0, "normals").normals(n);
const share = (holds: (x: number) => boolean) => draws.reduce((sum, x) => sum + (holds(x) ? 1 : 0), 0) / n;
const moment = (power: number) => draws.reduce((sum, x) => sum + x ** power, 0) / n;

test("normals in bulk have the moments of N(0, 1)", () => {
  // Standard errors: √(1/n) = 0.001, √(2/n) = 0.0014, √(15/n) = 0.004, √(96/n) = 0.01.
  expect(Math.abs(moment(1))).toBeLessThan(0.004);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.006);
  expect(Math.abs(moment(3))).toBeLessThan(0.016);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.04);
});

// Of the normal distribution: within a quarter, between two layers' edges, and in the tail that a method of its own draws.
test.each([
  [-0.25, 0.25, 0.197413],
  [0.25, 1, 0.242638],
  [1, 2, 0.135905],
  [-3.442619, -2, 0.022462],
  [3.442619, Infinity, 0.000288],
])("the share from %f to %f is that of N(0, 1)", (from, to, expected) => {
  const error = Math.sqrt(expected / n);
  expect(Math.abs(share((x) => x >= from && x < to) - expected)).toBeLessThan(4 * error);
});

test("the same stream gives the same normals, another one others, and neighbours are independent", () => {
  expect(stream(0, "normals").normals(100)).toEqual(draws.slice(0, 100));
  expect(stream(1, "normals").normals(100)).not.toEqual(draws.slice(0, 100));
  const product = draws.reduce((sum, x, i) => sum + x * (draws[i + 1] ?? 0), 0) / n;
  expect(Math.abs(product)).toBeLessThan(0.004);
});
