import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import { relativeDistances } from "../clustering/kmeans.js";

/** Points with a cluster each, as parameters that no optimizer moves; any other point has that of its nearest one. */
export class ClusteredReferences {
  readonly #points: Parameter<tf.Tensor2D>;
  readonly #clusters: Parameter<tf.Tensor1D>;

  constructor(parameters: Parameters, count: number, size: number) {
    const fixed = { trainable: false };
    this.#points = parameters.create("references", [count, size], new Float32Array(count * size), fixed);
    this.#clusters = parameters.create("referenceClusters", [count], new Float32Array(count), fixed);
  }

  /** @param points [count, size] @param clusters of each */
  set(points: tf.Tensor2D, clusters: Int32Array): void {
    this.#points.assign(points);
    tf.tidy(() => this.#clusters.assign(tf.tensor1d(Float32Array.from(clusters))));
  }

  /** @param points [batch, size] @returns [batch], int32 */
  clusterOf(points: tf.Tensor2D): tf.Tensor1D {
    const nearest: tf.Tensor1D = tf.argMin(relativeDistances(points, this.#points.value), 1);
    return tf.cast(tf.gather(this.#clusters.value, nearest), "int32");
  }
}
