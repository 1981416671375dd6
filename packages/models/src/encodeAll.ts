/** Encodings of all training examples, batch by batch. */
import { tf } from "@gumbel/engine";
import type { TrainingData } from "./system.js";

/** Examples of a batch. The activations of a convolution, or distances to ten thousand references, take hundreds of MB for more. */
const batchSize = 250;

/**
 * The encoding of every training example, [n, size]. The caller disposes of it.
 *
 * @param encode [batch, d] → [batch, size]
 */
export function encodeAll(
  training: Pick<TrainingData, "n" | "d" | "rows">,
  size: number,
  encode: (x: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  const encoded = new Float32Array(training.n * size);
  for (let from = 0; from < training.n; from += batchSize) {
    const count = Math.min(batchSize, training.n - from);
    const rows = Uint32Array.from({ length: count }, (_, i) => from + i);
    const part = tf.tidy(() => encode(tf.tensor2d(training.rows(rows), [count, training.d])));
    encoded.set(part.dataSync(), from * size);
    part.dispose();
  }
  return tf.tensor2d(encoded, [training.n, size]);
}

/** The chosen rows of the training data, as training data. */
export const chosenRows = (all: TrainingData, chosen: Uint32Array): TrainingData => ({
  n: chosen.length,
  d: all.d,
  rows: (rows) => all.rows(Uint32Array.from(rows, (row) => chosen[row]!)),
  all: () => all.rows(chosen),
});
