/**
 * Exact nearest neighbours in many dimensions by dot products. ‖a - b‖² = ‖a‖² + ‖b‖² - 2 a·b is fast but rounded, so it
 * only ranks examples and excludes those that are too far by a bound on the rounding error. The distance of the remaining
 * ones is computed term by term in Float64.
 */
import type { NearestLists } from "./nearestList.js";

/** For each of m rows, the rows of another matrix with the largest dot products. */
export interface LargestProducts {
  /** `m × count`, largest first. */
  products: Float32Array;
  /** `m × count` row numbers; equal products in any order. */
  rows: Int32Array;
}

/**
 * Prepares a search for the rows of `b` (`n × d`) with the largest dot products. Float32 or better, sums in any order, but
 * no method of lower accuracy (Strassen, TensorFloat-32, bfloat16).
 */
export type ProductSearch = (
  b: Float32Array,
  d: number,
) => {
  /** @param a `m × d` @param count 1 … n */
  largest(a: Float32Array, count: number): LargestProducts;
  dispose(): void;
};

/** Rows of queries in one product. */
const queryBlock = 256;

/** Most rows and values of the base in one product. A larger block ranks fewer examples, a smaller one needs less memory. */
const baseBlock = { rows: 65_536, values: 2 ** 23 };

/** Number of examples ranked at first in addition to k, for those whose order rounding leaves open. */
const spare = 6;

/** Unit roundoff of Float32: half the distance between 1 and the next number. */
const unitRoundoff = 2 ** -24;

/** Offers every base example that may be among the nearest of a query to the query's list. */
export function searchByProducts(
  base: Float32Array,
  queries: Float32Array,
  d: number,
  lists: NearestLists,
  search: ProductSearch = plainSearch,
): void {
  const n = base.length / d;
  const m = queries.length / d;
  const { center, scale } = frame(base, queries, d);
  // A query's row is (a, 1), an example's (b, -‖b‖²/2): their product s ranks by distance, ‖a - b‖² = ‖a‖² - 2s.
  // With γ ≈ (d + 2) u the error of the product is at most γ (‖a‖‖b‖ + ‖b‖²/2), so that of 2s at most γ (‖a‖² + 2‖b‖²);
  // centring in Float32 changes the squared distance by 4u (‖a‖² + ‖b‖²); the rest of γ covers second-order terms. Norms
  // that are reduced by this error make ‖a‖² - 2s a lower bound. `tiny` covers underflow of values scaled into [-1, 1].
  const gamma = 1.05 * (d + 10) * unitRoundoff;
  const tiny = d * 2 ** -120;
  const width = d + 1;
  const a = framed(queries, 0, m, d, center, scale);
  const aBounds = new Float64Array(m);
  for (let query = 0; query < m; query++) {
    aBounds[query] = squaredNorm(a, query * width, d) * (1 - gamma) - tiny;
    a[query * width + d] = 1;
  }

  const blockRows = Math.min(baseBlock.rows, Math.ceil(baseBlock.values / width));
  for (let baseStart = 0; baseStart < n; baseStart += blockRows) {
    const size = Math.min(blockRows, n - baseStart);
    const b = framed(base, baseStart, baseStart + size, d, center, scale);
    for (let i = 0; i < size; i++) b[i * width + d] = -0.5 * (1 - 2 * gamma) * squaredNorm(b, i * width, d);
    const block = search(b, width);

    /** Offers the first `count` ranked examples of the block; false if a later one could still be among the nearest. */
    const offerFirst = (query: number, at: number, count: number, { products, rows }: LargestProducts) => {
      for (let j = at * count; j < (at + 1) * count; j++) {
        if (aBounds[query]! - 2 * products[j]! > lists.worst(query) * scale * scale) return true;
        const example = baseStart + rows[j]!;
        lists.offer(query, example, squaredDistance(queries, query * d, base, example * d, d));
      }
      return count === size;
    };

    for (let start = 0; start < m; start += queryBlock) {
      let open = Array.from({ length: Math.min(queryBlock, m - start) }, (_, i) => start + i);
      let count = Math.min(size, lists.k + spare);
      let queryRows = a.subarray(start * width, (start + open.length) * width);
      for (;;) {
        const found = block.largest(queryRows, count);
        open = open.filter((query, at) => !offerFirst(query, at, count, found));
        if (open.length === 0) break;
        count = Math.min(size, 8 * count);
        queryRows = gather(a, open, width);
      }
    }
    block.dispose();
  }
}

function gather(values: Float32Array, rows: number[], width: number): Float32Array {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return picked;
}

/** Squared Euclidean distance of two stored rows, term by term in Float64. */
function squaredDistance(
  a: Float32Array,
  aStart: number,
  b: Float32Array,
  bStart: number,
  d: number,
): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const difference = b[bStart + j]! - a[aStart + j]!;
    sum += difference * difference;
  }
  return sum;
}

/**
 * The mean of the base, and the power of two that scales every centred value into [-1, 1]. Small norms make the bound
 * tight, and nothing overflows.
 */
function frame(
  base: Float32Array,
  queries: Float32Array,
  d: number,
): { center: Float64Array; scale: number } {
  const center = new Float64Array(d);
  for (let i = 0; i < base.length; i += d) for (let j = 0; j < d; j++) center[j]! += base[i + j]!;
  for (let j = 0; j < d; j++) center[j]! /= base.length / d;
  let largest = 0;
  for (const values of [base, queries]) {
    for (let i = 0; i < values.length; i += d) {
      for (let j = 0; j < d; j++) largest = Math.max(largest, Math.abs(values[i + j]! - center[j]!));
    }
  }
  return { center, scale: largest > 0 ? 2 ** -Math.ceil(Math.log2(largest)) : 1 };
}

/** Rows [start, end) centred and scaled, rounded to Float32, each with an empty value at its end. */
function framed(
  rows: Float32Array,
  start: number,
  end: number,
  d: number,
  center: Float64Array,
  scale: number,
): Float32Array {
  const result = new Float32Array((end - start) * (d + 1));
  for (let to = 0, from = start * d; to < result.length; to++) {
    for (let j = 0; j < d; j++) result[to++] = (rows[from++]! - center[j]!) * scale;
  }
  return result;
}

function squaredNorm(rows: Float32Array, start: number, d: number): number {
  let sum = 0;
  for (let at = start; at < start + d; at++) sum += rows[at]! * rows[at]!;
  return sum;
}

/** The dot product of every row of `a` (`m × d`) with every row of `b` (`n × d`), as `m × n`. */
export type MatrixProduct = (a: Float32Array, b: Float32Array, d: number) => Float32Array;

/** Creates a search that multiplies with `product` and ranks in JavaScript. */
export const searchWith =
  (product: MatrixProduct): ProductSearch =>
  (b, d) => ({
    largest(a, count) {
      const m = a.length / d;
      const n = b.length / d;
      const all = product(a, b, d);
      const found = { products: new Float32Array(m * count), rows: new Int32Array(m * count) };
      for (let i = 0; i < m; i++) {
        const row = all.subarray(i * n, (i + 1) * n);
        const first = largestOf(row, count);
        found.rows.set(first, i * count);
        found.products.set(
          first.map((j) => row[j]!),
          i * count,
        );
      }
      return found;
    },
    dispose() {},
  });

/** Positions of the `count` largest values, largest first. */
function largestOf(values: Float32Array, count: number): number[] {
  const descending = (i: number, j: number) => values[j]! - values[i]!;
  let candidates: number[] = [];
  let least = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! <= least) continue;
    candidates.push(i);
    if (candidates.length === 2 * count) {
      candidates = candidates.sort(descending).slice(0, count);
      least = values[candidates[count - 1]!]!;
    }
  }
  return candidates.sort(descending).slice(0, count);
}

/** A `MatrixProduct` in plain JavaScript, in blocks of 4 × 4 rows, so that each value read is used four times. */
export const dotProducts: MatrixProduct = (a, b, d) => {
  const m = a.length / d;
  const n = b.length / d;
  const A = inFours(a, d);
  const B = inFours(b, d);
  const height = A.length / d;
  const width = B.length / d;
  const products = new Float32Array(height * width);
  for (let i = 0; i < height; i += 4) {
    for (let j = 0; j < width; j += 4) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let s20 = 0;
      let s21 = 0;
      let s22 = 0;
      let s23 = 0;
      let s30 = 0;
      let s31 = 0;
      let s32 = 0;
      let s33 = 0;
      for (let x = i * d, y = j * d, end = x + 4 * d; x < end; x += 4, y += 4) {
        const a0 = A[x]!;
        const a1 = A[x + 1]!;
        const a2 = A[x + 2]!;
        const a3 = A[x + 3]!;
        const b0 = B[y]!;
        const b1 = B[y + 1]!;
        const b2 = B[y + 2]!;
        const b3 = B[y + 3]!;
        s00 += a0 * b0;
        s01 += a0 * b1;
        s02 += a0 * b2;
        s03 += a0 * b3;
        s10 += a1 * b0;
        s11 += a1 * b1;
        s12 += a1 * b2;
        s13 += a1 * b3;
        s20 += a2 * b0;
        s21 += a2 * b1;
        s22 += a2 * b2;
        s23 += a2 * b3;
        s30 += a3 * b0;
        s31 += a3 * b1;
        s32 += a3 * b2;
        s33 += a3 * b3;
      }
      const at = i * width + j;
      products[at] = s00;
      products[at + 1] = s01;
      products[at + 2] = s02;
      products[at + 3] = s03;
      products[at + width] = s10;
      products[at + width + 1] = s11;
      products[at + width + 2] = s12;
      products[at + width + 3] = s13;
      products[at + 2 * width] = s20;
      products[at + 2 * width + 1] = s21;
      products[at + 2 * width + 2] = s22;
      products[at + 2 * width + 3] = s23;
      products[at + 3 * width] = s30;
      products[at + 3 * width + 1] = s31;
      products[at + 3 * width + 2] = s32;
      products[at + 3 * width + 3] = s33;
    }
  }
  return width === n ? products.subarray(0, m * n) : narrow(products, width, n, m);
};

/** Interleaves rows in groups of four: the first values of four rows, their second values, … Missing rows are zero. */
function inFours(rows: Float32Array, d: number): Float64Array {
  const n = rows.length / d;
  const packed = new Float64Array(Math.ceil(n / 4) * 4 * d);
  for (let i = 0; i < n; i++) {
    const start = (i - (i % 4)) * d + (i % 4);
    for (let j = 0; j < d; j++) packed[start + 4 * j] = rows[i * d + j]!;
  }
  return packed;
}

/** The first `n` columns and `m` rows of a matrix with `width` columns. */
function narrow(matrix: Float32Array, width: number, n: number, m: number): Float32Array {
  const result = new Float32Array(m * n);
  for (let i = 0; i < m; i++) result.set(matrix.subarray(i * width, i * width + n), i * n);
  return result;
}

const plainSearch = searchWith(dotProducts);
