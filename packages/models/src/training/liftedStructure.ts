/** The lifted structured loss: examples of one class together, each pair against all others of the batch. */
import { add, constant, matMul, mul, sub, tf } from "@gumbel/engine";

/** Taken from the exponent of an example of the same class, which leaves nothing of it. */
const excluded = 1e9;

/**
 * Σ max(0, J_ij)² / 2P over the P pairs i < j of one class, with J_ij = D_ij + log(Σ_k exp(m - D_ik) + Σ_l exp(m - D_jl)), k and
 * l the examples of other classes; 0 if there is no pair or no other class. Oh Song, Xiang, Jegelka, Savarese 2016, Deep Metric
 * Learning via Lifted Structured Feature Embedding, CVPR, equation 4, as in TensorFlow 1's contrib.
 *
 * @param distances D, [N, N]
 * @param classes one-hot rows, [N, K]
 * @param margin m
 */
export function liftedStructureLoss(distances: tf.Tensor2D, classes: tf.Tensor2D, margin: number): tf.Scalar {
  const same = constant(() => matMul(classes, classes, false, true));
  const pairs = constant(() => sub(same, tf.eye(same.shape[0])));
  const others = tf.logSumExp(sub(tf.sub(margin, distances), mul(same, excluded)), 1, true);
  // log(e^a + e^b) = a + softplus(b - a), which no exponent is too large or too small for.
  const ofBoth = add(others, tf.softplus(sub(tf.transpose(others), others)));
  const costs = tf.square(tf.relu(add(distances, ofBoth)));
  // Every pair is counted twice, above the line and below it.
  return tf.div(tf.sum(mul(costs, pairs)), tf.mul(tf.maximum(tf.sum(pairs), 1), 2));
}
