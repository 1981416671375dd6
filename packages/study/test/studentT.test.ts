/** Values of SciPy 1.x: stats.t, ttest_rel, ttest_ind(equal_var=False), t.interval. */
import { expect, test } from "vitest";
import { bothTails, chanceOf, halfInterval, holm, quantileOfTails } from "../src/tables/studentT.js";

const runs = (...values: number[]) => values.map((value, seed) => ({ seed, value }));

test.each([
  [1, 12.706204736174694],
  [2, 4.302652729749462],
  [3, 3.1824463052837078],
  [4, 2.7764451051977934],
  [9, 2.262157162798205],
  [29, 2.045229642132703],
  [2.7, 3.3921483831737507],
  [1000, 1.9623390808264083],
])("with %d degrees of freedom 95 %% of a Student t is within %d", (df, quantile) => {
  expect(quantileOfTails(0.05, df)).toBeCloseTo(quantile, 9);
});

test.each([
  [0, 5, 1],
  [0.5, 2, 0.6666666666666667],
  [2.776, 4, 0.05002277831997642],
  [12.7, 1, 0.050024327689344165],
  [3.3, 2.7, 0.05324215291873395],
  [40, 2, 0.0006244146721847406],
  [1.96, 1e6, 0.04999606758526985],
])("a t of %d with %d degrees of freedom has a probability of %d", (t, df, p) => {
  expect(bothTails(t, df)).toBeCloseTo(p, 10);
});

const a = runs(0.955, 0.95, 0.959);

test("the interval of a mean of three runs; a single one has none", () => {
  expect(halfInterval(0.0045092497528228985, 3)).toBeCloseTo(
    (0.9658682640293549 - 0.9434650693039784) / 2,
    9,
  );
  expect(halfInterval(null, 1)).toBeNull();
});

test("runs of the same seeds are compared in pairs, others by Welch's test", () => {
  expect(chanceOf(a, runs(0.944, 0.946, 0.942))).toBeCloseTo(0.10487321781686496, 9);
  expect(chanceOf(a, runs(0.93, 0.95, 0.91, 0.94))).toBeCloseTo(0.07619357449943293, 9);
});

test("runs that are all alike differ if they differ at all", () => {
  expect(chanceOf(runs(0.5, 0.5), runs(0.5, 0.5))).toBe(1);
  expect(chanceOf(runs(0.5, 0.5), runs(0.6, 0.6))).toBe(0);
});

test("Holm's correction stops at the first difference that is not larger than chance", () => {
  expect(holm([0.04, 0.001, 0.02], 0.05)).toEqual([true, true, true]);
  expect(holm([0.04, 0.001, 0.03], 0.05)).toEqual([false, true, false]);
  expect(holm([], 0.05)).toEqual([]);
});
