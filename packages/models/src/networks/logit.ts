/** Turns a decoder of the scaled input into one of Bernoulli logits. */
import { type Parameter, tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import type { TrainingData } from "../system.js";

/**
 * Replaces a decoder's last layer so that its output, which was the scaled input, becomes the logits of the input: those
 * of the logistic curve of the old output with the least cross-entropy.
 *
 * @param last weight and bias of that layer
 * @param scale of the input
 * @param decode the reconstruction of the scaled input, [batch, d] → [batch, d]
 */
export function refitAsLogits(
  last: readonly Parameter[],
  scale: Parameter<tf.Scalar>,
  all: TrainingData,
  decode: (x: tf.Tensor2D) => tf.Tensor2D,
): void {
  const rows = evenlySpaced(all.n, 2000);
  const values = all.rows(rows);
  const predictions = tf.tidy(() => tf.div(decode(tf.tensor2d(values, [rows.length, all.d])), scale.value));
  const { slope, offset } = fitLogit(predictions.dataSync<"float32">(), values);
  predictions.dispose();
  for (const parameter of last) {
    tf.tidy(() => {
      const steeper = tf.mul(tf.div(parameter.value, scale.value), slope);
      parameter.assign(parameter.name.endsWith("/bias") ? tf.add(steeper, offset) : steeper);
    });
  }
}

/**
 * The logistic curve x ≈ σ(slope · p + offset) that best turns predictions p of targets x in [0, 1] into probabilities:
 * the least cross-entropy, by Newton's method (Platt 1999).
 *
 * The slope is kept within [1, 20]: predictions that separate 0 from 1 without error would have it infinite.
 */
export function fitLogit(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
): { slope: number; offset: number } {
  // The curve through (½, ½) with the slope of the identity.
  let fit = { slope: 4, offset: -2 };
  let loss = crossEntropy(predictions, targets, fit);
  for (let iteration = 0; iteration < 30; iteration++) {
    let [gradient0, gradient1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let i = 0; i < predictions.length; i++) {
      const p = predictions[i]!;
      const probability = 1 / (1 + Math.exp(-(fit.slope * p + fit.offset)));
      const error = probability - targets[i]!;
      const curvature = probability * (1 - probability);
      gradient0 += error * p;
      gradient1 += error;
      h00 += curvature * p * p;
      h01 += curvature * p;
      h11 += curvature;
    }
    const determinant = h00 * h11 - h01 * h01;
    // All predictions alike: nothing to learn a slope from.
    if (!(determinant > 1e-12 * h00 * h11)) break;
    const step0 = (h11 * gradient0 - h01 * gradient1) / determinant;
    const step1 = (h00 * gradient1 - h01 * gradient0) / determinant;
    let size = 1;
    let next = fit;
    let nextLoss = loss;
    for (; size > 1e-4; size /= 2) {
      next = {
        slope: Math.min(20, Math.max(1, fit.slope - size * step0)),
        offset: fit.offset - size * step1,
      };
      nextLoss = crossEntropy(predictions, targets, next);
      if (nextLoss < loss) break;
    }
    if (!(nextLoss < loss)) break;
    const gain = loss - nextLoss;
    fit = next;
    loss = nextLoss;
    if (gain < 1e-9) break;
  }
  return fit;
}

/** Mean cross-entropy, in nats. */
function crossEntropy(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  { slope, offset }: { slope: number; offset: number },
): number {
  let sum = 0;
  for (let i = 0; i < predictions.length; i++) {
    const h = slope * predictions[i]! + offset;
    sum += Math.max(h, 0) - h * targets[i]! + Math.log1p(Math.exp(-Math.abs(h)));
  }
  return sum / predictions.length;
}
