import { percent, singleMetric } from "./metric.js";

/**
 * Share of the labelled test examples whose cluster is not their class, in percent, for a system that was trained on
 * labels, so that its clusters are classes. Null for other systems, and if no test example is labelled.
 */
export const testError = singleMetric(
  {
    name: "testError",
    title: "test error",
    words: "test examples that get another class than theirs",
    unit: percent,
    range: [0, 100],
    better: "low",
  },
  ({ labels, clusters, splits, settings }) => {
    if (!settings.trainedOnLabels) return null;
    const rows = splits.test.filter((row) => labels[row]! >= 0);
    if (rows.length === 0) return null;
    return (100 * rows.filter((row) => clusters[row] !== labels[row]).length) / rows.length;
  },
  { headline: true },
);
