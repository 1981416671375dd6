import { fraction, type LabelMetric } from "./metric.js";

/** Entropy -Σ p ln p of counts that sum to `total`, in nats. */
function entropy(sizes: Float64Array, total: number): number {
  let sum = 0;
  for (const size of sizes) if (size > 0) sum -= (size / total) * Math.log(size / total);
  return sum;
}

/**
 * Normalised mutual information I(T; C) / sqrt(H(T) H(C)), natural logarithms, in [0, 1]; 0 if either entropy
 * is 0. (scikit-learn gives 1 if both are 0: one class in one cluster.)
 *
 * Source: A. Strehl, J. Ghosh, Cluster ensembles (2002).
 */
export const nmi: LabelMetric = {
  name: "nmi",
  title: "NMI",
  words: "what the clusters tell of the classes: 0 is nothing, 1 all",
  unit: fraction,
  range: [0, 1],
  better: "high",
  compute({ classes, clusters, counts, classSizes, clusterSizes, total }) {
    const scale = Math.sqrt(entropy(classSizes, total) * entropy(clusterSizes, total));
    if (scale === 0) return 0;
    let information = 0;
    for (let i = 0; i < classes; i++) {
      for (let k = 0; k < clusters; k++) {
        const count = counts[i * clusters + k]!;
        if (count > 0)
          information += (count / total) * Math.log((count / classSizes[i]!) * (total / clusterSizes[k]!));
      }
    }
    // Rounding may give a value slightly outside of [0, 1].
    return Math.min(1, Math.max(0, information / scale));
  },
};
