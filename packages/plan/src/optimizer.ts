import { type Pipeline, parseWith, type TrainPlan, trainPlanSchema } from "@gumbel/config";
import type { Schedule } from "@gumbel/models";

/** The optimizer with all of its constants: the pipeline's, or the system's. */
export function optimizerOf(
  { optimizer, learningRate }: Pick<Pipeline["train"], "optimizer" | "learningRate">,
  { optimizer: own }: Schedule,
): TrainPlan["optimizer"] {
  const chosen = typeof optimizer === "string" ? { name: optimizer } : (optimizer ?? own);
  return parseWith(
    trainPlanSchema.shape.optimizer,
    { ...chosen, learningRate: learningRate ?? own.learningRate },
    "train.optimizer in pipeline.json",
  );
}
