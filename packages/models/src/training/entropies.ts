/** Entropies of a classifier, in nats. Logits are [batch, K]. */
import { mul, tf } from "@gumbel/engine";

/** The mean over the batch of H[p(y | x)] = -Σ_k p_k log p_k, in [0, log K]: how unsure it is of an example. */
export function meanEntropy(logits: tf.Tensor2D): tf.Scalar {
  const terms = mul(tf.softmax(logits), tf.logSoftmax(logits));
  return tf.neg(tf.mean(tf.sum(terms, 1)));
}

/** H[mean p(y | x)], in [0, log K]: how evenly it takes the classes. */
export function marginalEntropy(logits: tf.Tensor2D): tf.Scalar {
  const share = tf.mean(tf.softmax(logits), 0);
  return tf.neg(tf.sum(mul(share, tf.log(tf.add(share, 1e-8)))));
}
