/** Clusters of a part of the data by merging, and of the rest by the nearest of that part: merging all of a large set is costly. */
import { tf } from "@gumbel/engine";
import {
  affinityGraph,
  agglomerate,
  clusterCountOf,
  nearestNeighbourClusters,
} from "../clustering/affinity.js";
import { relativeDistances } from "../clustering/kmeans.js";
import { nearestNeighbours } from "../clustering/neighbours.js";
import { encodeAll } from "../networks/autoencoder.js";
import type { TrainingData } from "../system.js";

export interface MergingOptions {
  /** Clusters that are wanted in the end. */
  clusters: number;
  /** Of each point in the graph. */
  neighbours: number;
  /** Nearest clusters in the order of merging. */
  localClusters: number;
}

/**
 * Clusters of the points, merged along the graph of their nearest neighbours until `target` are left.
 *
 * @param points n rows of d numbers
 * @param before the clusters to begin with; those of nearest neighbours where it is left out
 * @returns cluster of each point, numbered from 0; those to begin with where they are `target` or fewer
 */
export function mergedClusters(
  points: Float32Array,
  d: number,
  { clusters, neighbours, localClusters }: MergingOptions,
  { before, target = clusters }: { before?: Int32Array | undefined; target?: number } = {},
): Int32Array {
  const nearest = nearestNeighbours(points, d, Math.min(neighbours, points.length / d - 1));
  const start = before ?? nearestNeighbourClusters(nearest, clusters);
  if (clusterCountOf(start) <= target) return start;
  return agglomerate(affinityGraph(nearest), start, points, {
    target,
    localClusters,
    absorbAbove: 20 * clusters,
  });
}

/**
 * What `view` shows of the chosen examples. The caller disposes of it.
 *
 * @returns [chosen, size]
 */
export function viewOf(
  all: TrainingData,
  chosen: Uint32Array,
  size: number,
  view: (x: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  const only: TrainingData = {
    n: chosen.length,
    d: all.d,
    rows: (rows) => all.rows(Uint32Array.from(rows, (row) => chosen[row]!)),
    all: () => all.rows(chosen),
  };
  return encodeAll(only, size, view);
}

/**
 * Labels every training example by its nearest chosen one in what `view` shows.
 *
 * @param size numbers that `view` shows of an example
 * @param cluster of the chosen ones, from what is shown of them
 */
export function clusterByChosen(
  all: TrainingData,
  chosen: Uint32Array,
  size: number,
  view: (x: tf.Tensor2D) => tf.Tensor2D,
  cluster: (points: Float32Array) => Int32Array,
): Int32Array {
  const points = viewOf(all, chosen, size, view);
  const labels = cluster(points.dataSync<"float32">());
  const assignment = new Int32Array(all.n);
  if (chosen.length < all.n) {
    const nearest = encodeAll(all, 1, (x) =>
      tf.cast(tf.expandDims(tf.argMin(relativeDistances(view(x), points), 1), 1), "float32"),
    );
    nearest.dataSync<"float32">().forEach((at, row) => {
      assignment[row] = labels[at]!;
    });
    nearest.dispose();
  }
  points.dispose();
  chosen.forEach((row, i) => {
    assignment[row] = labels[i]!;
  });
  return assignment;
}
