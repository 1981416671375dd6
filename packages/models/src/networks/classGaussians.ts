/** A Gaussian per cluster, fitted to the features after training: for systems whose feature has no prior to draw from. */
import { add, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";
import { raiseDiagonal, raisedCholesky } from "../clustering/cholesky.js";
import { encodeAll } from "../encodeAll.js";
import type { TrainingData } from "../system.js";

/** Added to every variance, as a share of the mean variance over all features. */
const regularisation = 1e-4;

/** N(μ_c, Σ_c), with Σ_c = L_c L_cᵀ the covariance of the features in cluster c. */
export class ClassGaussians {
  readonly #means: Parameter;
  readonly #factors: Parameter;

  /** @param size of a feature */
  constructor(parameters: Parameters, name: string, clusters: number, size: number) {
    const fixed = { trainable: false };
    this.#means = parameters.create(
      `${name}/means`,
      [clusters, size],
      new Float32Array(clusters * size),
      fixed,
    );
    this.#factors = parameters.create(
      `${name}/factors`,
      [clusters, size, size],
      new Float32Array(clusters * size * size),
      fixed,
    );
  }

  /** Clusters and size of a feature. */
  get shape(): [number, number] {
    return this.#means.shape as [number, number];
  }

  /**
   * Sets mean and covariance of each cluster. One without examples keeps the mean of all, and variance 0.
   *
   * @param features [n, size]
   * @param cluster of each of them
   */
  fit(features: tf.Tensor2D, cluster: Int32Array): void {
    const [clusters, size] = this.#means.shape as [number, number];
    const overall = tf.tidy(() => tf.mean(features, 0).dataSync<"float32">());
    const variance = tf.tidy(() => tf.mean(tf.moments(features, 0).variance).dataSync()[0]!);
    const least = Math.max(variance * regularisation, 1e-12);
    const means = new Float32Array(clusters * size);
    const factors = new Float32Array(clusters * size * size);
    for (let k = 0; k < clusters; k++) {
      const rows = [...cluster.keys()].filter((row) => cluster[row] === k);
      if (rows.length === 0) {
        means.set(overall, k * size);
        continue;
      }
      const { mean, covariance } = momentsOf(features, rows);
      means.set(mean, k * size);
      raiseDiagonal(covariance, size, least);
      const factor = raisedCholesky(covariance, size, least);
      if (factor) factors.set(factor, k * size * size);
    }
    tf.tidy(() => this.#means.assign(tf.tensor(means, this.#means.shape)));
    tf.tidy(() => this.#factors.assign(tf.tensor(factors, this.#factors.shape)));
  }

  /**
   * Fits the Gaussians to the features of all training examples, each in its own cluster.
   *
   * @param encode [batch, d] → features, [batch, size], and clusters, [batch]
   */
  fitTo(all: TrainingData, encode: (x: tf.Tensor2D) => { feature: tf.Tensor2D; cluster: tf.Tensor1D }): void {
    const [, size] = this.#means.shape as [number, number];
    const features = encodeAll(all, size, (x) => encode(x).feature);
    const clusters = encodeAll(all, 1, (x) => tf.cast(tf.expandDims(encode(x).cluster, 1), "float32"));
    this.fit(features, Int32Array.from(clusters.dataSync<"float32">()));
    tf.dispose([features, clusters]);
  }

  /**
   * μ_c + L_c z
   *
   * @param c [batch, clusters], rows one-hot
   * @param z [batch, size], standard normal
   */
  draw(c: tf.Tensor2D, z: tf.Tensor2D): tf.Tensor2D {
    const [clusters] = this.#means.shape as [number];
    const ofEach = tf.matMul(tf.tile(tf.expandDims(z), [clusters, 1, 1]), this.#factors.value, false, true);
    const deviation = tf.sum(tf.mul(ofEach, tf.expandDims(tf.transpose(c), 2)), 0);
    return add(tf.matMul(c, this.#means.value as tf.Tensor2D), deviation);
  }

  /**
   * The features moved to another cluster by the difference of the means.
   *
   * @param features [batch, size]
   * @param from their clusters, [batch, clusters], rows one-hot
   * @param to the others, likewise
   */
  move(features: tf.Tensor2D, from: tf.Tensor2D, to: tf.Tensor2D): tf.Tensor2D {
    return add(features, tf.matMul(tf.sub(to, from), this.#means.value as tf.Tensor2D));
  }
}

/** Mean [size] and covariance [size × size] of the chosen rows. */
function momentsOf(features: tf.Tensor2D, rows: number[]): { mean: Float32Array; covariance: Float64Array } {
  const [mean, covariance] = tf.tidy(() => {
    const own = tf.gather(features, tf.tensor1d(rows, "int32"));
    const mean = tf.mean(own, 0);
    const centred = sub(own, mean);
    return [mean, tf.div(tf.matMul(centred, centred, true), rows.length)];
  }) as [tf.Tensor, tf.Tensor];
  const found = {
    mean: mean.dataSync<"float32">().slice(),
    covariance: Float64Array.from(covariance.dataSync()),
  };
  tf.dispose([mean, covariance]);
  return found;
}
