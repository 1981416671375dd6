/** The heads of a stick-breaking posterior: q(v_k | x) = Kumaraswamy(a_k(x), b_k(x)). */
import { type Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { DenseLayer, type Random } from "./dense.js";
import { kumaraswamyDivergence, logComplement, logQuantile, logStickPieces } from "./kumaraswamy.js";

/** Quantiles over which the mean of a Kumaraswamy is taken. */
const quantiles = 32;

/** Least a and b: their reciprocals are exponents. */
const leastShape = 0.01;

export class Sticks {
  readonly #a: DenseLayer;
  readonly #b: DenseLayer;

  readonly #concentration: number;
  /** β of the prior of each stick. */
  readonly #beta: number[];

  /**
   * @param inputs units of the hidden layer before them
   * @param concentration α of the symmetric Dirichlet prior
   */
  constructor(
    parameters: Parameters,
    random: Random,
    inputs: number,
    clusters: number,
    concentration: number,
  ) {
    this.#concentration = concentration;
    this.#beta = Array.from({ length: clusters - 1 }, (_, k) => (clusters - 1 - k) * concentration);
    this.#a = new DenseLayer(parameters, random, "a", inputs, clusters - 1);
    this.#b = new DenseLayer(parameters, random, "b", inputs, clusters - 1);
  }

  /**
   * One sample of the sticks.
   *
   * @param h [batch, inputs]
   * @returns the weights π, [batch, K], and Σ_k KL(Kumaraswamy(a_k, b_k) ‖ Beta(α, (K - k) α)), a mean over the batch
   */
  sample(h: tf.Tensor2D, random: RandomStream): { weights: tf.Tensor2D; divergence: tf.Scalar } {
    const { a, b } = this.#shapes(h);
    const u = tf.tensor2d(random.fill("uniform", a.size), a.shape);
    const logV = logQuantile(a, b, u);
    const logRest = logComplement(logV);
    const divergences = kumaraswamyDivergence(a, b, logRest, this.#concentration, this.#beta);
    return {
      weights: tf.exp(logStickPieces(logV, logRest)),
      divergence: tf.div(tf.sum(divergences), h.shape[0]),
    };
  }

  /** a and b, both [batch, K - 1]. @param h [batch, inputs] */
  #shapes(h: tf.Tensor2D): { a: tf.Tensor2D; b: tf.Tensor2D } {
    return {
      a: tf.add(tf.softplus(this.#a.apply(h)), leastShape),
      b: tf.add(tf.softplus(this.#b.apply(h)), leastShape),
    };
  }

  /** E[π | x], [batch, K]: the sticks are independent, so it follows from E[v]. @param h [batch, inputs] */
  expectedWeights(h: tf.Tensor2D): tf.Tensor2D {
    const { a, b } = this.#shapes(h);
    const u = tf.linspace(0.5 / quantiles, 1 - 0.5 / quantiles, quantiles);
    const logs = logQuantile(tf.expandDims(a, 2), tf.expandDims(b, 2), u);
    const expected = tf.clipByValue(tf.mean(tf.exp(logs), 2) as tf.Tensor2D, 1e-7, 1 - 1e-6);
    return tf.exp(logStickPieces(tf.log(expected), tf.log(tf.sub(1, expected))));
  }
}
