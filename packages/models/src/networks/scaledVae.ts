/** The shared autoencoder as a variational one: with a variance beside the latent, and logits at the end for inputs in [0, 1]. */
import { div, mul, type Parameter, type Parameters, tf } from "@gumbel/engine";
import type { DataDescription, TrainingData } from "../system.js";
import { unitScale } from "./autoencoder.js";
import { DenseLayer, DenseNetwork, type Random } from "./dense.js";
import { type Likelihood, likelihoodOf } from "./gaussian.js";
import { refitAsLogits } from "./logit.js";

/**
 * Its parameters have the names of the shared autoencoder's, so that weights of one serve. The input is scaled as there.
 * Inputs in [0, 1] are Bernoulli, others are reconstructed with squared error in the scaled input, or by a calibrated Gaussian
 * in the input itself.
 */
export class ScaledVae {
  readonly #encoder: DenseNetwork;
  readonly #mean: DenseLayer;
  readonly #logVariance: DenseLayer;
  readonly #decoder: DenseNetwork;
  readonly #lastLayer: Parameter[];
  readonly #inputScale: Parameter<tf.Scalar>;
  /** 1 once the decoder's output is logits. An autoencoder from elsewhere has no such parameter and leaves it at 0. */
  readonly #logitOutput: Parameter<tf.Scalar>;
  readonly #likelihood: Likelihood;
  readonly #bernoulli: boolean;
  /** Reconstructs the input itself, not the scaled one. */
  readonly #calibrated: boolean;

  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    {
      hidden,
      latentSize,
      likelihood = "auto",
    }: { hidden: number[]; latentSize: number; likelihood?: "auto" | "calibrated" | undefined },
  ) {
    const { d, range } = data;
    const hiddenUnits = hidden.at(-1) ?? d;
    this.#likelihood = likelihoodOf(likelihood, data);
    this.#calibrated = likelihood === "calibrated";
    this.#bernoulli = range === "unit" && !this.#calibrated;
    this.#encoder = new DenseNetwork(parameters, random, "encoder", [d, ...hidden], "relu");
    this.#mean = new DenseLayer(parameters, random, `encoder/${hidden.length}`, hiddenUnits, latentSize);
    this.#logVariance = new DenseLayer(parameters, random, "logVariance", hiddenUnits, latentSize);
    const back = [latentSize, ...hidden.toReversed(), d];
    this.#decoder = new DenseNetwork(parameters, random, "decoder", back, "linear");
    this.#lastLayer = parameters.all.filter(({ name }) => name.startsWith(`decoder/${hidden.length}/`));
    this.#inputScale = parameters.create("inputScale", [], Float32Array.of(1), { trainable: false });
    this.#logitOutput = parameters.create("logitOutput", [], Float32Array.of(0), { trainable: false });
  }

  /** Before the first step of a training from random weights. */
  fitScale(all: TrainingData): void {
    tf.tidy(() => {
      this.#inputScale.assign(tf.scalar(unitScale(all)));
      this.#logitOutput.assign(tf.scalar(1));
    });
  }

  /** Turns the decoder of another autoencoder's weights, which ends in the scaled input, into one of logits. */
  useLogits(all: TrainingData): void {
    const ready = tf.tidy(() => this.#logitOutput.value.dataSync()[0] === 1);
    if (this.#bernoulli && !ready) {
      refitAsLogits(this.#lastLayer, this.#inputScale, all, (x) => this.#decoder.apply(this.mean(x)));
    }
    tf.tidy(() => this.#logitOutput.assign(tf.scalar(1)));
  }

  /** μ̃ and log σ̃² of q(z | x), both [batch, z]. @param x [batch, d] */
  posterior(x: tf.Tensor2D): { mu: tf.Tensor2D; logSigma2: tf.Tensor2D } {
    const h = this.#encoder.apply(this.#scaled(x));
    return { mu: this.#mean.apply(h), logSigma2: this.#logVariance.apply(h) };
  }

  /** μ̃, [batch, z]. @param x [batch, d] */
  mean(x: tf.Tensor2D): tf.Tensor2D {
    return this.#mean.apply(this.#encoder.apply(this.#scaled(x)));
  }

  /** -log p(x | z) up to a constant, a mean over the batch. @param latent [batch, z] @param x [batch, d] */
  loss(latent: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar {
    const decoded = this.#decoder.apply(latent);
    if (this.#bernoulli) return this.#likelihood.loss(decoded, x);
    return this.#calibrated
      ? this.#likelihood.loss(div(decoded, this.#inputScale.value), x)
      : this.#likelihood.loss(decoded, this.#scaled(x));
  }

  /** E[x | z]. @param latent [batch, z] @returns [batch, d] */
  decode(latent: tf.Tensor2D): tf.Tensor2D {
    const decoded = this.#decoder.apply(latent);
    return this.#bernoulli ? tf.sigmoid(decoded) : div(decoded, this.#inputScale.value);
  }

  #scaled(x: tf.Tensor2D): tf.Tensor2D {
    return mul(x, this.#inputScale.value);
  }
}
