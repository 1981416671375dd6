/** Dense layers with batch norm and ReLU on several inputs at once, as in the auxiliary deep generative models. */
import { gaussianSample, matMul, type Parameter, type Parameters, relu, sumRows, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { BatchNorm } from "./batchNorm.js";
import { DenseLayer, glorot, type Random } from "./dense.js";
import { gaussianLosses } from "./m2Network.js";
import { normals } from "./noise.js";

/** Added to variances, and the share of moving averages that stays. Lasagne's defaults, which the authors' code keeps. */
const form = { epsilon: 1e-4, momentum: 0.9 };

/** The statistics that batch norm takes: the batch's, the batch's with moving averages that follow, or these. */
export type Statistics = "batch" | "follow" | "moving";

export class JoinedNetwork {
  readonly #inputs: Parameter<tf.Tensor2D>[];
  readonly #hidden: (Parameter<tf.Tensor2D> | undefined)[];
  readonly #norms: BatchNorm[];
  readonly #heads: DenseLayer[];

  /**
   * @param inputs their sizes
   * @param hidden units of the layers
   * @param outputs sizes of the linear layers at the top
   */
  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    inputs: number[],
    hidden: [number, ...number[]],
    outputs: number[],
  ) {
    const matrix = (path: string, from: number, to: number) => {
      // Glorot's with the gain of a ReLU.
      const values = glorot(random(path), [from, to], from, to).map((value) => value * Math.SQRT2);
      return parameters.create(path, [from, to], values);
    };
    const [first] = hidden;
    this.#inputs = inputs.map((size, i) => matrix(`${name}/input/${i}`, size, first));
    this.#hidden = hidden.map((size, i) =>
      i === 0 ? undefined : matrix(`${name}/hidden/${i}`, hidden[i - 1]!, size),
    );
    this.#norms = hidden.map((size, i) => new BatchNorm(parameters, `${name}/hidden/${i}`, size, form));
    this.#heads = outputs.map(
      (size, i) =>
        new DenseLayer(parameters, random, `${name}/output/${i}`, hidden.at(-1)!, size, "linear", {
          deviation: 1e-3,
        }),
    );
  }

  /** @param inputs [n, size] or [m · n, size] each; shorter ones are repeated @returns [m · n, output] each */
  apply(inputs: tf.Tensor2D[], statistics: Statistics): tf.Tensor2D[] {
    const rows = Math.max(...inputs.map(({ shape }) => shape[0]));
    // A repeated input is multiplied once.
    const parts = inputs.map((input, i) => {
      const product = matMul(input, this.#inputs[i]!.value);
      const repeats = rows / input.shape[0];
      return repeats === 1 ? product : tf.tile(product, [repeats, 1]);
    });
    let h = tf.addN(parts) as tf.Tensor2D;
    for (const [i, norm] of this.#norms.entries()) {
      const weight = this.#hidden[i];
      if (weight) h = matMul(h, weight.value);
      h = relu(statistics === "batch" ? norm.byBatch(h) : norm.apply(h, statistics === "follow"));
    }
    return this.#heads.map((head) => head.apply(h));
  }
}

/** Mean and log σ², [n, size] each. */
export interface Gaussian {
  mean: tf.Tensor2D;
  logVariance: tf.Tensor2D;
}

/** One sample of each row. */
export const sampleOf = ({ mean, logVariance }: Gaussian, random: RandomStream): tf.Tensor2D =>
  gaussianSample(mean, logVariance, normals<tf.Tensor2D>(mean.shape, random));

/** -log N(x; mean, exp(logVariance)) of each row, [n]. */
export const surprise = (x: tf.Tensor2D, { mean, logVariance }: Gaussian): tf.Tensor1D =>
  sumRows(gaussianLosses(x, mean, logVariance));
