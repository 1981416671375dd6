/** Cluster centres that k-means finds in a latent space. */
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { entered, frameOfRows } from "../clustering/frame.js";
import { fitKMeans, type KMeansOptions, relativeDistances, squaredDistances } from "../clustering/kmeans.js";
import { InputFrame } from "../networks/inputFrame.js";

/** K centres as parameters of a model that no optimizer moves. */
export class Centroids {
  readonly #frame: InputFrame;
  /** In the frame. */
  readonly #parameter: Parameter<tf.Tensor2D>;

  constructor(parameters: Parameters, clusters: number, size: number) {
    const zeros = new Float32Array(clusters * size);
    this.#frame = new InputFrame(parameters, "centroids", size);
    this.#parameter = parameters.create("centroids", [clusters, size], zeros, { trainable: false });
  }

  /** μ, [K, size] */
  get value(): tf.Tensor2D {
    return this.#frame.leave(this.#parameter.value);
  }

  /** Sets the centres. @param centroids K × size */
  set(centroids: Float64Array): void {
    const frame = frameOfRows(centroids, this.#parameter.shape[1]!);
    this.#frame.set(frame);
    const values = Float32Array.from(entered(centroids, frame));
    tf.tidy(() => this.#parameter.assign(tf.tensor(values, this.#parameter.shape)));
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
    return tf.argMin(relativeDistances(this.#frame.enter(points), this.#parameter.value), 1);
  }

  /** Distance to each centre, [batch, K]. @param points [batch, size] */
  distances(points: tf.Tensor2D): tf.Tensor2D {
    const framed = squaredDistances(this.#frame.enter(points), this.#parameter.value);
    return this.#frame.distance(tf.sqrt(framed));
  }

  /** The centre of each row's cluster. @param c [batch, K], rows one-hot @returns [batch, size] */
  of(c: tf.Tensor2D): tf.Tensor2D {
    return this.#frame.leave(tf.matMul(c, this.#parameter.value));
  }
}
