import { tf } from "@gumbel/engine";
import { relativeDistances } from "./kmeans.js";

/** Points whose distances to all references are held at a time. */
const blockRows = 2000;

/**
 * Row of the reference that lies nearest to each point, [n].
 *
 * @param points [n, d]
 * @param references [references, d]
 */
export function nearestReference(points: tf.Tensor2D, references: tf.Tensor2D): Int32Array {
  const [n, d] = points.shape;
  const nearest = new Int32Array(n);
  for (let from = 0; from < n; from += blockRows) {
    const part = tf.tidy(() => {
      const block = tf.slice(points, [from, 0], [Math.min(blockRows, n - from), d]);
      return tf.argMin(relativeDistances(block, references), 1);
    });
    nearest.set(part.dataSync<"int32">(), from);
    part.dispose();
  }
  return nearest;
}
