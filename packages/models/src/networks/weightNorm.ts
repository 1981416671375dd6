import {
  add,
  div,
  matMul,
  mul,
  type Parameter,
  type Parameters,
  sumRows,
  tf,
  transpose,
} from "@gumbel/engine";
import { momentsOf } from "./batchNorm.js";
import type { Random } from "./dense.js";

/**
 * A fully connected layer whose weights have a direction and a length of their own: y = s x W / ‖W‖ + b, ‖W‖ and s per unit
 * (Salimans and Kingma 2016, Weight Normalization).
 */
export class WeightNormLayer {
  readonly #direction: Parameter<tf.Tensor2D>;
  readonly #scale: Parameter<tf.Tensor1D>;
  readonly #bias: Parameter<tf.Tensor1D>;

  /** @param form.learnsScale whether s is trained; else it stays as `standardise` sets it */
  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    inputs: number,
    outputs: number,
    form: { learnsScale: boolean; trainable?: boolean },
  ) {
    const { learnsScale, trainable = true } = form;
    const directions = random(name)
      .fill("normal", inputs * outputs)
      .map((value) => 0.1 * value);
    this.#direction = parameters.create(`${name}/direction`, [inputs, outputs], directions, { trainable });
    this.#scale = parameters.create(`${name}/scale`, [outputs], new Float32Array(outputs).fill(1), {
      trainable: trainable && learnsScale,
    });
    this.#bias = parameters.create(`${name}/bias`, [outputs], new Float32Array(outputs), { trainable });
  }

  /** @param x [batch, inputs] @returns [batch, outputs] */
  apply(x: tf.Tensor2D): tf.Tensor2D {
    return add(mul(this.#turned(x), this.#scale.value), this.#bias.value);
  }

  /** Sets s and b so that the outputs of these inputs have mean 0 and variance 1. @param x [batch, inputs] */
  standardise(x: tf.Tensor2D): void {
    tf.tidy(() => {
      const { mean, variance } = momentsOf(this.#turned(x));
      const scale = tf.rsqrt(add(variance, 1e-6));
      this.#scale.assign(scale);
      this.#bias.assign(tf.neg(mul(mean, scale)));
    });
  }

  /** x W / ‖W‖ */
  #turned(x: tf.Tensor2D): tf.Tensor2D {
    const squares = sumRows(transpose(tf.square(this.#direction.value)));
    return div(matMul(x, this.#direction.value), tf.sqrt(add(squares, 1e-6)));
  }
}
