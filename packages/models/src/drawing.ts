/** Generated examples, cluster by cluster. */
import { oneHot, tf } from "@gumbel/engine";
import type { Model } from "./model.js";

/**
 * Examples that the model generates: a row per cluster, with the same noise in each; a single row if the generator knows
 * no clusters.
 *
 * @param noise columns × generator.noise, standard normal
 * @param columns examples per cluster
 * @returns [rows · columns, d], row after row
 * @throws Error if the model has no generator
 */
export function drawRows(model: Model, noise: Float32Array, columns: number): tf.Tensor2D {
  const { clusters, decoder } = model;
  const { generator } = decoder;
  if (!generator) throw new Error("the model has no generator");
  const rows = generator.conditional ? clusters : 1;
  return tf.tidy(() => {
    const cluster = Int32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns));
    const c = oneHot(tf.tensor1d(cluster, "int32"), clusters);
    const z: tf.Tensor2D = tf.tile(tf.tensor2d(noise, [columns, generator.noise]), [rows, 1]);
    return generator.generate(z, c);
  });
}
