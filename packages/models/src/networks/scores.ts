import { tf } from "@gumbel/engine";

/**
 * The encoding of a system with a score for each cluster: the highest names the cluster, and their softmax is q(c | x).
 *
 * @param scores [batch, K]
 * @param feature [batch, F]
 */
export const byScores = (scores: tf.Tensor2D, feature: tf.Tensor2D) => ({
  cluster: tf.argMax<tf.Tensor1D>(scores, 1),
  feature,
  probabilities: tf.softmax(scores),
});
