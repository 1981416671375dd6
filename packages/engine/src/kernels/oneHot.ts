import * as tf from "@tensorflow/tfjs-core";

/**
 * `tf.oneHot` as float32, and for a depth of 1 as well, which that refuses: one cluster, or one labelled example, is no mistake.
 *
 * @param indices of any shape, 0 … depth - 1
 * @returns the same shape with one more axis of `depth`, 1 at the index and 0 elsewhere
 */
export function oneHot<R extends tf.Rank = tf.Rank.R2>(indices: tf.Tensor, depth: number): tf.Tensor<R> {
  if (depth === 1) return tf.ones<R>([...indices.shape, 1] as tf.ShapeMap[R]);
  return tf.cast(tf.oneHot(indices, depth), "float32") as tf.Tensor<R>;
}
