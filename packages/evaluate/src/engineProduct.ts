import { startEngine, tf } from "@gumbel/engine";
import type { MatrixProduct } from "@gumbel/metrics";

/** A matrix product on the tensor engine; undefined where the engine is plain JavaScript too, and slower than ours. */
export async function engineProduct(): Promise<MatrixProduct | undefined> {
  const { name } = await startEngine();
  if (name === "cpu") return undefined;
  return (a, b, d) => {
    const product = tf.tidy(() => {
      const rows = tf.tensor2d(a, [a.length / d, d]);
      // The wasm engine is ten times as fast on a matrix transposed beforehand as on one it is to transpose itself.
      const columns = tf.transpose(tf.tensor2d(b, [b.length / d, d]));
      return tf.matMul(rows, columns);
    });
    // Read outside of tidy, which would walk through a returned array value by value.
    const values = product.dataSync<"float32">();
    product.dispose();
    return values;
  };
}
