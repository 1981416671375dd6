import { expect, test } from "vitest";
import { cholesky, inverseTransposed, raisedCholesky } from "../src/clustering/cholesky.js";

test("the Cholesky factor and its inverse multiply back", () => {
  // [[4, 2], [2, 5]] = L Lᵀ with L = [[2, 0], [1, 2]], and L⁻ᵀ = [[½, -¼], [0, ½]].
  const lower = cholesky(Float64Array.of(4, 2, 2, 5), 2)!;
  expect([...lower]).toEqual([2, 0, 1, 2]);
  expect([...inverseTransposed(lower, 2)]).toEqual([0.5, -0.25, 0, 0.5]);
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
});

test("a matrix that has a factor is not raised", () => {
  const matrix = Float64Array.of(4, 2, 2, 5);
  expect([...raisedCholesky(matrix, 2, 0.1)!]).toEqual([2, 0, 1, 2]);
  expect([...matrix]).toEqual([4, 2, 2, 5]);
});

test("the diagonal is raised in place, each time by tenfold more, until there is a factor", () => {
  // The eigenvalues are 2 and -0.2: not enough after 0.1, enough after 0.1 + 1.
  const matrix = Float64Array.of(0.9, 1.1, 1.1, 0.9);
  const factor = raisedCholesky(matrix, 2, 0.1)!;
  expect(matrix[0]).toBeCloseTo(2, 12);
  expect(matrix[1]).toBe(1.1);
  expect([...factor]).toEqual([...cholesky(matrix, 2)!]);
});

test("no raise gives NaN a factor", () => {
  expect(raisedCholesky(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2, 1e-6)).toBeUndefined();
});
