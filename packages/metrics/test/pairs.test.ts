import { expect, test } from "vitest";
import { eachPair } from "../src/pairs.js";

// Tiles have 4 rows at d = 16,384, and hold all rows at d = 3.
test.each([
  [11, 16_384],
  [11, 3],
  [8, 3],
  [1, 3],
])("visits each pair of %i rows of %i numbers once, with its squared distance", (n, d) => {
  const values = Float32Array.from({ length: n * d }, (_, i) => Math.sin(i));
  const found = new Map<string, number>();
  eachPair(values, d, (i, j, squared) => {
    expect(found.has(`${i} ${j}`)).toBe(false);
    found.set(`${i} ${j}`, squared);
  });
  expect(found.size).toBe((n * (n - 1)) / 2);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let squared = 0;
      for (let k = 0; k < d; k++) squared += (values[i * d + k]! - values[j * d + k]!) ** 2;
      expect(found.get(`${i} ${j}`)).toBe(squared);
    }
  }
});
