import * as tf from "@tensorflow/tfjs-core";

/**
 * Finds, for rows of other matrices, the rows of `b` (n × d) with the largest dot products, on the running engine. The
 * caller disposes of the search.
 *
 * @param d length of a row
 */
export function searchProducts(b: Float32Array, d: number) {
  // The wasm engine is ten times as fast on a matrix transposed beforehand as on one it is to transpose itself.
  const columns = tf.tidy(() => tf.transpose(tf.tensor2d(b, [b.length / d, d])));
  return {
    /**
     * @param a m × d
     * @param count 1 … n
     * @returns m × count products, largest first, and which rows of `b` they are with
     */
    largest(a: Float32Array, count: number): { products: Float32Array; rows: Int32Array } {
      const found = tf.tidy(() => {
        const { values, indices } = tf.topk(tf.matMul(tf.tensor2d(a, [a.length / d, d]), columns), count);
        return { values, indices };
      });
      // Read outside of tidy, which would walk through a returned array value by value.
      const products = found.values.dataSync<"float32">();
      const rows = found.indices.dataSync<"int32">();
      tf.dispose(found);
      return { products, rows };
    },
    dispose: () => columns.dispose(),
  };
}
