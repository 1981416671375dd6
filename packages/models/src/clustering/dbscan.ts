import { UserError } from "@gumbel/config";
import { engineDistances } from "@gumbel/engine";
import { eachPair } from "@gumbel/metrics";
import { noise, numbered } from "./assignment.js";
import { DisjointSets } from "./disjointSets.js";
import { nearestNeighbours } from "./neighbours.js";

export interface DbscanOptions {
  /** Largest distance between neighbours. */
  radius: number;
  /** Neighbours, the point itself among them, that make a point a core point. */
  minimumPoints: number;
}

/**
 * DBSCAN (Ester, Kriegel, Sander, Xu 1996): core points that are neighbours share a cluster; a border point, a neighbour of a
 * core point without being one, joins its cluster (of several, the one found first); any other is noise. If there is no core
 * point, all points are noise.
 *
 * Exact, in time of n² and memory of the pairs of neighbours.
 *
 * @param points n rows of d numbers
 * @returns cluster of each point, numbered from 0 in order of their first core points; -1 for noise
 * @throws UserError for values that are not finite.
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
  // Row i and its neighbour j as i · n + j.
  const near: number[] = [];
  const neighbours = new Int32Array(n).fill(1);
  eachPair(
    points,
    d,
    (i, j, squared) => {
      if (squared > limit) return;
      near.push(i * n + j);
      neighbours[i]!++;
      neighbours[j]!++;
    },
    engineDistances(),
  );
  const isCore = (row: number): boolean => neighbours[row]! >= minimumPoints;
  const eachNear = (use: (i: number, j: number) => void): void => {
    for (const pair of near) use(Math.floor(pair / n), pair % n);
  };
  const sets = new DisjointSets(n);
  eachNear((i, j) => {
    if (isCore(i) && isCore(j)) sets.join(i, j);
  });
  const setOf = sets.numbered();
  const cores = Int32Array.from(setOf.keys()).filter(isCore);
  const clusterOf = numbered(cores.map((row) => setOf[row]!));
  const clusters = new Int32Array(n).fill(noise);
  cores.forEach((row, at) => {
    clusters[row] = clusterOf[at]!;
  });
  const reach = (row: number, core: number): void => {
    if (isCore(row) || !isCore(core)) return;
    if (clusters[row] === noise || clusters[core]! < clusters[row]!) clusters[row] = clusters[core]!;
  };
  eachNear((i, j) => {
    reach(i, j);
    reach(j, i);
  });
  return clusters;
}

/**
 * A default radius (ours): of those at which one tenth, two tenths, … nine tenths of the points are core points, the one at
 * which the most points lie in clusters other than the largest. At a smaller one too much is noise, at a larger one everything
 * is one cluster. Of equally good ones the smallest.
 *
 * @param points n rows of d numbers, at least two
 */
export function findRadius(points: Float32Array, d: number, minimumPoints: number): number {
  const distances = coreDistances(points, d, minimumPoints);
  const n = distances.length;
  let best = { radius: 0, split: -1 };
  for (let tenths = 1; tenths <= 9; tenths++) {
    const radius = distances[Math.max(0, Math.ceil((tenths * n) / 10) - 1)]!;
    const sizes: number[] = [];
    for (const cluster of dbscan(points, d, { radius, minimumPoints })) {
      if (cluster !== noise) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    }
    const split = sizes.reduce((sum, size) => sum + size, 0) - Math.max(0, ...sizes);
    if (split > best.split) best = { radius, split };
  }
  return best.radius;
}

/**
 * The smallest radius at which each point is a core point, ascending: the distance to its neighbour number `minimumPoints` - 1,
 * because the point itself counts as one. If there are fewer points, the distance to the farthest.
 *
 * @param points n rows of d numbers, at least two
 */
export function coreDistances(points: Float32Array, d: number, minimumPoints: number): Float64Array {
  const n = points.length / d;
  const count = Math.max(1, Math.min(minimumPoints, n) - 1);
  const { squared } = nearestNeighbours(points, d, count);
  return Float64Array.from({ length: n }, (_, row) => Math.sqrt(squared[(row + 1) * count - 1]!)).sort();
}
