/** Clustering accuracy: the largest share of correct examples over all one-to-one maps of clusters to classes. */
import { munkres } from "munkres";
import type { Contingency } from "./contingency.js";
import { fraction, type LabelMetric } from "./metric.js";

/** A map of clusters to classes and its accuracy. */
export interface Matching {
  /** Share of the labelled examples whose cluster is mapped to their class, in [0, 1]. */
  accuracy: number;
  /** Class of each cluster; -1 for a cluster without one. */
  assignment: number[];
}

/**
 * max over one-to-one maps m of (1/N) Σ_i 1[y_i = m(c_i)], by the Hungarian method. With more clusters than
 * classes, the surplus clusters get no class and their examples count as wrong; with fewer, some class gets no cluster.
 *
 * Source: H. W. Kuhn, The Hungarian method for the assignment problem (1955); for clustering, W. Xu, X. Liu, Y. Gong (2003).
 */
export function hungarianMatching({ classes, clusters, counts, total }: Contingency): Matching {
  // The method minimises a cost, hence the negative counts.
  const cost = Array.from({ length: classes }, (_, i) =>
    counts.subarray(i * clusters, (i + 1) * clusters).map((count) => -count),
  );
  const assignment = new Array<number>(clusters).fill(-1);
  let correct = 0;
  for (const [label, cluster] of munkres(cost)) {
    assignment[cluster] = label;
    correct += counts[label * clusters + cluster]!;
  }
  return { accuracy: correct / total, assignment };
}

/** Accuracy under the best one-to-one map, by `hungarianMatching`. */
export const accuracy: LabelMetric = {
  name: "accuracy",
  title: "ACC",
  words: "share of the examples that are in the cluster of their class",
  unit: fraction,
  range: [0, 1],
  better: "high",
  compute: (table) => hungarianMatching(table).accuracy,
};
