import { expect, test } from "vitest";
import { normalQuantile } from "../src/bulk.js";
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

test.each([
  [-1, 0, 0.341345],
  [0.25, 1, 0.242638],
  [1, 2, 0.135905],
  [-3.5, -2, 0.022517],
  [3.5, Infinity, 0.000233],
])("the share from %f to %f is that of N(0, 1)", (from, to, expected) => {
  const error = Math.sqrt(expected / n);
  expect(Math.abs(share((x) => x >= from && x < to) - expected)).toBeLessThan(4 * error);
});

test("quantiles are those of the tables of the normal distribution", () => {
  expect([0.5, 0.975, 0.995, 0.9999].map(normalQuantile).map((x) => x.toFixed(6))).toEqual([
    "0.000000",
    "1.959964",
    "2.575829",
    "3.719016",
  ]);
  expect(normalQuantile(0.01)).toBeCloseTo(-2.326348, 6);
});

test("a deviation scales them", () => {
  expect(stream(0, "normals").normals(4, 0.5)).toEqual(draws.slice(0, 4).map((x) => x / 2));
});

test("the same stream gives the same normals, another one others, and neighbours are independent", () => {
  expect(stream(0, "normals").normals(100)).toEqual(draws.slice(0, 100));
  expect(stream(1, "normals").normals(100)).not.toEqual(draws.slice(0, 100));
  const product = draws.reduce((sum, x, i) => sum + x * (draws[i + 1] ?? 0), 0) / n;
  expect(Math.abs(product)).toBeLessThan(0.004);
});

test("uniforms in bulk have the moments of the uniform distribution, lie inside of (0, 1), and are independent", () => {
  const uniforms = stream(0, "uniforms").uniforms(n);
  const mean = uniforms.reduce((sum, u) => sum + u, 0) / n;
  const square = uniforms.reduce((sum, u) => sum + (u - 0.5) ** 2, 0) / n;
  const product = uniforms.reduce((sum, u, i) => sum + (u - 0.5) * ((uniforms[i + 1] ?? 0.5) - 0.5), 0) / n;
  // Standard errors: √(1/12n) = 0.0003, √(1/180n) = 0.00007, 1/12√n = 0.00008.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.0012);
  expect(Math.abs(square - 1 / 12)).toBeLessThan(0.0003);
  expect(Math.abs(product)).toBeLessThan(0.0004);
  expect(uniforms.every((u) => u > 0 && u < 1)).toBe(true);
  // A tenth of them lies in each tenth, √(0.09/n) = 0.0003.
  for (let i = 0; i < 10; i++) {
    const inside = uniforms.reduce((sum, u) => sum + (u >= i / 10 && u < (i + 1) / 10 ? 1 : 0), 0) / n;
    expect(Math.abs(inside - 0.1)).toBeLessThan(0.0012);
  }
});
