import { expect, test } from "vitest";
import { summarize } from "../src/index.js";

test("1, 2, 3, 6 have the mean 3 and the standard deviation sqrt(14 / 3)", () => {
  expect(summarize([1, 2, 3, 6])).toEqual({ mean: 3, std: Math.sqrt(14 / 3), n: 4 });
});

test("one run has no standard deviation", () => {
  expect(summarize([0.7])).toEqual({ mean: 0.7, std: null, n: 1 });
});

test("no runs have no mean", () => {
  expect(() => summarize([])).toThrow("no values to summarise");
});
