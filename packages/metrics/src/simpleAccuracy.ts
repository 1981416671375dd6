import type { Matching } from "./accuracy.js";
import { fraction, singleMetric } from "./metric.js";

/**
 * Accuracy by the thesis' simple approach: cluster k takes the label of the validation example that maximises
 * q(c_k | x), and every example is held against the label of its cluster. Several clusters may take one label.
 *
 * Source: J. Arias Figueroa, Deep Generative Models for Clustering (2018), evaluation.
 *
 * @param options.labels class of each of the n examples, negative where unknown
 * @param options.clusters cluster of each example
 * @param options.probabilities q(c | x) of each example, `n × K`
 * @param options.K number of clusters
 * @param options.validation which examples may name a cluster; unlabelled ones are passed over, the first of equals counts
 * @returns the share of all labelled examples that are right, in [0, 1], and the label of each cluster
 * @throws RangeError where no example, or no validation example, is labelled.
 */
export function simpleAccuracy(options: {
  labels: ArrayLike<number>;
  clusters: ArrayLike<number>;
  probabilities: ArrayLike<number>;
  K: number;
  validation: ArrayLike<number>;
}): Matching {
  const { labels, clusters, probabilities, K, validation } = options;
  const assignment = new Array<number>(K).fill(-1);
  const highest = new Float64Array(K).fill(-Infinity);
  for (let v = 0; v < validation.length; v++) {
    const i = validation[v]!;
    if (labels[i]! < 0) continue;
    for (let k = 0; k < K; k++) {
      const probability = probabilities[i * K + k]!;
      if (probability > highest[k]!) {
        highest[k] = probability;
        assignment[k] = labels[i]!;
      }
    }
  }
  if (assignment.includes(-1)) throw new RangeError("no validation example is labelled");
  let right = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! < 0) continue;
    total++;
    if (assignment[clusters[i]!] === labels[i]) right++;
  }
  return { accuracy: right / total, assignment };
}

/**
 * Accuracy by the simple approach, the clusters named by the validation split, or by all examples if that split has no
 * label. Null without labels or probabilities.
 */
export const accuracySimple = singleMetric(
  { name: "accuracySimple", title: "ACC, simple approach", unit: fraction, better: "high" },
  ({ labels, clusters, K, table, probabilities, splits, settings }) => {
    if (!table || !probabilities) return null;
    const inSplit = splits[settings.validationSplit].filter((row) => labels[row]! >= 0);
    // Unlabelled examples are passed over.
    const validation = inSplit.length > 0 ? inSplit : Uint32Array.from(labels.keys());
    return simpleAccuracy({ labels, clusters, probabilities, K, validation }).accuracy;
  },
  { headline: false },
);
