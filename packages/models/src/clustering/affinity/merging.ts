/**
 * Agglomerative clustering on a graph of nearest neighbours, in the order of merging of Yang, Parikh and Batra 2016.
 */
import { UserError } from "@gumbel/config";
import { clusterCountOf, numbered } from "../assignment.js";
import { DisjointSets } from "../disjointSets.js";
import type { Neighbours } from "../neighbours.js";
import { Clusters } from "./clusters.js";
import type { AffinityGraph } from "./graph.js";

/**
 * The clusters that merging starts from: each example with its nearest neighbour, and so on along the chain. If that
 * leaves fewer than `atLeast`, as duplicates may, each example is a cluster of its own.
 *
 * @returns cluster of each example, numbered from 0 in order of appearance
 * @throws UserError for fewer examples than `atLeast`.
 */
export function nearestNeighbourClusters({ count, rows }: Neighbours, atLeast: number): Int32Array {
  const n = rows.length / count;
  if (atLeast > n) {
    throw new UserError({
      what: `${atLeast} clusters cannot be made of ${n} examples`,
      where: "model.clusters",
    });
  }
  const sets = new DisjointSets(n);
  for (let row = 0; row < n; row++) sets.join(rows[row * count]!, row);
  const clusters = sets.numbered();
  return clusterCountOf(clusters) < atLeast ? Int32Array.from({ length: n }, (_, row) => row) : clusters;
}

export interface MergeOptions {
  /** Clusters that are left in the end. */
  target: number;
  /** K_c, nearest clusters in the local term. */
  localClusters: number;
  /**
   * While there are more clusters than this, an isolated one joins the one whose mean is nearest. Else a few duplicates
   * that are neighbours of one another only would end as a cluster. In the authors' code, 20 K.
   */
  absorbAbove: number;
}

/**
 * Merges clusters, two at a time. The next pair is the cluster i, with its nearest N_i[1], of the largest
 *
 *   A(i, N_i[1]) + 1 / (K_c - 1) Σ_{k = 2}^{K_c} (A(i, N_i[1]) - A(i, N_i[k])):
 *
 * near to one another and far from the rest. If no pair has any affinity left, the smallest cluster joins the one whose
 * mean is nearest (ours).
 *
 * @param start cluster of each example, numbered from 0
 * @param points n rows of d numbers
 * @returns cluster of each example, numbered from 0 in order of appearance
 */
export function agglomerate(
  graph: AffinityGraph,
  start: Int32Array,
  points: Float32Array,
  { target, localClusters, absorbAbove }: MergeOptions,
): Int32Array {
  const clusters = new Clusters(graph, start);
  for (const cluster of clusters.isolated()) {
    if (clusters.size <= Math.max(absorbAbove, target)) break;
    // Another one may have joined it since.
    if (clusters.isIsolated(cluster)) clusters.merge(clusters.nearestMean(cluster, points), cluster);
  }
  while (clusters.size > target) {
    let pair = clusters.nextPair(localClusters);
    if (!pair) {
      const smallest = clusters.smallest();
      pair = [clusters.nearestMean(smallest, points), smallest];
    }
    clusters.merge(...pair);
  }
  return numbered(clusters.assignment);
}
