/** Self-training on the model's own sharpened assignments, as a term of any objective with q(c | x). */
import { constant, tf } from "@gumbel/engine";
import { z } from "zod";

/** Stands for 0 where a logarithm or a quotient of it is taken. */
const least = 1e-30;

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
  const targets = constant(() => sharpenedRows(tf.softmax(own()), options.power));
  const divergence = tf.sum(tf.mul(targets, tf.sub(logOf(targets), tf.logSoftmax(logits))));
  return [tf.div(divergence, logits.shape[0]), options.weight * share];
}

/** `sharpened` of a batch, without leaving the step. */
function sharpenedRows(probabilities: tf.Tensor2D, power: number): tf.Tensor2D {
  const frequencies = tf.maximum(tf.sum(probabilities, 0), least);
  const shares = tf.pow(tf.div(probabilities, tf.sqrt(frequencies)), power);
  return tf.div(shares, tf.sum(shares, 1, true));
}

/** log t, and a large negative number of 0, so that 0 log 0 is 0. */
const logOf = (targets: tf.Tensor2D): tf.Tensor2D => tf.log(tf.maximum(targets, least));
