/** Cluster centres that k-means finds in a latent space. */
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { fitKMeans, type KMeansOptions, relativeDistances } from "../clustering/kmeans.js";

/** K centres as parameters of a model that no optimizer moves. */
export class Centroids {
  readonly #parameter: Parameter<tf.Tensor2D>;

  constructor(parameters: Parameters, clusters: number, size: number) {
    const zeros = new Float32Array(clusters * size);
    this.#parameter = parameters.create("centroids", [clusters, size], zeros, { trainable: false });
  }

  /** μ, [K, size] */
  get value(): tf.Tensor2D {
    return this.#parameter.value;
  }

  /** Sets the centres. @param centroids K × size */
  set(centroids: Float32Array): void {
    tf.tidy(() => this.#parameter.assign(tf.tensor(centroids, this.#parameter.shape)));
  }

  /**
   * Sets the centres by k-means.
   *
   * @param points [n, size]
   * @returns the cluster of each point
   */
  fit(points: tf.Tensor2D, settings: KMeansOptions, random: (restart: number) => RandomStream): Int32Array {
    const { centroids, assignment } = fitKMeans(points, settings, random);
    this.set(centroids);
    return assignment;
  }

  /** The nearest centre of each point, int32. @param points [batch, size] @returns [batch] */
  nearest(points: tf.Tensor2D): tf.Tensor1D {
    return tf.argMin(relativeDistances(points, this.value), 1);
  }

  /** The centre of each row's cluster. @param c [batch, K], rows one-hot @returns [batch, size] */
  of(c: tf.Tensor2D): tf.Tensor2D {
    return tf.matMul(c, this.value);
  }
}
