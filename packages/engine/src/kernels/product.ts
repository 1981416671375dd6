import * as tf from "@tensorflow/tfjs-core";

/** Products in a group. Ranking costs least near sqrt(n / count), which is about this for the searches made here. */
const groupSize = 64;

/**
 * Finds, for rows of other matrices, the rows of `b` (n × d) with the largest dot products, on the running engine. The
 * caller disposes of the search.
 *
 * Ranking all n products costs more than computing them, so they are grouped: the `count` largest products are in the
 * `count` groups with the largest maxima, and only those groups are ranked.
 *
 * @param d length of a row
 */
export function searchProducts(b: Float32Array, d: number) {
  const n = b.length / d;
  const groups = Math.floor(n / groupSize);
  const grouped = groups * groupSize;
  // The wasm engine multiplies ten times as fast if the matrix is transposed beforehand.
  const columnsOf = (rows: Float32Array) =>
    tf.tidy(() => tf.transpose(tf.tensor2d(rows, [rows.length / d, d])));
  // Two matrices, because slicing one product would copy it.
  const columns = columnsOf(b.subarray(0, grouped * d));
  const rest = columnsOf(b.subarray(grouped * d));
  return {
    /**
     * @param a m × d
     * @param count 1 … n
     * @returns m × count products, largest first, and their rows in `b`
     */
    largest(a: Float32Array, count: number): { products: Float32Array; rows: Int32Array } {
      const m = a.length / d;
      const found = tf.tidy((): tf.Tensor[] => {
        const rows = tf.tensor2d(a, [m, d]);
        const products = tf.matMul(rows, columns);
        const left = tf.matMul(rows, rest);
        if (groups <= count) return topk(tf.concat([products, left], 1), count);
        const byGroup = tf.reshape(products, [m * groups, groupSize]);
        const [, chosen] = topk(tf.reshape(tf.max(byGroup, 1), [m, groups]), count);
        const starts = tf.mul(tf.range(0, m, 1, "int32"), tf.scalar(groups, "int32"));
        const positions = tf.reshape(tf.add(chosen, tf.reshape(starts, [m, 1])), [m * count]) as tf.Tensor1D;
        const members = tf.reshape(tf.gather(byGroup, positions), [m, count * groupSize]);
        return [...topk(tf.concat([members, left], 1), count), chosen];
      });
      // Read outside of tidy, which would walk through a returned array value by value.
      const [products, rows, chosen] = found.map((tensor) => tensor.dataSync()) as [
        Float32Array,
        Int32Array,
        Int32Array?,
      ];
      tf.dispose(found);
      if (!chosen) return { products, rows };
      for (let i = 0; i < rows.length; i++) {
        const group = Math.floor(rows[i]! / groupSize);
        const within = rows[i]! % groupSize;
        rows[i] =
          group < count
            ? chosen[i - (i % count) + group]! * groupSize + within
            : rows[i]! + grouped - count * groupSize;
      }
      return { products, rows };
    },
    dispose: () => tf.dispose([columns, rest]),
  };
}

/** `searchProducts` if an engine runs that is faster than plain JavaScript, else undefined. */
export function engineSearch(): typeof searchProducts | undefined {
  const backend = tf.getBackend();
  return backend && backend !== "cpu" ? searchProducts : undefined;
}

function topk(values: tf.Tensor, count: number): [tf.Tensor, tf.Tensor] {
  const found = tf.topk(values, count);
  return [found.values, found.indices];
}
