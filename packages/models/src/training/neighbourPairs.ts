/** The margin loss of pairs, and pairs of neighbours (Hadsell, Chopra and LeCun 2006, DrLIM). */
import { sub, sumRows, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";

/** ‖a - b‖² of each pair of rows, [n]: the loss of neighbours. */
export const attraction = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D => sumRows(tf.square(sub(a, b)));

/** max(0, margin - ‖a - b‖)² of each pair of rows, [n]: the loss of others. */
export function repulsion(a: tf.Tensor2D, b: tf.Tensor2D, margin: number): tf.Tensor1D {
  // A root has no finite slope at 0.
  const distance = tf.sqrt(tf.add(attraction(a, b), 1e-12));
  return tf.square(tf.relu(tf.sub(margin, distance)));
}

/**
 * A neighbour of each row, drawn at random among its nearest.
 *
 * @param nearest rows of the neighbours, n × count
 */
export function drawNeighbours(
  rows: Uint32Array,
  nearest: Float32Array,
  count: number,
  random: RandomStream,
): Uint32Array {
  return rows.map((row) => nearest[row * count + random.int(count)]!);
}
