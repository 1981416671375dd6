import { type EvaluatedRun, percent, singleMetric } from "./metric.js";

/** Share of those of the rows that have a class whose cluster is not their class, in percent; null if none has one. */
export function errorOf({ labels, clusters }: EvaluatedRun, rows: Uint32Array): number | null {
  const known = rows.filter((row) => labels[row]! >= 0);
  if (known.length === 0) return null;
  return (100 * known.filter((row) => clusters[row] !== labels[row]).length) / known.length;
}

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
  (run) => (run.settings.trainedOnLabels ? errorOf(run, run.splits.test) : null),
  { headline: true },
);
