/** What pipeline.json sets and the system has no use for: a person who set it may expect otherwise. */
import type { Pipeline } from "@gumbel/config";
import type { System } from "@gumbel/models";

const ofGradients = ["epochs", "batchSize", "learningRate", "optimizer"] as const;

/** A sentence for each part of the settings that has no effect. */
export function unusedSettings(
  model: string,
  { training }: Pick<System, "training">,
  { labels, train }: Pick<Pipeline, "labels" | "train">,
): string[] {
  const idle = training.epochs > 0 ? [] : ofGradients.filter((field) => train[field] !== null);
  return [
    ...(labels && !training.labelledPerBatch
      ? [`${model} does not learn from labels: those of the field labels have no part in its training`]
      : []),
    ...(idle.length > 0
      ? [
          `${model} takes no gradient steps: ${idle.map((field) => `train.${field}`).join(", ")} ${idle.length === 1 ? "has" : "have"} no effect`,
        ]
      : []),
  ];
}
