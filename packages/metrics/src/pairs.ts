/** Numbers of a tile: 256 kB of single precision, which stay in the processor's cache. */
const tileNumbers = 2 ** 16;

/**
 * Visits every pair of rows with its squared Euclidean distance, in double precision. Pairs come tile by tile, so that rows are read
 * from the cache, and are summed four at a time: one sum alone waits for itself.
 *
 * @param values n rows of d numbers
 * @param visit called with rows i > j, in an order that depends on n and d alone
 */
export function eachPair(
  values: Float32Array,
  d: number,
  visit: (i: number, j: number, squared: number) => void,
): void {
  const n = values.length / d;
  const tile = 4 * Math.max(1, Math.floor(tileNumbers / d / 4));
  for (let rows = 0; rows < n; rows += tile) {
    for (let others = 0; others <= rows; others += tile) {
      for (let i = rows; i < Math.min(rows + tile, n); i++) {
        const last = Math.min(others + tile, i);
        let j = others;
        for (; j + 4 <= last; j += 4) {
          const a = i * d;
          const b0 = j * d;
          const b1 = b0 + d;
          const b2 = b1 + d;
          const b3 = b2 + d;
          let s0 = 0;
          let s1 = 0;
          let s2 = 0;
          let s3 = 0;
          for (let k = 0; k < d; k++) {
            const x = values[a + k]!;
            const e0 = x - values[b0 + k]!;
            const e1 = x - values[b1 + k]!;
            const e2 = x - values[b2 + k]!;
            const e3 = x - values[b3 + k]!;
            s0 += e0 * e0;
            s1 += e1 * e1;
            s2 += e2 * e2;
            s3 += e3 * e3;
          }
          visit(i, j, s0);
          visit(i, j + 1, s1);
          visit(i, j + 2, s2);
          visit(i, j + 3, s3);
        }
        for (; j < last; j++) {
          let sum = 0;
          for (let k = 0; k < d; k++) {
            const e = values[i * d + k]! - values[j * d + k]!;
            sum += e * e;
          }
          visit(i, j, sum);
        }
      }
    }
  }
}
