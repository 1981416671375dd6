/**
 * Exact nearest neighbours in many dimensions by dot products: ‖a - b‖² = ‖a‖² + ‖b‖² - 2 a·b is fast but rounded,
 * so it only rules examples out, by a bound that covers every rounding; the distance of what remains is
 * computed term by term in Float64.
 */
import type { NearestLists } from "./nearestList.js";

/**
 * The dot product of every row of `a` (`m × d`) with every row of `b` (`n × d`), as `m × n`. Float32 or better, sums in
 * any order; no scheme that gives accuracy away (Strassen, TensorFloat-32, bfloat16).
 */
export type MatrixProduct = (a: Float32Array, b: Float32Array, d: number) => Float32Array;

/** Rows of queries and base in one product: 33 MB of results at most. */
const queryBlock = 1024;
const baseBlock = 8192;

/** Half the distance between 1 and the next Float32. */
const unitRoundoff = 2 ** -24;

/** Offers every base example that may be among the nearest of a query to the query's list. */
export function searchByProducts(
  base: Float32Array,
  queries: Float32Array,
  d: number,
  lists: NearestLists,
  product: MatrixProduct = dotProducts,
): void {
  const n = base.length / d;
  const m = queries.length / d;
  const { center, scale } = frame(base, queries, d);
  // 2|error of a·b| ≤ γ_d (‖a‖² + ‖b‖²) with γ_d ≈ d u, and centring in Float32 moves the squared distance by at most
  // 4u (‖a‖² + ‖b‖²); the rest is room for second-order terms. `tiny` covers underflow, of values scaled into [-1, 1].
  const keep = 1 - 1.05 * (d + 8) * unitRoundoff;
  const tiny = d * 2 ** -120;

  for (let queryStart = 0; queryStart < m; queryStart += queryBlock) {
    const queryEnd = Math.min(m, queryStart + queryBlock);
    const a = framed(queries, queryStart, queryEnd, d, center, scale);
    const aBounds = squaredNorms(a, d).map((norm) => norm * keep - tiny);
    for (let baseStart = 0; baseStart < n; baseStart += baseBlock) {
      const baseEnd = Math.min(n, baseStart + baseBlock);
      const width = baseEnd - baseStart;
      const b = framed(base, baseStart, baseEnd, d, center, scale);
      const bBounds = squaredNorms(b, d).map((norm) => (norm * keep) / 2);
      const products = product(a, b, d);
      for (let query = queryStart; query < queryEnd; query++) {
        const row = (query - queryStart) * width;
        const aBound = aBounds[query - queryStart]!;
        let limit = (lists.worst(query) * scale * scale - aBound) / 2;
        for (let j = 0; j < width; j++) {
          // The lower bound of the squared distance exceeds the k-th smallest so far.
          if (bBounds[j]! - products[row + j]! > limit) continue;
          lists.offer(
            query,
            baseStart + j,
            squaredDistance(queries, query * d, base, (baseStart + j) * d, d),
          );
          limit = (lists.worst(query) * scale * scale - aBound) / 2;
        }
      }
    }
  }
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
 * The base's mean, and the power of two that brings every centred value into [-1, 1]: small norms make the bound
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

/** Rows [start, end) centred and scaled, rounded to Float32. */
function framed(
  rows: Float32Array,
  start: number,
  end: number,
  d: number,
  center: Float64Array,
  scale: number,
): Float32Array {
  const result = new Float32Array((end - start) * d);
  for (let i = 0; i < result.length; i += d) {
    for (let j = 0; j < d; j++) result[i + j] = (rows[start * d + i + j]! - center[j]!) * scale;
  }
  return result;
}

function squaredNorms(rows: Float32Array, d: number): Float64Array {
  const norms = new Float64Array(rows.length / d);
  for (let i = 0, at = 0; i < norms.length; i++) {
    let sum = 0;
    for (const end = at + d; at < end; at++) sum += rows[at]! * rows[at]!;
    norms[i] = sum;
  }
  return norms;
}

/** A `MatrixProduct` in plain JavaScript: four rows against four, so that each value read is used four times. */
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

/** Rows four by four: the first values of four rows, then their second values, … Missing rows are zero. */
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
