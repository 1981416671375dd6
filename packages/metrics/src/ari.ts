import { fraction, type LabelMetric } from "./metric.js";

const sumOfSquares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/**
 * Adjusted Rand index: agreement on pairs of examples, 0 on average for random clusters of the same sizes, 1 for the
 * same partition; may be negative.
 *
 * Source: L. Hubert, P. Arabie, Comparing partitions (1985); computed from pair counts as scikit-learn does.
 */
export const ari: LabelMetric = {
  name: "ari",
  title: "ARI",
  words: "pairs of examples on which clusters and classes agree: 0 is chance, 1 all",
  unit: fraction,
  range: [-1, 1],
  better: "high",
  compute({ counts, classSizes, clusterSizes, total }) {
    const together = sumOfSquares(counts);
    // Ordered pairs of examples in the same class and cluster, the same cluster only, the same class only, neither.
    const both = together - total;
    const clusterOnly = sumOfSquares(clusterSizes) - together;
    const classOnly = sumOfSquares(classSizes) - together;
    const neither = total * total - together - clusterOnly - classOnly;
    if (clusterOnly === 0 && classOnly === 0) return 1;
    return (
      (2 * (both * neither - classOnly * clusterOnly)) /
      ((both + classOnly) * (classOnly + neither) + (both + clusterOnly) * (clusterOnly + neither))
    );
  },
};
