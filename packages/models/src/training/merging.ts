/** Agglomerative clustering of a sample; every other example joins the cluster of its nearest one in the sample. */
import { tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { affinityGraph } from "../clustering/affinity/graph.js";
import { agglomerate, nearestNeighbourClusters } from "../clustering/affinity/merging.js";
import { clusterCountOf } from "../clustering/assignment.js";
import { relativeDistances } from "../clustering/kmeans.js";
import { nearestNeighbours } from "../clustering/neighbours.js";
import { chosenRows, encodeAll } from "../encodeAll.js";
import type { TrainingData } from "../system.js";

/** Options of the systems that merge. */
export const mergingOptions = {
  examples: z
    .int()
    .min(2)
    .default(10_000)
    .describe("Merging looks at so many examples, evenly spaced; any other goes with the nearest (ours)."),
  neighbours: z.int().min(1).default(20).describe("K_s, of each example in the graph. JULE's code."),
  localClusters: z
    .int()
    .min(1)
    .default(5)
    .describe("K_c, nearest clusters in the order of merging. JULE's code."),
};

export interface MergingOptions {
  /** Clusters that are wanted in the end. */
  clusters: number;
  /** Of each point in the graph. */
  neighbours: number;
  /** Nearest clusters in the order of merging. */
  localClusters: number;
}

/** The largest share of the examples that each of several mergings looks at, so that they differ. */
const ofSeveral = 0.8;

/** The rows that one of several mergings looks at: at most `examples` of `n`, evenly spaced, others for each. */
export function mergedRows(n: number, examples: number, merging: number, mergings: number): Uint32Array {
  const most = mergings > 1 ? Math.floor(ofSeveral * n) : n;
  return evenlySpaced(n, Math.min(examples, most), merging / mergings);
}

/**
 * Clusters of the points, merged along the graph of their nearest neighbours until `target` are left.
 *
 * @param points n rows of d numbers
 * @param before the clusters to begin with; those of nearest neighbours if absent
 * @returns cluster of each point, numbered from 0; those to begin with if there are `target` or fewer of them
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
 * The cluster of every training example: that of its nearest one among the chosen rows, seen through `view`.
 *
 * @param view [batch, d] → [batch, size]
 * @param cluster clusters the chosen, rows × size
 */
export function clusterByChosen(
  all: TrainingData,
  chosen: Uint32Array,
  size: number,
  view: (x: tf.Tensor2D) => tf.Tensor2D,
  cluster: (points: Float32Array) => Int32Array,
): Int32Array {
  const points = encodeAll(chosenRows(all, chosen), size, view);
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
