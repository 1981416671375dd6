import { UserError } from "@gumbel/config";
import { nearestNeighbours } from "./neighbours.js";

/** What DBSCAN says of a point that lies in no cluster. */
export const noise = -1;

export interface DbscanOptions {
  /** Points at most so far apart are neighbours. */
  radius: number;
  /** Neighbours, the point itself among them, that make a point a core point. */
  minimumPoints: number;
}

/**
 * DBSCAN (Ester, Kriegel, Sander, Xu 1996): core points that are neighbours are of one cluster; a point that is none, but a
 * neighbour of one, is of that one's cluster (of several, the one found first); any other is noise. Where there is no core
 * point, all are.
 *
 * Exact, in time of n² and memory of n.
 *
 * @param points n rows of d numbers
 * @returns cluster of each point, numbered from 0 in order of their first core points; -1 for noise
 * @throws UserError for values that are no numbers.
 */
export function dbscan(
  points: Float32Array,
  d: number,
  { radius, minimumPoints }: DbscanOptions,
): Int32Array {
  if (!points.every(Number.isFinite)) {
    throw new UserError({
      what: "DBSCAN was given values that are not finite numbers",
      hint: "look for NaN in the data, or lower train.learningRate",
    });
  }
  const n = points.length / d;
  const limit = radius ** 2;
  const neighboursOf = (row: number): number[] => {
    const found: number[] = [];
    for (let other = 0; other < n; other++) {
      let squared = 0;
      for (let j = 0; j < d && squared <= limit; j++) {
        squared += (points[row * d + j]! - points[other * d + j]!) ** 2;
      }
      if (squared <= limit) found.push(other);
    }
    return found;
  };
  const clusters = new Int32Array(n).fill(noise);
  const seen = new Uint8Array(n);
  let count = 0;
  for (let first = 0; first < n; first++) {
    if (seen[first] || clusters[first] !== noise) continue;
    const around = neighboursOf(first);
    seen[first] = 1;
    if (around.length < minimumPoints) continue;
    const cluster = count++;
    clusters[first] = cluster;
    const waiting = around;
    while (waiting.length > 0) {
      const row = waiting.pop()!;
      if (clusters[row] !== noise) continue;
      clusters[row] = cluster;
      // What was seen before and is still noise is no core point.
      if (seen[row]) continue;
      seen[row] = 1;
      const next = neighboursOf(row);
      if (next.length >= minimumPoints) waiting.push(...next.filter((other) => clusters[other] === noise));
    }
  }
  return clusters;
}

/**
 * The radius at which a share of the points are core points: that quantile of the distances to the nearest point but
 * `minimumPoints` - 2 (the point itself counts as one). Of fewer points than that, to the farthest.
 *
 * @param points n rows of d numbers, at least two
 * @param share in (0, 1]
 */
export function coreRadius(points: Float32Array, d: number, minimumPoints: number, share: number): number {
  const n = points.length / d;
  const count = Math.max(1, Math.min(minimumPoints, n) - 1);
  const { squared } = nearestNeighbours(points, d, count);
  const distances = Float64Array.from({ length: n }, (_, row) => squared[(row + 1) * count - 1]!).sort();
  return Math.sqrt(distances[Math.max(0, Math.ceil(share * n) - 1)]!);
}
