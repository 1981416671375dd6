/** A mixture of Gaussians as the prior of a latent, trained with the rest of the model. */
import { add, matMul, mul, type Parameters, tf } from "@gumbel/engine";
import type { Mixture } from "../clustering/gmm/mixture.js";

/** The prior of z: Σ_c π_c N(μ_c, diag σ²_c). */
export interface MixturePrior {
  /** log π up to a constant, [K] */
  logits: tf.Tensor1D;
  /** [K, z] */
  means: tf.Tensor2D;
  /** log σ²_c, [K, z] */
  logVariances: tf.Tensor2D;
}

/** The prior's parameters: π as logits and σ² as logarithms, so that both stay in their range. */
export class TrainedMixturePrior {
  readonly #logits;
  readonly #means;
  readonly #logVariances;

  constructor(parameters: Parameters, clusters: number, size: number) {
    const zeros = () => new Float32Array(clusters * size);
    this.#logits = parameters.create("prior/logits", [clusters], new Float32Array(clusters));
    this.#means = parameters.create("prior/means", [clusters, size], zeros());
    this.#logVariances = parameters.create("prior/logVariances", [clusters, size], zeros());
  }

  get value(): MixturePrior {
    return {
      logits: this.#logits.value,
      means: this.#means.value,
      logVariances: this.#logVariances.value,
    };
  }

  /** Sets the prior to a fitted mixture with diagonal covariances. */
  set({ weights, means, covariances }: Mixture): void {
    const { shape } = this.#means;
    tf.tidy(() => {
      this.#logits.assign(tf.tensor1d(Float32Array.from(weights, Math.log)));
      this.#means.assign(tf.tensor(Float32Array.from(means), shape));
      this.#logVariances.assign(tf.tensor(Float32Array.from(covariances, Math.log), shape));
    });
  }

  /** A latent of each row's cluster. @param noise [batch, z], standard normal @param c [batch, K], rows one-hot */
  draw(noise: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D {
    const { means, logVariances } = this.value;
    const deviation = tf.exp(mul(matMul(c, logVariances), 0.5));
    return add(matMul(c, means), mul(deviation, noise));
  }
}

/** log p(c | z). @param latent [batch, z] @returns [batch, K] */
export function logPosterior(
  latent: tf.Tensor2D,
  { logits, means, logVariances }: MixturePrior,
): tf.Tensor2D {
  const squared = tf.square(tf.sub(tf.expandDims(latent, 1), means));
  // -½ log 2π is the same for every cluster.
  const inner = tf.sum<tf.Tensor2D>(tf.add(logVariances, tf.mul(squared, tf.exp(tf.neg(logVariances)))), 2);
  return tf.logSoftmax(add(mul(inner, -0.5), logits));
}

/**
 * The two terms of L that hold the prior, each a mean over the batch.
 *
 * @param mean μ̃, [batch, z]
 * @param logVariance log σ̃², [batch, z]
 * @param sample z ~ N(μ̃, σ̃²), [batch, z]
 */
export function mixtureTerms(
  mean: tf.Tensor2D,
  logVariance: tf.Tensor2D,
  sample: tf.Tensor2D,
  prior: MixturePrior,
): { gaussian: tf.Scalar; categorical: tf.Scalar } {
  const batch = mean.shape[0];
  const logGamma = logPosterior(sample, prior);
  const gamma = tf.exp(logGamma);
  // σ̃² + (μ̃ - μ_c)², [batch, K, z]
  const spread = tf.add(
    tf.expandDims(tf.exp(logVariance), 1),
    tf.square(tf.sub(tf.expandDims(mean, 1), prior.means)),
  );
  const relative = tf.mul(spread, tf.exp(tf.neg(prior.logVariances)));
  const energy = tf.sum(tf.add(prior.logVariances, relative), 2);
  const cross = tf.sum(tf.mul(gamma, energy));
  const entropy = tf.sum(tf.add(logVariance, 1));
  const logPi = tf.logSoftmax(prior.logits);
  return {
    gaussian: tf.mul<tf.Scalar>(tf.sub(cross, entropy), 0.5 / batch),
    categorical: tf.div<tf.Scalar>(tf.sum(tf.mul(gamma, tf.sub(logGamma, logPi))), batch),
  };
}
