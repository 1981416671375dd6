/** The addon's distances of all pairs against sums in double precision. */
import { stream } from "@gumbel/random";
import { expect, test } from "vitest";
import { engineDistances, startEngine } from "../src/index.js";
import { withBinding } from "./withBinding.js";

await startEngine({ threads: 2 });
const distances = engineDistances();
if (!distances) console.log("skipped: this engine has no function for distances");

// Numbers of rows and columns that do and do not fill the groups in which they are taken, and the blocks.
test.skipIf(!distances).each([
  [1, 1, 0],
  [2, 4, 0],
  [7, 3, 0],
  [64, 8, 0],
  [101, 10, 37],
  [23, 5000, 4],
  [1003, 785, 990],
])("%i rows of %i numbers, from row %i", (n, d, from) => {
  const points = stream(n, "distances", d).fill("normal", n * d);
  const squared = new Float64Array((n - from) * n);
  distances!(points, d, from, n, squared);
  for (let i = from; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += (points[i * d + k]! - points[j * d + k]!) ** 2;
      expect(Math.abs(squared[(i - from) * n + j]! / sum - 1)).toBeLessThan(1e-12);
    }
  }
});

test.skipIf(!distances)("far from the origin no digit is lost, and equal rows are at 0", () => {
  const squared = new Float64Array(9);
  distances!(Float32Array.of(1e6, 1e6, 1e6 + 1, 1e6, 1e6, 1e6), 2, 0, 3, squared);
  expect([squared[3], squared[6], squared[7]]).toEqual([1, 0, 1]);
});

test.skipIf(!distances)("the results are the same bytes with any number of threads", () => {
  const [n, d] = [500, 300];
  const points = stream(0, "threads").fill("normal", n * d);
  const [one, several] = [1, 3].map((threads) => {
    const squared = new Float64Array(n * n);
    withBinding({ threads }, () => engineDistances()!(points, d, 0, n, squared));
    return squared;
  });
  expect(one!.some((distance) => distance > 0)).toBe(true);
  expect(Buffer.from(several!.buffer).equals(Buffer.from(one!.buffer))).toBe(true);
});

test.skipIf(!distances)("sizes that do not fit are refused", () => {
  const points = Float32Array.of(1, 2, 3, 4);
  expect(() => distances!(points, 2, 0, 3, new Float64Array(9))).toThrow("sizes");
  expect(() => distances!(points, 2, 0, 2, new Float64Array(3))).toThrow("sizes");
  expect(() => distances!(points, 0, 0, 2, new Float64Array(4))).toThrow("sizes");
});
