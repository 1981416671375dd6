/** Fills `distances`, [to - from, to], with ‖x_i - x_j‖² of rows i from `from` to `to` - 1 and earlier rows j. */
export type RowDistances = (
  points: Float32Array,
  d: number,
  from: number,
  to: number,
  distances: Float64Array,
) => void;

/** Distances that are held at once: 8 MB. */
const mostDistances = 2 ** 20;
/** Numbers of a tile: 256 kB of single precision, which stay in the processor's cache. */
const tileNumbers = 2 ** 16;

/**
 * Visits every pair of rows with its squared Euclidean distance, in double precision.
 *
 * @param values n rows of d numbers
 * @param visit called with rows i > j, i ascending, and of each i with j ascending
 * @param distances computes them; plain JavaScript if absent
 */
export function eachPair(
  values: Float32Array,
  d: number,
  visit: (i: number, j: number, squared: number) => void,
  distances: RowDistances = plainDistances,
): void {
  const n = values.length / d;
  const rows = Math.max(1, Math.min(n, Math.floor(mostDistances / n)));
  const squared = new Float64Array(rows * n);
  for (let from = 0; from < n; from += rows) {
    const to = Math.min(from + rows, n);
    distances(values, d, from, to, squared);
    for (let i = from; i < to; i++) {
      const row = (i - from) * to;
      for (let j = 0; j < i; j++) visit(i, j, squared[row + j]!);
    }
  }
}

/** Tile by tile, so that rows are read from the cache. */
const plainDistances: RowDistances = (points, d, from, to, distances) => {
  const tile = 4 * Math.max(1, Math.floor(tileNumbers / d / 4));
  for (let others = 0; others < to; others += tile) {
    for (let i = Math.max(from, others); i < to; i++) {
      fillRow(points, d, i, others, Math.min(others + tile, i), distances, (i - from) * to);
    }
  }
};

/** The distances of row i to the rows from `first` to `last` - 1, four at a time: one sum alone waits for itself. */
function fillRow(
  points: Float32Array,
  d: number,
  i: number,
  first: number,
  last: number,
  distances: Float64Array,
  row: number,
): void {
  const a = i * d;
  let j = first;
  for (; j + 4 <= last; j += 4) {
    const b0 = j * d;
    const b1 = b0 + d;
    const b2 = b1 + d;
    const b3 = b2 + d;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0; k < d; k++) {
      const x = points[a + k]!;
      const e0 = x - points[b0 + k]!;
      const e1 = x - points[b1 + k]!;
      const e2 = x - points[b2 + k]!;
      const e3 = x - points[b3 + k]!;
      s0 += e0 * e0;
      s1 += e1 * e1;
      s2 += e2 * e2;
      s3 += e3 * e3;
    }
    distances[row + j] = s0;
    distances[row + j + 1] = s1;
    distances[row + j + 2] = s2;
    distances[row + j + 3] = s3;
  }
  for (; j < last; j++) {
    let sum = 0;
    for (let k = 0; k < d; k++) {
      const e = points[a + k]! - points[j * d + k]!;
      sum += e * e;
    }
    distances[row + j] = sum;
  }
}
