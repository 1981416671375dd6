/** Self-training on the model's own sharpened assignments, as a term of any objective with q(c | x). */
import { tf } from "@gumbel/engine";
import { z } from "zod";
import { meanKl, sharpened } from "./targets.js";

const schema = z.strictObject({
  weight: z.number().positive().default(10).describe("In nats of L."),
  power: z.number().positive().default(2).describe("2 is DEC's target."),
});

/** The option as pipeline.json has it. */
export const selfTrainingOption = schema
  .nullable()
  .default(null)
  .describe(
    "Draws q(c | x) to its own sharpened values, as DEC does; with `augmentation`, q of the warped copy to those of the image (ours); null as published.",
  );

/**
 * KL(t ‖ q(c | x′)), t_k ∝ (q(k | x) / √(Σ_batch q(k | x)))^power, with its weight. No gradient goes through t.
 *
 * @param own logits of q(c | x), [batch, K]
 * @param logits of q(c | x′), x′ the input that the network is trained on, [batch, K]
 * @param share of the weight that counts in this step, in [0, 1]
 * @returns undefined without options
 */
export function selfTrainingTerm(
  options: z.output<typeof schema> | null,
  own: () => tf.Tensor2D,
  logits: tf.Tensor2D,
  share: number,
): [tf.Scalar, number] | undefined {
  if (!options) return undefined;
  const probabilities = tf.softmax(own()).dataSync<"float32">();
  const targets = sharpened(probabilities, logits.shape[1], options.power);
  return [meanKl(targets, logits), options.weight * share];
}
