/** Label propagation along a graph of nearest neighbours. */
import type { Neighbours } from "./neighbours.js";

/**
 * Scales the shares so that each class is as frequent among all examples as among the labelled ones: the class mass
 * normalisation of Zhu, Ghahramani and Lafferty 2003. Rows sum to 1 again.
 */
export function classMassNormalised(shares: Float32Array, classes: number, labels: Int32Array): void {
  const mass = new Float64Array(classes);
  const wanted = new Float64Array(classes);
  shares.forEach((share, i) => {
    mass[i % classes]! += share;
  });
  for (const label of labels) if (label >= 0) wanted[label]!++;
  for (let from = 0; from < shares.length; from += classes) {
    const row = shares.subarray(from, from + classes);
    const scaled = Array.from(row, (share, k) => (mass[k]! > 0 ? (share * wanted[k]!) / mass[k]! : 0));
    const sum = scaled.reduce((all, share) => all + share, 0);
    row.set(scaled.map((share) => share / sum));
  }
}

/**
 * Label propagation of Zhou, Bousquet, Lal, Weston and Schölkopf 2004, *Learning with local and global consistency*:
 *
 *   F = (I - α S)⁻¹ Y,  S = D^(-1/2) W D^(-1/2)
 *
 * Y has a 1 where a labelled example has its class. W_ij = exp(-‖x_i - x_j‖² / (σ_i σ_j)) if one of the two is among the
 * nearest neighbours of the other, σ_i the distance from i to the last of its own (Zelnik-Manor and Perona 2004), so that no
 * scale has to be chosen. Solved by conjugate gradients.
 *
 * @param labels class of each example, -1 if it has none
 * @param alpha in (0, 1): how much of an example's share comes from its neighbours
 * @returns shares of the classes, n × classes, rows summing to 1; all equal if no label reaches
 */
export function propagateLabels(
  { count, rows, squared }: Neighbours,
  labels: Int32Array,
  classes: number,
  alpha: number,
): Float32Array {
  const n = labels.length;
  const graph = normalisedGraph({ count, rows, squared });
  const shares = new Float32Array(n * classes);
  for (let k = 0; k < classes; k++) {
    const given = Float64Array.from(labels, (label) => (label === k ? 1 : 0));
    const found = solve(given, (x) => {
      const next = multiply(graph, x);
      for (let i = 0; i < n; i++) next[i] = x[i]! - alpha * next[i]!;
      return next;
    });
    found.forEach((value, i) => {
      shares[i * classes + k] = Math.max(0, value);
    });
  }
  for (let from = 0; from < shares.length; from += classes) {
    const row = shares.subarray(from, from + classes);
    const sum = row.reduce((all, share) => all + share, 0);
    row.forEach((share, k) => {
      row[k] = sum > 0 ? share / sum : 1 / classes;
    });
  }
  return shares;
}

/** A symmetric matrix by its rows: those of `start[i]` up to `start[i + 1]`. */
interface Sparse {
  start: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

function normalisedGraph({ count, rows, squared }: Neighbours): Sparse {
  const n = rows.length / count;
  const scale = Float64Array.from({ length: n }, (_, i) => Math.sqrt(squared[(i + 1) * count - 1]!));
  const weights: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  rows.forEach((j, at) => {
    const i = Math.floor(at / count);
    const area = scale[i]! * scale[j]!;
    const weight = area > 0 ? Math.exp(-squared[at]! / area) : 1;
    weights[i]!.set(j, weight);
    weights[j]!.set(i, weight);
  });
  const degree = weights.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 0));
  const start = new Int32Array(n + 1);
  weights.forEach((row, i) => {
    start[i + 1] = start[i]! + row.size;
  });
  const columns = new Int32Array(start[n]!);
  const values = new Float64Array(start[n]!);
  let at = 0;
  weights.forEach((row, i) => {
    for (const [j, weight] of row) {
      columns[at] = j;
      // Neighbours so far away that their weights underflow contribute nothing.
      values[at++] = weight > 0 ? weight / Math.sqrt(degree[i]! * degree[j]!) : 0;
    }
  });
  return { start, columns, values };
}

function multiply({ start, columns, values }: Sparse, x: Float64Array): Float64Array {
  const product = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let at = start[i]!; at < start[i + 1]!; at++) sum += values[at]! * x[columns[at]!]!;
    product[i] = sum;
  }
  return product;
}

/** Conjugate gradients: x with A x = b of a symmetric positive definite A, to a relative residual of 1e-6. */
function solve(b: Float64Array, times: (x: Float64Array) => Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  const direction = b.slice();
  let square = dot(residual, residual);
  const enough = 1e-12 * square;
  for (let iteration = 0; iteration < 1000 && square > enough; iteration++) {
    const image = times(direction);
    const step = square / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i]! += step * direction[i]!;
      residual[i]! -= step * image[i]!;
    }
    const next = dot(residual, residual);
    for (let i = 0; i < x.length; i++) direction[i] = residual[i]! + (next / square) * direction[i]!;
    square = next;
  }
  return x;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
