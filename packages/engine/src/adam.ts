/**
 * Adam (Kingma and Ba 2015), as one fused kernel per parameter where TensorFlow runs and as the same formula in
 * plain operations elsewhere.
 */
import * as tf from "@tensorflow/tfjs-core";
import { float32, isNative, runKernelMulti } from "./native.js";
import { type NamedArray, Parameter, type Parameters } from "./parameters.js";

/** Named scalars of one step; `total` is what is minimised. */
export type Objective = { total: tf.Scalar } & Record<string, tf.Scalar>;

export interface AdamOptions {
  learningRate: number;
  /** Decay of the mean of the gradients; 0.9 in the paper. */
  beta1?: number;
  /** Decay of the mean of their squares; 0.999 in the paper. */
  beta2?: number;
  /** Added to the denominator; 1e-8 in the paper. */
  epsilon?: number;
}

export class Adam {
  learningRate: number;
  readonly #parameters: Parameters;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #moments: { parameter: Parameter; mean: Parameter; square: Parameter }[];
  #steps = 0;

  constructor(
    parameters: Parameters,
    { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  ) {
    this.learningRate = learningRate;
    this.#parameters = parameters;
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
    this.#moments = parameters.trainable.map((parameter) => {
      const zeros = () => new Float32Array(parameter.shape.reduce((product, n) => product * n, 1));
      return {
        parameter,
        mean: new Parameter(`adam/mean/${parameter.name}`, parameter.shape, zeros(), false),
        square: new Parameter(`adam/square/${parameter.name}`, parameter.shape, zeros(), false),
      };
    });
  }

  /**
   * One step against the gradient of `objective().total`.
   *
   * @returns the objective's scalars, which the caller disposes of; nothing waits for their values.
   */
  minimize(objective: () => Objective): Objective {
    this.#steps++;
    let terms: Objective | undefined;
    tf.tidy(() => {
      const values = this.#moments.map(({ parameter }) => parameter.read());
      const rest = this.#parameters.all.filter((parameter) => !parameter.trainable);
      for (const parameter of rest) parameter.read();
      const { grads } = tf.engine().gradients(
        () => {
          terms = objective();
          for (const term of Object.values(terms)) tf.keep(term);
          return terms.total;
        },
        values,
        undefined,
        true,
      );
      for (const parameter of this.#parameters.all) parameter.release();
      this.#apply(grads);
    });
    this.#parameters.settle();
    return terms!;
  }

  /** A parameter that the objective does not use has no gradient and stays as it is. */
  #apply(gradients: (tf.Tensor | null)[]): void {
    const power1 = this.#beta1 ** this.#steps;
    const power2 = this.#beta2 ** this.#steps;
    if (isNative()) {
      const [b1p, b2p, rate, b1, b2, epsilon] = [
        power1,
        power2,
        this.learningRate,
        this.#beta1,
        this.#beta2,
        this.#epsilon,
      ].map((value) => tf.scalar(value)) as [
        tf.Scalar,
        tf.Scalar,
        tf.Scalar,
        tf.Scalar,
        tf.Scalar,
        tf.Scalar,
      ];
      this.#moments.forEach(({ parameter, mean, square }, i) => {
        const gradient = gradients[i];
        if (!gradient) return;
        const inputs = [
          parameter.handle,
          mean.handle,
          square.handle,
          b1p,
          b2p,
          rate,
          b1,
          b2,
          epsilon,
          gradient,
        ];
        runKernelMulti("ResourceApplyAdam", applyAttributes, inputs, 0);
      });
      return;
    }
    const rate = (this.learningRate * Math.sqrt(1 - power2)) / (1 - power1);
    this.#moments.forEach(({ parameter, mean, square }, i) => {
      const gradient = gradients[i];
      if (!gradient) return;
      mean.assign(tf.add(tf.mul(mean.value, this.#beta1), tf.mul(gradient, 1 - this.#beta1)));
      square.assign(tf.add(tf.mul(square.value, this.#beta2), tf.mul(tf.square(gradient), 1 - this.#beta2)));
      const step = tf.div(tf.mul(mean.value, rate), tf.add(tf.sqrt(square.value), this.#epsilon));
      parameter.assign(tf.sub(parameter.value, step));
    });
  }

  /** Everything a resumed run needs: the moments and the number of steps. */
  async save(): Promise<{ steps: number; moments: Map<string, NamedArray> }> {
    const moments = new Map<string, NamedArray>();
    for (const { mean, square } of this.#moments) {
      for (const moment of [mean, square]) {
        const value = tf.tidy(() => moment.value);
        moments.set(moment.name, { shape: moment.shape, values: (await value.data<"float32">()).slice() });
        value.dispose();
      }
    }
    return { steps: this.#steps, moments };
  }

  load({ steps, moments }: { steps: number; moments: ReadonlyMap<string, NamedArray> }): void {
    this.#steps = steps;
    for (const { mean, square } of this.#moments) {
      for (const moment of [mean, square]) {
        const saved = moments.get(moment.name);
        if (!saved) throw new Error(`the saved optimizer lacks ${moment.name}`);
        tf.tidy(() => moment.assign(tf.tensor(saved.values, saved.shape, "float32")));
      }
    }
  }

  dispose(): void {
    for (const { mean, square } of this.#moments) {
      mean.dispose();
      square.dispose();
    }
  }
}

const applyAttributes = { T: float32, use_locking: { bool: false }, use_nesterov: { bool: false } };
