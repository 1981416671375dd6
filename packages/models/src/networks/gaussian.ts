import { bernoulliLoss, squaredError, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import type { DataDescription } from "../system.js";

/** z = μ + σ ε with ε ~ N(0, I), one sample (Kingma and Welling 2014). Mean and log σ² are [batch, size]. */
export function sampleGaussian(
  mean: tf.Tensor2D,
  logVariance: tf.Tensor2D,
  random: RandomStream,
): tf.Tensor2D {
  const normal = tf.tensor2d(random.fill("normal", mean.size), mean.shape);
  return tf.add<tf.Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), normal));
}

/** The option that says what a decoder's output means. */
export const likelihoodOption = z
  .enum(["auto", "bernoulli", "gaussian"])
  .default("auto")
  .describe("-log p(x | z): cross-entropy or squared error; auto takes the first for inputs in [0, 1].");

/** -log p(x | z) of a decoder without activation at its end, up to a constant. */
export interface Likelihood {
  /** The mean over the batch, in nats. Both [batch, d]. */
  loss(decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar;
  /** E[x | z], [batch, d] */
  mean(decoded: tf.Tensor2D): tf.Tensor2D;
}

/** Cross-entropy of a sigmoid, or ‖x - x̃‖². */
export function likelihoodOf(
  option: z.output<typeof likelihoodOption>,
  { range }: DataDescription,
): Likelihood {
  const bernoulli = option === "auto" ? range === "unit" : option === "bernoulli";
  return bernoulli
    ? { loss: bernoulliLoss, mean: (decoded) => tf.sigmoid(decoded) }
    : { loss: squaredError, mean: (decoded) => tf.clone(decoded) };
}
