import { percent, singleMetric } from "./metric.js";
import { errorOf } from "./testError.js";

/**
 * Share of the training examples whose label training did not see and whose cluster is not their class, in percent, for a
 * system that was trained on labels. Null for other systems, and if training saw the label of every example that has one.
 */
export const unlabelledError = singleMetric(
  {
    name: "unlabelledError",
    title: "error, unlabelled",
    words: "training examples without a label in training that get another class than theirs",
    unit: percent,
    range: [0, 100],
    better: "low",
  },
  (run) => {
    if (!run.settings.trainedOnLabels) return null;
    const seen = new Set(run.labelled);
    return errorOf(
      run,
      run.splits.train.filter((row) => !seen.has(row)),
    );
  },
  { headline: true },
);
