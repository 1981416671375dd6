/** The networks of M2: a classifier, and a variational autoencoder that is told the class. */
import { add, bernoulliLosses, gaussianSample, mul, type Parameters, sub, sumRows, tf } from "@gumbel/engine";
import type { Batch } from "../system.js";
import { DenseLayer, type Random } from "./dense.js";
import { gaussianDivergence } from "./gaussian.js";
import { normals } from "./noise.js";

export interface M2Shape {
  inputs: number;
  hidden: number;
  zSize: number;
  classes: number;
  /** p(x | y, z): of pixels, or of features with a variance of their own. */
  output: "bernoulli" | "gaussian";
}

/** Initial weights. The authors' code. */
const start = { deviation: 1e-3 };

export class M2Network {
  readonly shape: M2Shape;
  readonly #classifier: [DenseLayer, DenseLayer];
  readonly #encoder: { fromX: DenseLayer; fromY: DenseLayer; mean: DenseLayer; logVariance: DenseLayer };
  readonly #decoder: { fromZ: DenseLayer; fromY: DenseLayer; mean: DenseLayer; logVariance?: DenseLayer };

  constructor(parameters: Parameters, random: Random, shape: M2Shape) {
    const { inputs, hidden, zSize, classes, output } = shape;
    const layer = (name: string, from: number, to: number) =>
      new DenseLayer(parameters, random, `m2/${name}`, from, to, "linear", start);
    this.shape = shape;
    this.#classifier = [layer("classifier/0", inputs, hidden), layer("classifier/1", hidden, classes)];
    this.#encoder = {
      fromX: layer("encoder/x", inputs, hidden),
      fromY: layer("encoder/y", classes, hidden),
      mean: layer("encoder/mean", hidden, zSize),
      logVariance: layer("encoder/logVariance", hidden, zSize),
    };
    this.#decoder = {
      fromZ: layer("decoder/z", zSize, hidden),
      fromY: layer("decoder/y", classes, hidden),
      mean: layer("decoder/mean", hidden, inputs),
      ...(output === "gaussian" && { logVariance: layer("decoder/logVariance", hidden, inputs) }),
    };
  }

  /** Logits of q(y | x), [batch, K]. @param x [batch, inputs] */
  logits(x: tf.Tensor2D): tf.Tensor2D {
    const [hidden, classes] = this.#classifier;
    return classes.apply(tf.softplus(hidden.apply(x)));
  }

  /** Mean of q(z | x, y), [batch, z]. @param y [batch, K], rows sum to 1 */
  latent(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
    const { fromX, fromY, mean } = this.#encoder;
    return mean.apply(tf.softplus(add(fromX.apply(x), fromY.apply(y))));
  }

  /** E[x | y, z] before its activation, [batch, inputs]. */
  decode(z: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
    return this.#decoder.mean.apply(this.#hiddenOf(z, y));
  }

  /**
   * -L(x, y) of each example and each of some classes: KL(q(z | x, y) ‖ N(0, I)) - log p(x | y, z) + log K, one sample of z each.
   *
   * @param x [n, inputs]
   * @param y one-hot rows, [m · n, K]: n for a first class of each example, n for a second, …
   * @param weights of the inputs in log p(x | y, z), [inputs]; 1 if absent
   * @returns [m · n]
   */
  bounds(x: tf.Tensor2D, y: tf.Tensor2D, noise: Batch["random"], weights?: tf.Tensor1D): tf.Tensor1D {
    const repeats = y.shape[0] / x.shape[0];
    const { fromX, fromY, mean, logVariance } = this.#encoder;
    // The part of x is computed once.
    const h = tf.softplus(add(tf.tile(fromX.apply(x), [repeats, 1]) as tf.Tensor2D, fromY.apply(y)));
    const mu = mean.apply(h);
    const logSigma2 = logVariance.apply(h);
    const z = gaussianSample(mu, logSigma2, normals<tf.Tensor2D>(mu.shape, noise("z")));
    const divergence = gaussianDivergence<tf.Tensor1D>(mu, logSigma2, tf.scalar(0), tf.scalar(0));
    const losses = this.#losses(z, y, tf.tile(x, [repeats, 1]), weights);
    return add(add(divergence, losses), Math.log(this.shape.classes));
  }

  /** -log p(x | y, z) of each row. */
  #losses(z: tf.Tensor2D, y: tf.Tensor2D, x: tf.Tensor2D, weights?: tf.Tensor1D): tf.Tensor1D {
    const { mean, logVariance } = this.#decoder;
    const h = this.#hiddenOf(z, y);
    const output = mean.apply(h);
    if (!logVariance && !weights) return bernoulliLosses(output, x);
    const each = logVariance
      ? gaussianLosses(x, output, logVariance.apply(h))
      : sub(tf.softplus(output), mul(output, x));
    return sumRows(weights ? mul(each, weights) : each);
  }

  #hiddenOf(z: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
    const { fromZ, fromY } = this.#decoder;
    return tf.softplus(add(fromZ.apply(z), fromY.apply(y)));
  }
}

/** -log N(x; mean, exp(logVariance)) of each value: ½ (log 2π + log σ² + (x - μ)² / σ²). */
export function gaussianLosses<T extends tf.Tensor>(x: T, mean: T, logVariance: T): T {
  const distance = mul(tf.squaredDifference<T>(x, mean), tf.exp(tf.neg(logVariance)));
  return mul(add(add(distance, logVariance), Math.log(2 * Math.PI)), 0.5);
}
