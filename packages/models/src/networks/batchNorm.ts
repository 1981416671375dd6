import { add, batchNormTraining, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";

/** The forms of batch norm. */
export interface BatchNormOptions {
  /** Added to the variance; 1e-3, TensorFlow's default, if absent. */
  epsilon?: number;
  /** Share of the moving averages that remains after a step; 0.9, PyTorch's default, if absent. */
  momentum?: number;
  /** False without the learned factor, false without the learned summand. */
  scale?: boolean;
  shift?: boolean;
}

/** Mean and biased variance per channel, [channels]. */
export interface Moments {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

/** Those over all axes but the last, with their gradients. */
export function momentsOf(x: tf.Tensor): Moments {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/** (x - mean) / √(variance + ε). @param x [batch, …, channels] */
export const normalise = <T extends tf.Tensor>(x: T, { mean, variance }: Moments, epsilon: number): T =>
  mul(sub(x, mean), tf.rsqrt(add(variance, epsilon)));

/** Batch norm over all but the last axis, for inputs of any rank (Ioffe and Szegedy 2015). */
export class BatchNorm {
  readonly #parameters: Parameters;
  readonly #scale: Parameter<tf.Tensor1D> | undefined;
  readonly #shift: Parameter<tf.Tensor1D> | undefined;
  readonly #mean: Parameter<tf.Tensor1D>;
  readonly #variance: Parameter<tf.Tensor1D>;
  readonly #epsilon: number;
  readonly #momentum: number;

  constructor(parameters: Parameters, name: string, channels: number, options: BatchNormOptions = {}) {
    const { epsilon = 1e-3, momentum = 0.9, scale = true, shift = true } = options;
    const filled = (path: string, value: number, trainable: boolean) =>
      parameters.create(`${name}/${path}`, [channels], new Float32Array(channels).fill(value), { trainable });
    this.#parameters = parameters;
    this.#epsilon = epsilon;
    this.#momentum = momentum;
    this.#scale = scale ? filled("scale", 1, true) : undefined;
    this.#shift = shift ? filled("shift", 0, true) : undefined;
    this.#mean = filled("mean", 0, false);
    this.#variance = filled("variance", 1, false);
  }

  /**
   * @param x [batch, …, channels]
   * @param training normalises by the batch's statistics and updates the moving averages; else by these
   */
  apply<T extends tf.Tensor>(x: T, training: boolean): T {
    if (training) {
      const { value, moving } = this.#training(x);
      this.#parameters.defer(this.#mean, moving.mean);
      this.#parameters.defer(this.#variance, moving.variance);
      return value;
    }
    const inverse = tf.rsqrt(tf.add(this.#variance.value, this.#epsilon));
    const factor = this.#scale ? mul(this.#scale.value, inverse) : inverse;
    return this.shifted(mul(sub(x, this.#mean.value), factor));
  }

  /** Normalises by the batch's statistics and leaves the moving averages as they are. @param x [batch, …, channels] */
  byBatch<T extends tf.Tensor>(x: T): T {
    return this.#training(x).value;
  }

  /** Adds the learned summand. */
  shifted<T extends tf.Tensor>(x: T): T {
    return this.#shift ? add(x, this.#shift.value) : x;
  }

  /** Takes the learned summand off. */
  unshifted<T extends tf.Tensor>(x: T): T {
    return this.#shift ? sub(x, this.#shift.value) : x;
  }

  /** Updates the moving averages alone. */
  follow(now: Moments): void {
    const blend = (average: Parameter<tf.Tensor1D>, value: tf.Tensor1D) =>
      this.#parameters.defer(
        average,
        add(mul(average.value, this.#momentum), mul(value, 1 - this.#momentum)),
      );
    blend(this.#mean, now.mean);
    blend(this.#variance, now.variance);
  }

  #training<T extends tf.Tensor>(x: T): { value: T; moving: Moments } {
    const before = { mean: this.#mean.value, variance: this.#variance.value };
    const scale = this.#scale?.value ?? tf.onesLike(before.mean);
    const shift = this.#shift?.value ?? tf.zerosLike(before.mean);
    const options = { epsilon: this.#epsilon, momentum: this.#momentum };
    return batchNormTraining(x, scale, shift, before, options);
  }
}
