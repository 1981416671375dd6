import { type Objective, type Parameter, type Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { type DataDescription, evenlySpaced, type Pretraining, type TrainingData } from "../system.js";
import { DenseNetwork, type Random } from "./dense.js";

/** Options of the systems that stand on the shared autoencoder. */
export const autoencoderOptions = {
  hidden: z
    .array(z.int().min(1))
    .default([500, 500, 2000])
    .describe("Hidden layers of the encoder; the decoder is its mirror image. Xie et al. 2016, section 4.3."),
  latentSize: z.int().min(1).default(10).describe("Size of the latent. Xie et al. 2016, section 4.3."),
};

/** How the systems that start from a trained autoencoder train one where no other pipeline gives it. */
export const pretrainingOptions = z
  .strictObject({
    epochs: z.int().min(1).default(300).describe("Epochs end to end. IDEC's and DCN's published code."),
    batchSize: z.int().min(1).default(256),
    learningRate: z.number().positive().default(1e-3).describe("Of Adam."),
  })
  .prefault({})
  .describe("The autoencoder that the run starts from; unused where train.pretrainedFrom names a pipeline.");

/**
 * The fully connected autoencoder that DEC, IDEC, DCN, AE + k-means and AE + GMM share (Xie, Girshick, Farhadi 2016):
 * d-500-500-2000-10 and its mirror image, ReLU inside, linear latent and output.
 *
 * The input is scaled so that ‖x‖² / d is 1 on average, as there. The parameters are named alike in every system, which
 * is how one pipeline starts from another's weights.
 */
export class Autoencoder {
  readonly latentSize: number;
  readonly #d: number;
  readonly #encoder: DenseNetwork;
  readonly #decoder: DenseNetwork;
  readonly #inputScale: Parameter;

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

  /** Finds the input's scale. Before the first step. */
  fitScale(training: TrainingData): void {
    tf.tidy(() => this.#inputScale.assign(tf.scalar(unitScale(training))));
  }

  /** z = f(x). @param x [batch, d], unscaled @returns [batch, latentSize] */
  encode(x: tf.Tensor2D): tf.Tensor2D {
    return this.#encoder.apply(this.#scaled(x));
  }

  /** g(z) in the scale of the data. @param latent [batch, latentSize] @returns [batch, d] */
  decode(latent: tf.Tensor2D): tf.Tensor2D {
    return tf.div(this.#decoder.apply(latent), this.#inputScale.value);
  }

  /** Mixtures of the examples' z, decoded: `Model.interpolate`. */
  interpolate(x: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D {
    return this.decode(tf.matMul(weights, this.encode(x)));
  }

  /**
   * (1/N) Σ ‖x - g(z)‖² / d in the scaled input.
   *
   * @param x [batch, d], unscaled
   * @param latent [batch, latentSize]
   */
  reconstructionLoss(x: tf.Tensor2D, latent: tf.Tensor2D): tf.Scalar {
    return tf.div(squaredError(this.#decoder.apply(latent), this.#scaled(x)), this.#d);
  }

  /** The autoencoder's own objective: reconstruction alone. */
  objective(x: tf.Tensor2D): Objective {
    const reconstruction = this.reconstructionLoss(x, this.encode(x));
    return { total: tf.clone(reconstruction), reconstruction };
  }

  /** This autoencoder's training as a phase before another objective. */
  pretraining(options: z.output<typeof pretrainingOptions>): Pretraining {
    return {
      ...options,
      start: async (training) => this.fitScale(training),
      objective: ({ x }) => this.objective(x),
    };
  }

  /** The latents of all training examples, [n, latentSize]. The caller disposes of them. */
  latents(training: TrainingData): tf.Tensor2D {
    return encodeAll(training, this.latentSize, (x) => this.encode(x));
  }

  #scaled(x: tf.Tensor2D): tf.Tensor2D {
    return tf.mul(x, this.#inputScale.value);
  }
}

/** The factor by which ‖x‖² / d becomes 1 on average, found on at most 10,000 examples. */
export function unitScale(training: TrainingData): number {
  const values = training.rows(evenlySpaced(training.n, 10_000));
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum > 0 ? Math.sqrt(values.length / sum) : 1;
}

/** Examples of a batch: what convolutions make of more, or their distances to ten thousand others, takes hundreds of MB. */
const step = 250;

/**
 * What `encode` makes of every training example, in batches: [n, size]. The caller disposes of it.
 *
 * @param encode [batch, d] → [batch, size]
 */
export function encodeAll(
  training: Pick<TrainingData, "n" | "d" | "rows">,
  size: number,
  encode: (x: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  const encoded = new Float32Array(training.n * size);
  for (let from = 0; from < training.n; from += step) {
    const count = Math.min(step, training.n - from);
    const rows = Uint32Array.from({ length: count }, (_, i) => from + i);
    const part = tf.tidy(() => encode(tf.tensor2d(training.rows(rows), [count, training.d])));
    encoded.set(part.dataSync(), from * size);
    part.dispose();
  }
  return tf.tensor2d(encoded, [training.n, size]);
}
