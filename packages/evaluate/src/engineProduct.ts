import { startEngine, tf } from "@gumbel/engine";
import type { MatrixProduct } from "@gumbel/metrics";

/** A matrix product on the tensor engine; undefined where the engine is plain JavaScript too, and slower than ours. */
export async function engineProduct(): Promise<MatrixProduct | undefined> {
  const { name } = await startEngine();
  if (name === "cpu") return undefined;
  // The wasm engine is ten times as fast on a matrix transposed beforehand as on one it is to transpose itself.
  return (a, b, d) =>
    tf.tidy(() => {
      const rows = tf.tensor2d(a, [a.length / d, d]);
      const columns = tf.transpose(tf.tensor2d(b, [b.length / d, d]));
      return tf.matMul(rows, columns).dataSync<"float32">();
    });
}
