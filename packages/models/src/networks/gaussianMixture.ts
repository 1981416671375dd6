/** A fitted Gaussian mixture among a model's parameters. */
import { add, type Parameter, type Parameters, tf } from "@gumbel/engine";
import { type Covariance, covarianceTypes } from "../clustering/gmm/covariances.js";
import { densityOf, logDensities, tensorsOf } from "../clustering/gmm/density.js";
import type { MixtureOptions } from "../clustering/gmm/em.js";
import type { Mixture } from "../clustering/gmm/mixture.js";

/** A Gaussian mixture that is fitted after training: no gradient reaches its parameters. */
export class GaussianMixture {
  readonly #covariance: Covariance;
  readonly #centre: Parameter<tf.Tensor1D>;
  readonly #means: Parameter<tf.Tensor2D>;
  readonly #precisions: Parameter;
  readonly #offsets: Parameter<tf.Tensor1D>;

  /** @param d size of what the mixture is fitted to */
  constructor(parameters: Parameters, components: number, d: number, covariance: Covariance) {
    this.#covariance = covariance;
    const zeros = <const Shape extends readonly number[]>(name: string, shape: Shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return parameters.create(`mixture/${name}`, shape, new Float32Array(size), { trainable: false });
    };
    // The origin that the means are relative to: their distances to it are small numbers, which float32 keeps.
    this.#centre = zeros("centre", [d]);
    this.#means = zeros("means", [components, d]);
    this.#precisions = zeros("precisions", covarianceTypes[covariance].shape(components, d));
    this.#offsets = zeros("offsets", [components]);
  }

  /** Sets the parameters to a fitted mixture. */
  set(fit: Mixture, { regularisation }: Pick<MixtureOptions, "regularisation">): void {
    const d = this.#centre.shape[0]!;
    const centre = new Float32Array(d);
    fit.means.forEach((mean, i) => {
      centre[i % d] = centre[i % d]! + fit.weights[Math.floor(i / d)]! * mean;
    });
    const density = densityOf(fit, this.#covariance, regularisation);
    const relative = density.means.map((mean, i) => mean - centre[i % d]!);
    tf.tidy(() => {
      const tensors = tensorsOf({ ...density, means: relative }, this.#covariance);
      this.#centre.assign(tf.tensor1d(centre));
      this.#means.assign(tensors.means);
      this.#precisions.assign(tensors.precisions);
      this.#offsets.assign(tensors.offsets);
    });
  }

  /** μ, [components, d] */
  get means(): tf.Tensor2D {
    return add(this.#means.value, this.#centre.value);
  }

  /** log π_k N(x | μ_k, Σ_k). @param x [batch, d] @returns [batch, components] */
  logDensities(x: tf.Tensor2D): tf.Tensor2D {
    const density = {
      means: this.#means.value,
      precisions: this.#precisions.value,
      offsets: this.#offsets.value,
    };
    return logDensities(tf.sub(x, this.#centre.value), density, this.#covariance);
  }
}
