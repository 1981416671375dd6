import { bernoulliLoss, bernoulliLosses, constant, gaussianSample, squaredError, tf } from "@gumbel/engine";
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
  .enum(["auto", "bernoulli", "gaussian", "calibrated"])
  .default("auto")
  .describe(
    "-log p(x | z): cross-entropy or squared error; auto takes the first for inputs in [0, 1]. calibrated: a Gaussian whose variance is the batch's mean squared error (Rybkin et al. 2021, ours).",
  );

/** -log p(x | z) in nats, of a decoder without activation at its end, up to a constant. */
export interface Likelihood {
  /** The mean over the batch. Both [batch, d]. */
  loss(decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar;
  /** Of each example, [batch]. Both [batch, d]. */
  losses(decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D;
  /** E[x | z], [batch, d] */
  mean(decoded: tf.Tensor2D): tf.Tensor2D;
}

const gaussian: Likelihood = {
  loss: squaredError,
  losses: (decoded, x) => tf.sum(tf.squaredDifference(decoded, x), 1),
  mean: (decoded) => tf.clone(decoded),
};

/** The least variance of a calibrated Gaussian: with less, a network learns few examples by heart. */
const leastVariance = 0.01;

/**
 * ‖x - x̃‖² / 2σ² + (d/2) log σ², with the σ² that is the most likely on the batch. Its gradient is that of a fixed σ² of the same
 * value. Rybkin, Daniilidis, Levine 2021, Simple and Effective VAE Training with Calibrated Decoders, ICML.
 */
function calibratedLosses(decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D {
  const squares: tf.Tensor1D = tf.sum(tf.squaredDifference(decoded, x), 1);
  const d = x.shape[1];
  const variance = constant(() => tf.maximum(tf.div(tf.mean(squares), d), leastVariance));
  return tf.add(tf.div(squares, tf.mul(variance, 2)), tf.mul(tf.log(variance), d / 2));
}

const calibrated: Likelihood = {
  ...gaussian,
  loss: (decoded, x) => tf.mean(calibratedLosses(decoded, x)),
  losses: calibratedLosses,
};

const bernoulli: Likelihood = {
  loss: bernoulliLoss,
  losses: bernoulliLosses,
  mean: (decoded) => tf.sigmoid(decoded),
};

/** Cross-entropy of a sigmoid, ‖x - x̃‖², or that of a calibrated Gaussian. */
export function likelihoodOf(
  option: z.output<typeof likelihoodOption>,
  { range }: DataDescription,
): Likelihood {
  if (option === "auto") return range === "unit" ? bernoulli : gaussian;
  return { bernoulli, gaussian, calibrated }[option];
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
