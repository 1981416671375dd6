import { expect, test } from "vitest";
import { eachPair } from "../src/pairs.js";

// Tiles have 4 rows at d = 16,384, and hold all rows at d = 3; the distances of 1,100 rows are computed in two parts.
test.each([
  [11, 16_384],
  [11, 3],
  [8, 3],
  [1, 3],
  [1100, 2],
])("visits each pair of %i rows of %i numbers once, with its squared distance", (n, d) => {
  const values = Float32Array.from({ length: n * d }, (_, i) => Math.sin(i));
  const found: number[] = [];
  eachPair(values, d, (i, j, squared) => found.push(i, j, squared));
  const expected: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let squared = 0;
      for (let k = 0; k < d; k++) squared += (values[i * d + k]! - values[j * d + k]!) ** 2;
      expected.push(i, j, squared);
    }
  }
  expect(
    Buffer.from(Float64Array.from(found).buffer).equals(Buffer.from(Float64Array.from(expected).buffer)),
  ).toBe(true);
});
