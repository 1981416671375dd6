import type { Matching } from "./accuracy.js";
import { fraction, singleMetric } from "./metric.js";

/**
 * Accuracy by the simple approach of the thesis: cluster k gets the label of the validation example that maximises
 * q(c_k | x), and each example is compared with the label of its cluster. Several clusters may get the same label.
 *
 * Source: J. Arias Figueroa, Deep Generative Models for Clustering (2018), evaluation.
 *
 * @param options.labels class of each of the n examples, negative if unknown
 * @param options.clusters cluster of each example
 * @param options.probabilities q(c | x) of each example, `n × K`
 * @param options.K number of clusters
 * @param options.validation rows of the validation examples; unlabelled ones are ignored, the first of equals counts
 * @returns the share of correct labelled examples, in [0, 1], and the label of each cluster
 * @throws RangeError if no validation example is labelled.
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
  let correct = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! < 0) continue;
    total++;
    if (assignment[clusters[i]!] === labels[i]) correct++;
  }
  return { accuracy: correct / total, assignment };
}

/**
 * Accuracy by the simple approach, with the labels of the validation split, or of all examples if that split has none.
 * Null without labels or probabilities.
 */
export const accuracySimple = singleMetric(
  {
    name: "accuracySimple",
    title: "ACC, simple approach",
    words: "share of the examples, each cluster given the class of its most certain example",
    unit: fraction,
    range: [0, 1],
    better: "high",
  },
  ({ labels, clusters, K, table, probabilities, splits, settings }) => {
    if (!table || !probabilities) return null;
    const inSplit = splits[settings.validationSplit].filter((row) => labels[row]! >= 0);
    const validation = inSplit.length > 0 ? inSplit : Uint32Array.from(labels.keys());
    return simpleAccuracy({ labels, clusters, probabilities, K, validation }).accuracy;
  },
  { headline: false },
);
