import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";

/** A weighted graph; each undirected edge is listed once. */
export interface FuzzyGraph {
  /** Number of points. */
  n: number;
  from: Int32Array;
  to: Int32Array;
  /** In (0, 1]. */
  weights: Float32Array;
}

/** Steps of the search for a bandwidth, and the smallest bandwidth as a share of the mean distance, as in umap-learn. */
const bandwidthSteps = 64;
const leastBandwidth = 1e-3;

/**
 * The fuzzy graph of section 3.1. The nearest neighbour of a point has degree 1, the others exp(-(distance - ρ) / σ): ρ is
 * the distance of the nearest, and σ makes the degrees sum to log₂ k, with k the number of neighbours including the point.
 * An edge combines the degrees a and b of both directions to a + b - a b.
 *
 * @param points n rows of d numbers
 * @param count number of neighbours, without the point itself
 */
export function fuzzyGraph(points: Float32Array, d: number, count: number): FuzzyGraph {
  const n = points.length / d;
  const { indices: rows, squaredDistances } = nearestOthers({ points, d, k: count, search: engineSearch() });
  const distances = Float64Array.from(squaredDistances, Math.sqrt);
  const overall = distances.reduce((sum, distance) => sum + distance, 0) / (n * (count + 1));
  const degrees = new Float32Array(n * count);
  for (let i = 0; i < n; i++) {
    const own = distances.subarray(i * count, (i + 1) * count);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    const mean = own.reduce((sum, distance) => sum + distance, 0) / (count + 1);
    const bandwidth = Math.max(
      bandwidthOf(own, nearest, Math.log2(count + 1)),
      leastBandwidth * (nearest > 0 ? mean : overall),
    );
    own.forEach((distance, j) => {
      degrees[i * count + j] = degree(distance, nearest, bandwidth);
    });
  }

  const from = new Int32Array(n * count);
  const to = new Int32Array(n * count);
  const weights = new Float32Array(n * count);
  let edges = 0;
  for (let i = 0; i < n; i++) {
    for (let at = i * count; at < (i + 1) * count; at++) {
      const j = rows[at]!;
      const back = rows.subarray(j * count, (j + 1) * count).indexOf(i);
      if (back >= 0 && j < i) continue;
      const a = degrees[at]!;
      const b = back >= 0 ? degrees[j * count + back]! : 0;
      const weight = a + b - a * b;
      if (weight === 0) continue;
      from[edges] = i;
      to[edges] = j;
      weights[edges++] = weight;
    }
  }
  return { n, from: from.slice(0, edges), to: to.slice(0, edges), weights: weights.slice(0, edges) };
}

/** Degree of membership of a neighbour at `distance`, in [0, 1]. */
const degree = (distance: number, nearest: number, bandwidth: number): number =>
  distance <= nearest ? 1 : Math.exp((nearest - distance) / bandwidth);

/** The σ at which the degrees of the neighbours sum to `target`, by bisection from their mean distance. */
function bandwidthOf(distances: Float64Array, nearest: number, target: number): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let bandwidth = distances.reduce((sum, distance) => sum + distance, 0) / distances.length || 1;
  for (let step = 0; step < bandwidthSteps; step++) {
    let sum = 0;
    for (const distance of distances) sum += degree(distance, nearest, bandwidth);
    if (Math.abs(sum - target) < 1e-5) break;
    if (sum > target) high = bandwidth;
    else low = bandwidth;
    bandwidth = high === Number.POSITIVE_INFINITY ? bandwidth * 2 : (low + high) / 2;
  }
  return bandwidth;
}
