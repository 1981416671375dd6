/** Sums over all examples, some rows at a time: a whole data set is never copied. */
import { matrixRows, tf } from "@gumbel/engine";

/** Rows of a chunk. */
const chunkRows = 4096;

/** Calls `use` with chunks of rows, each in a tidy scope. @param points [n, d] */
export function forEachChunk(points: tf.Tensor2D, use: (chunk: tf.Tensor2D, from: number) => void): void {
  const [n] = points.shape;
  for (let from = 0; from < n; from += chunkRows) {
    tf.tidy(() => use(matrixRows(points, from, Math.min(chunkRows, n - from)), from));
  }
}

/** Adds a tensor's values to `sums`. */
export function addTo(sums: Float64Array, tensor: tf.Tensor): void {
  const values = tensor.dataSync();
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + values[i]!;
}
