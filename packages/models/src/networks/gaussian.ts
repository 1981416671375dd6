import { bernoulliLoss, gaussianSample, squaredError, tf } from "@gumbel/engine";
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
  return gaussianSample(mean, logVariance, normal);
}

/** The option of the decoder's distribution. */
export const likelihoodOption = z
  .enum(["auto", "bernoulli", "gaussian"])
  .default("auto")
  .describe("-log p(x | z): cross-entropy or squared error; auto takes the first for inputs in [0, 1].");

/** -log p(x | z) in nats, of a decoder without activation at its end, up to a constant. */
export interface Likelihood {
  /** The mean over the batch. Both [batch, d]. */
  loss(decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar;
  /** Of each example, [batch]. Both [batch, d]. */
  losses(decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D;
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
    ? {
        loss: bernoulliLoss,
        // -x log σ(h) - (1 - x) log(1 - σ(h)) = log(1 + exp h) - h x
        losses: (h, x) => tf.sum(tf.sub(tf.softplus(h), tf.mul(h, x)), 1),
        mean: (decoded) => tf.sigmoid(decoded),
      }
    : {
        loss: squaredError,
        losses: (decoded, x) => tf.sum(tf.squaredDifference(decoded, x), 1),
        mean: (decoded) => tf.clone(decoded),
      };
}

/**
 * KL(N(mean, exp(logVariance)) ‖ N(priorMean, exp(priorLogVariance))) of each row, summed over the last axis:
 * ½ Σ (log σ_p² - log σ² + (σ² + (μ - μ_p)²) / σ_p² - 1). Shapes as they broadcast.
 */
export function gaussianDivergence<T extends tf.Tensor>(
  mean: tf.Tensor,
  logVariance: tf.Tensor,
  priorMean: tf.Tensor,
  priorLogVariance: tf.Tensor,
): T {
  const spread = tf.add(tf.exp(logVariance), tf.squaredDifference(mean, priorMean));
  const relative = tf.mul(spread, tf.exp(tf.neg(priorLogVariance)));
  const inner = tf.sub(tf.add(tf.sub(priorLogVariance, logVariance), relative), 1);
  return tf.mul<T>(tf.sum(inner, -1), 0.5);
}
