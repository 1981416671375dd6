import { type DenseActivation, dense, type Parameter, type Parameters, type tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";

/** Source of initial weights: a stream per parameter, so that adding one shifts no other. */
export type Random = (...names: (string | number)[]) => RandomStream;

/** Normal weights of variance 2 / (inputs + outputs): Glorot and Bengio 2010, equation 12. */
export function glorot(random: RandomStream, shape: number[], inputs: number, outputs: number): Float32Array {
  const count = shape.reduce((product, n) => product * n, 1);
  const deviation = Math.sqrt(2 / (inputs + outputs));
  return random.fill("normal", count).map((value) => value * deviation);
}

/** A fully connected layer. Its weights start as `glorot` says, or normal with `deviation`. */
export class DenseLayer {
  readonly #weight: Parameter<tf.Tensor2D>;
  readonly #bias: Parameter<tf.Tensor1D>;
  readonly #activation: DenseActivation;

  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    inputs: number,
    outputs: number,
    activation: DenseActivation = "linear",
    options: { trainable?: boolean; deviation?: number } = {},
  ) {
    const { deviation } = options;
    const weights =
      deviation === undefined
        ? glorot(random(name), [inputs, outputs], inputs, outputs)
        : random(name).normals(inputs * outputs, deviation);
    this.#weight = parameters.create(`${name}/weight`, [inputs, outputs], weights, options);
    this.#bias = parameters.create(`${name}/bias`, [outputs], new Float32Array(outputs), options);
    this.#activation = activation;
  }

  /** @param x [batch, inputs] @returns [batch, outputs] */
  apply(x: tf.Tensor2D): tf.Tensor2D {
    return dense(x, this.#weight.value, this.#bias.value, this.#activation);
  }
}

/** Fully connected layers of the given sizes, ReLU between them. */
export class DenseNetwork {
  readonly #layers: DenseLayer[];

  /**
   * @param sizes inputs, hidden…, outputs
   * @param output activation of the last layer
   */
  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    sizes: number[],
    output: DenseActivation,
    options: { trainable?: boolean } = {},
  ) {
    this.#layers = sizes.slice(1).map((size, i) => {
      const activation = i === sizes.length - 2 ? output : "relu";
      return new DenseLayer(parameters, random, `${name}/${i}`, sizes[i]!, size, activation, options);
    });
  }

  /** @param x [batch, sizes[0]] @returns [batch, last size] */
  apply(x: tf.Tensor2D): tf.Tensor2D {
    return this.#layers.reduce((h, layer) => layer.apply(h), x);
  }
}
