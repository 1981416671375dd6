import { noise } from "./assignment.js";

/**
 * Mean of points, [d], in float64.
 *
 * @param points n rows of d numbers
 * @param rows of the points that count; all of them if absent
 */
export function meanOf(points: Float32Array, d: number, rows?: readonly number[]): Float64Array {
  const mean = new Float64Array(d);
  const count = rows ? rows.length : points.length / d;
  for (let i = 0; i < count; i++) {
    const row = rows ? rows[i]! : i;
    for (let j = 0; j < d; j++) mean[j]! += points[row * d + j]! / count;
  }
  return mean;
}

/**
 * Means of the clusters, [clusters × d]; zeros for one without points.
 *
 * @param points n rows of d numbers
 * @param assignment cluster of each point, -1 for noise
 */
export function clusterMeans(
  points: Float32Array,
  d: number,
  assignment: Int32Array,
  clusters: number,
): Float32Array {
  const sums = new Float64Array(clusters * d);
  const counts = new Float64Array(clusters);
  assignment.forEach((cluster, row) => {
    if (cluster === noise) return;
    counts[cluster]!++;
    for (let j = 0; j < d; j++) sums[cluster * d + j]! += points[row * d + j]!;
  });
  return Float32Array.from(sums, (sum, i) => sum / (counts[Math.floor(i / d)]! || 1));
}

/**
 * Mean squared distance of points from their mean; 0 if they are equal but for rounding.
 *
 * @param points n rows of d numbers
 */
export function meanSquaredDistance(points: Float32Array, d: number): number {
  const n = points.length / d;
  const mean = meanOf(points, d);
  const squares = points.reduce((sum, value, i) => sum + (value - mean[i % d]!) ** 2, 0) / n;
  const lengths = points.reduce((sum, value) => sum + value ** 2, 0) / n;
  return squares > 1e-12 * lengths ? squares : 0;
}
