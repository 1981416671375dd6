import * as tf from "@tensorflow/tfjs-core";

/**
 * `tf.oneHot` as float32. A depth of 1, which `tf.oneHot` rejects, is allowed: there may be one cluster or one labelled example.
 *
 * @param indices of any shape, 0 … depth - 1
 * @returns the same shape with one more axis of `depth`, 1 at the index and 0 elsewhere
 */
export function oneHot<R extends tf.Rank = tf.Rank.R2>(indices: tf.Tensor, depth: number): tf.Tensor<R> {
  if (depth === 1) return tf.ones<R>([...indices.shape, 1] as tf.ShapeMap[R]);
  return tf.cast(tf.oneHot(indices, depth), "float32") as tf.Tensor<R>;
}
