import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";

/** The similar pairs of points: for each point, those with a smaller number. */
export interface Affinities {
  /** The pairs of point i are at starts[i] … starts[i + 1] - 1. */
  starts: Int32Array;
  others: Int32Array;
  /** p_ij of equation 1; all pairs in both directions sum to 1. */
  p: Float64Array;
}

/** Neighbours of a point that count, per unit of perplexity, as in van der Maaten 2014. */
const neighboursPerPerplexity = 3;

/** Steps of the search for a bandwidth. */
const bandwidthSteps = 64;

/**
 * The similarities of equation 1, p_ij = (p_j|i + p_i|j) / 2n: Gaussians over the nearest neighbours of each point, with a
 * bandwidth that gives each the same perplexity.
 *
 * @param points n rows of d numbers
 */
export function affinities(points: Float32Array, d: number, perplexity: number): Affinities {
  const n = points.length / d;
  const k = Math.min(n - 1, Math.ceil(neighboursPerPerplexity * perplexity));
  const { indices, squaredDistances } = nearestOthers({ points, d, k, search: engineSearch() });
  const conditional = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const [from, to] = [i * k, (i + 1) * k];
    fillConditional(squaredDistances.subarray(from, to), perplexity, conditional.subarray(from, to));
  }

  // Each pair once, at its point with the larger number.
  const lists: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  for (let i = 0; i < n; i++) {
    for (let at = i * k; at < (i + 1) * k; at++) {
      const j = indices[at]!;
      const list = lists[Math.max(i, j)]!;
      const other = Math.min(i, j);
      list.set(other, (list.get(other) ?? 0) + conditional[at]! / (2 * n));
    }
  }
  const pairs = lists.reduce((sum, { size }) => sum + size, 0);
  const starts = new Int32Array(n + 1);
  const others = new Int32Array(pairs);
  const p = new Float64Array(pairs);
  let at = 0;
  lists.forEach((list, i) => {
    for (const [other, value] of list) {
      others[at] = other;
      p[at++] = value;
    }
    starts[i + 1] = at;
  });
  return { starts, others, p };
}

/**
 * p_j|i of one point's neighbours, with sum 1. Bisection finds the precision 1 / 2σ² that gives the perplexity, from the inverse
 * of the mean squared distance.
 *
 * @param squared squared distances, the nearest first
 * @param row is overwritten
 */
function fillConditional(squared: Float64Array, perplexity: number, row: Float64Array): void {
  const target = Math.log(perplexity);
  // The distance of the nearest neighbour is subtracted from all: it cancels in the quotient, and nothing underflows.
  const nearest = squared[0]!;
  const mean = squared.reduce((sum, value) => sum + value, 0) / squared.length;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let precision = mean > 0 ? 1 / mean : 1;
  let sum = 0;
  for (let step = 0; step < bandwidthSteps; step++) {
    sum = 0;
    let weighted = 0;
    for (let j = 0; j < row.length; j++) {
      const beyond = squared[j]! - nearest;
      const value = Math.exp(-precision * beyond);
      row[j] = value;
      sum += value;
      weighted += value * beyond;
    }
    const entropy = Math.log(sum) + (precision * weighted) / sum;
    if (Math.abs(entropy - target) < 1e-5) break;
    if (entropy > target) low = precision;
    else high = precision;
    precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (low + high) / 2;
  }
  for (let j = 0; j < row.length; j++) row[j]! /= sum;
}
