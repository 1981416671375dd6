import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { searchProducts, startEngine, tf } from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

const d = 5;

/** Normal numbers rounded to 1/256: their products are exact in float32, so the order of summing cannot swap a close pair. */
const coarse = (name: string, count: number): Float32Array =>
  stream(1, name)
    .fill("normal", count)
    .map((value) => Math.round(value * 256) / 256);

/** All products, ranked: the expected result of a search. */
function ranked(a: Float32Array, b: Float32Array, query: number): [product: number, row: number][] {
  return Array.from({ length: b.length / d }, (_, row): [number, number] => {
    let product = 0;
    for (let j = 0; j < d; j++) product += a[query * d + j]! * b[row * d + j]!;
    return [product, row];
  }).sort(([one], [other]) => other - one);
}

// Fewer rows than a group, only whole groups, and groups with a rest.
describe.each([1, 7, 64, 640, 1000, 4099])("among %i rows", (n) => {
  const a = coarse("a", 3 * d);
  const b = coarse("b", n * d);

  test.each([1, 16, n].filter((count) => count <= n))("the %i largest products are found", (count) => {
    const before = tf.memory().numTensors;
    const search = searchProducts(b, d);
    const { products, rows } = search.largest(a, count);
    search.dispose();
    expect(tf.memory().numTensors).toBe(before);
    for (let query = 0; query < 3; query++) {
      const expected = ranked(a, b, query).slice(0, count);
      const at = query * count;
      expect([...rows.subarray(at, at + count)]).toEqual(expected.map(([, row]) => row));
      expected.forEach(([product], i) => {
        expect(products[at + i]).toBeCloseTo(product, 4);
      });
    }
  });
});
