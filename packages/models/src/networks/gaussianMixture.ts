/** A fitted Gaussian mixture among a model's parameters. */
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import { entered, frameAround } from "../clustering/frame.js";
import { type Covariance, covarianceTypes } from "../clustering/gmm/covariances.js";
import { densityOf, logDensities, tensorsOf } from "../clustering/gmm/density.js";
import type { MixtureOptions } from "../clustering/gmm/em.js";
import type { Mixture } from "../clustering/gmm/mixture.js";
import { squaredDistances } from "../clustering/kmeans.js";
import { InputFrame } from "./inputFrame.js";

/** A Gaussian mixture that is fitted after training: no gradient reaches its parameters. */
export class GaussianMixture {
  readonly #covariance: Covariance;
  readonly #frame: InputFrame;
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
    this.#frame = new InputFrame(parameters, "mixture", d);
    this.#means = zeros("means", [components, d]);
    this.#precisions = zeros("precisions", covarianceTypes[covariance].shape(components, d));
    this.#offsets = zeros("offsets", [components]);
  }

  /** Sets the parameters to a fitted mixture. */
  set(fit: Mixture, { regularisation }: Pick<MixtureOptions, "regularisation">): void {
    const d = this.#means.shape[1]!;
    const centre = new Float32Array(d);
    fit.means.forEach((mean, i) => {
      centre[i % d] = centre[i % d]! + fit.weights[Math.floor(i / d)]! * mean;
    });
    const largest = (values: Float64Array) =>
      values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const spread = largest(fit.means.map((mean, i) => mean - centre[i % d]!));
    // Ten standard deviations around every mean.
    const frame = frameAround(centre, spread + 10 * Math.sqrt(largest(fit.covariances)));
    this.#frame.set(frame);
    const { scale } = frame;
    const framed = {
      weights: fit.weights,
      means: entered(fit.means, frame),
      covariances: fit.covariances.map((value) => value * scale * scale),
    };
    const density = densityOf(framed, this.#covariance, regularisation * scale * scale);
    // A density is per unit of volume.
    const offsets = density.offsets.map((offset) => offset + d * Math.log(scale));
    tf.tidy(() => {
      const tensors = tensorsOf({ ...density, offsets }, this.#covariance);
      this.#means.assign(tensors.means);
      this.#precisions.assign(tensors.precisions);
      this.#offsets.assign(tensors.offsets);
    });
  }

  /** μ, [components, d] */
  get means(): tf.Tensor2D {
    return this.#frame.leave(this.#means.value);
  }

  /** log π_k N(x | μ_k, Σ_k). @param x [batch, d] @returns [batch, components] */
  logDensities(x: tf.Tensor2D): tf.Tensor2D {
    const density = {
      means: this.#means.value,
      precisions: this.#precisions.value,
      offsets: this.#offsets.value,
    };
    return logDensities(this.#frame.enter(x), density, this.#covariance);
  }

  /** Distance to each mean, [batch, components]. @param x [batch, d] */
  distances(x: tf.Tensor2D): tf.Tensor2D {
    return this.#frame.distance(tf.sqrt(squaredDistances(this.#frame.enter(x), this.#means.value)));
  }
}
