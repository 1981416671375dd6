import * as tf from "@tensorflow/tfjs-core";
import { float32, isNative, runKernelMulti } from "../core/native.js";
import type { Parameter, Parameters } from "../core/parameters.js";
import { Optimizer, type Slots } from "./optimizer.js";

/** Constants of Adam. */
export interface AdamOptions {
  learningRate: number;
  /** Decay of the mean of the gradients; 0.9 in the paper. */
  beta1?: number;
  /** Decay of the mean of their squares; 0.999 in the paper. */
  beta2?: number;
  /** Added to the denominator; 1e-8 in the paper. */
  epsilon?: number;
}

/**
 * Adam (Kingma and Ba 2015): one fused kernel per parameter on the native engine, the same formula in plain operations
 * on the others.
 */
export class Adam extends Optimizer {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  constructor(
    parameters: Parameters,
    { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
    trains: readonly Parameter[] = parameters.trainable,
  ) {
    super(parameters, trains, learningRate, ["adam/mean", "adam/square"]);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  protected apply(updates: (Slots & { gradient: tf.Tensor })[]): void {
    const [beta1, beta2, epsilon] = [this.#beta1, this.#beta2, this.#epsilon];
    const power1 = beta1 ** this.steps;
    const power2 = beta2 ** this.steps;
    if (isNative()) {
      const scalars = [power1, power2, this.learningRate, beta1, beta2, epsilon].map((value) =>
        tf.scalar(value),
      );
      for (const { parameter, memory, gradient } of updates) {
        const inputs = [parameter.handle, ...memory.map(({ handle }) => handle), ...scalars, gradient];
        runKernelMulti("ResourceApplyAdam", adamAttributes, inputs, 0);
      }
      return;
    }
    const rate = (this.learningRate * Math.sqrt(1 - power2)) / (1 - power1);
    for (const { parameter, memory, gradient } of updates) {
      const [mean, square] = memory as [(typeof memory)[0], (typeof memory)[0]];
      mean.assign(tf.add(tf.mul(mean.value, beta1), tf.mul(gradient, 1 - beta1)));
      square.assign(tf.add(tf.mul(square.value, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
      const step = tf.div(tf.mul(mean.value, rate), tf.add(tf.sqrt(square.value), epsilon));
      parameter.assign(tf.sub(parameter.value, step));
    }
  }
}

const adamAttributes = { T: float32, use_locking: { bool: false }, use_nesterov: { bool: false } };
