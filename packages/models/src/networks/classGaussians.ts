/** A Gaussian for the features of each cluster, fitted when they are finished: for systems whose feature has no prior to draw from. */
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import { cholesky } from "../clustering/cholesky.js";
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
    const least = tf.tidy(() => tf.mean(tf.moments(features, 0).variance).dataSync()[0]!) * regularisation;
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
      factors.set(factorOf(covariance, size, least), k * size * size);
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
    const spread = tf.sum(tf.mul(ofEach, tf.expandDims(tf.transpose(c), 2)), 0);
    return tf.add<tf.Tensor2D>(tf.matMul(c, this.#means.value as tf.Tensor2D), spread);
  }

  /**
   * The features moved to another cluster by the difference of the means.
   *
   * @param features [batch, size]
   * @param from their clusters, [batch, clusters], rows one-hot
   * @param to the others, likewise
   */
  move(features: tf.Tensor2D, from: tf.Tensor2D, to: tf.Tensor2D): tf.Tensor2D {
    return tf.add<tf.Tensor2D>(features, tf.matMul(tf.sub(to, from), this.#means.value as tf.Tensor2D));
  }
}

function momentsOf(features: tf.Tensor2D, rows: number[]): { mean: Float32Array; covariance: Float32Array } {
  const [mean, covariance] = tf.tidy(() => {
    const own = tf.gather(features, tf.tensor1d(rows, "int32"));
    const mean = tf.mean(own, 0);
    const centred = tf.sub<tf.Tensor2D>(own, mean);
    return [mean, tf.div(tf.matMul(centred, centred, true), rows.length)];
  }) as [tf.Tensor, tf.Tensor];
  const found = {
    mean: mean.dataSync<"float32">().slice(),
    covariance: covariance.dataSync<"float32">().slice(),
  };
  tf.dispose([mean, covariance]);
  return found;
}

/** The Cholesky factor of Σ + εI, ε raised tenfold until there is one: rounding may leave Σ a little below positive. */
function factorOf(covariance: Float32Array, size: number, least: number): Float64Array {
  for (let epsilon = Math.max(least, 1e-12); ; epsilon *= 10) {
    const raised = Float64Array.from(covariance, (value, i) =>
      i % (size + 1) === 0 ? value + epsilon : value,
    );
    const factor = cholesky(raised, size);
    if (factor || !Number.isFinite(epsilon)) return factor ?? new Float64Array(size * size);
  }
}
