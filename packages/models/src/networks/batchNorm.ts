import { add, batchNormTraining, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";

/** Share of the moving averages that remains after a step: PyTorch's default, which the author's code keeps. */
const momentum = 0.9;
const epsilon = 1e-3;

/** Batch norm over all but the last axis, for inputs of any rank (Ioffe and Szegedy 2015). */
export class BatchNorm {
  readonly #parameters: Parameters;
  readonly #scale: Parameter<tf.Tensor1D>;
  readonly #shift: Parameter<tf.Tensor1D>;
  readonly #mean: Parameter<tf.Tensor1D>;
  readonly #variance: Parameter<tf.Tensor1D>;

  constructor(parameters: Parameters, name: string, channels: number) {
    const fixed = { trainable: false };
    this.#parameters = parameters;
    this.#scale = parameters.create(`${name}/scale`, [channels], new Float32Array(channels).fill(1));
    this.#shift = parameters.create(`${name}/shift`, [channels], new Float32Array(channels));
    this.#mean = parameters.create(`${name}/mean`, [channels], new Float32Array(channels), fixed);
    this.#variance = parameters.create(
      `${name}/variance`,
      [channels],
      new Float32Array(channels).fill(1),
      fixed,
    );
  }

  /**
   * @param x [batch, …, channels]
   * @param training normalises by the batch's statistics and updates the moving averages; else by these
   */
  apply<T extends tf.Tensor>(x: T, training: boolean): T {
    const scale = this.#scale.value;
    const shift = this.#shift.value;
    if (!training) {
      const factor = mul(scale, tf.rsqrt(tf.add(this.#variance.value, epsilon)));
      return add(mul(sub(x, this.#mean.value), factor), shift);
    }
    const before = { mean: this.#mean.value, variance: this.#variance.value };
    const { value, moving } = batchNormTraining(x, scale, shift, before, { epsilon, momentum });
    this.#parameters.defer(this.#mean, moving.mean);
    this.#parameters.defer(this.#variance, moving.variance);
    return value;
  }
}
