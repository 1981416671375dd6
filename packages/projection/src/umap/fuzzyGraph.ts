import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";

/** A weighted graph of points, each undirected edge once. */
export interface FuzzyGraph {
  /** Count of points. */
  n: number;
  from: Int32Array;
  to: Int32Array;
  /** In (0, 1]. */
  weights: Float32Array;
}

/** Steps of the search for a bandwidth, and the smallest bandwidth as a share of the mean distance; umap-learn's. */
const bandwidthSteps = 64;
const leastBandwidth = 1e-3;

/**
 * The fuzzy graph of section 3.1: a point's nearest other is a neighbour to degree 1, the others to
 * exp(-(distance - ρ) / σ): ρ is the distance of the nearest, and σ such that the degrees have the sum log₂ k, k the
 * neighbours and the point itself. The degrees a and b of two points for one another become a + b - a b.
 *
 * @param points n rows of d numbers
 * @param count neighbours, the point itself not among them
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

/** The degree to which a point at `distance` is a neighbour. */
const degree = (distance: number, nearest: number, bandwidth: number): number =>
  distance <= nearest ? 1 : Math.exp((nearest - distance) / bandwidth);

/** σ at which the degrees of the neighbours have the sum `target`, by bisection. */
function bandwidthOf(distances: Float64Array, nearest: number, target: number): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let bandwidth = 1;
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
