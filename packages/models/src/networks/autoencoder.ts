import { div, matMul, mul, type Parameter, type Parameters, squaredError, tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { hiddenOption } from "../options.js";
import type { DataDescription, Decoder, TrainingData } from "../system.js";
import { DenseNetwork, type Random } from "./dense.js";

/** Options of the systems with the shared autoencoder. */
export const autoencoderOptions = {
  hidden: hiddenOption(
    [500, 500, 2000],
    "Hidden layers of the encoder; the decoder is its mirror image. Xie et al. 2016, section 4.3.",
  ),
  latentSize: z.int().min(1).default(10).describe("Size of the latent. Xie et al. 2016, section 4.3."),
};

/**
 * The fully connected autoencoder that DEC, IDEC, DCN, AE + k-means and AE + GMM share (Xie, Girshick, Farhadi 2016):
 * d-500-500-2000-10 and its mirror image, ReLU inside, linear latent and output.
 *
 * The input is scaled so that ‖x‖² / d is 1 on average, as there. The parameters have the same names in every system, so
 * that one pipeline can start from another's weights.
 */
export class Autoencoder {
  readonly latentSize: number;
  readonly #d: number;
  readonly #encoder: DenseNetwork;
  readonly #decoder: DenseNetwork;
  readonly #inputScale: Parameter<tf.Scalar>;

  constructor(
    parameters: Parameters,
    random: Random,
    { d }: DataDescription,
    { hidden, latentSize }: { hidden: number[]; latentSize: number },
  ) {
    this.#d = d;
    this.latentSize = latentSize;
    this.#encoder = new DenseNetwork(parameters, random, "encoder", [d, ...hidden, latentSize], "linear");
    const back = [latentSize, ...hidden.toReversed(), d];
    this.#decoder = new DenseNetwork(parameters, random, "decoder", back, "linear");
    this.#inputScale = parameters.create("inputScale", [], Float32Array.of(1), { trainable: false });
  }

  /** Sets the input's scale. Before the first step. */
  fitScale(training: TrainingData): void {
    tf.tidy(() => this.#inputScale.assign(tf.scalar(unitScale(training))));
  }

  /** z = f(x). @param x [batch, d], unscaled @returns [batch, latentSize] */
  encode(x: tf.Tensor2D): tf.Tensor2D {
    return this.#encoder.apply(this.#scaled(x));
  }

  /** g(z) in the scale of the data. @param latent [batch, latentSize] @returns [batch, d] */
  decode(latent: tf.Tensor2D): tf.Tensor2D {
    return div(this.#decoder.apply(latent), this.#inputScale.value);
  }

  /**
   * The decoder of a system that draws with this autoencoder alone.
   *
   * @param centresOf latents [batch, latentSize] of the clusters in one-hot rows [batch, K]: an example of a cluster is its
   * decoded centre. Absent if the clusters have none.
   */
  decoder(centresOf?: (c: tf.Tensor2D) => tf.Tensor2D): Decoder {
    return {
      ...(centresOf && {
        generator: { noise: 0, conditional: true, generate: (_noise, c) => this.decode(centresOf(c)) },
      }),
      reconstruct: (x) => this.decode(this.encode(x)),
      interpolate: (x, weights) => this.decode(matMul(weights, this.encode(x))),
    };
  }

  /**
   * (1/N) Σ ‖x - g(z)‖² / d in the scaled input.
   *
   * @param x [batch, d], unscaled
   * @param latent [batch, latentSize]
   */
  reconstructionLoss(x: tf.Tensor2D, latent = this.encode(x)): tf.Scalar {
    return div(squaredError(this.#decoder.apply(latent), this.#scaled(x)), this.#d);
  }

  #scaled(x: tf.Tensor2D): tf.Tensor2D {
    return mul(x, this.#inputScale.value);
  }
}

/** The factor by which ‖x‖² / d becomes 1 on average, estimated from at most 10,000 examples. */
export function unitScale(training: TrainingData): number {
  const values = training.rows(evenlySpaced(training.n, 10_000));
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum > 0 ? Math.sqrt(values.length / sum) : 1;
}
