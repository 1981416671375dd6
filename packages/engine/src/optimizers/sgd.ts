import * as tf from "@tensorflow/tfjs-core";
import { float32, isNative, runKernelMulti } from "../core/native.js";
import type { Parameter, Parameters } from "../core/parameters.js";
import { Optimizer, type Slots } from "./optimizer.js";

/** Constants of stochastic gradient descent. */
export interface SgdOptions {
  learningRate: number;
  /** Share of the last step that is added to the next; 0.9 in Xie et al. 2016. */
  momentum?: number;
}

/**
 * Stochastic gradient descent with momentum: v ← momentum · v + g, θ ← θ - rate · v (Polyak 1964, as PyTorch and Caffe
 * write it). One fused kernel per parameter on the native engine.
 */
export class Sgd extends Optimizer {
  readonly #momentum: number;

  constructor(
    parameters: Parameters,
    { learningRate, momentum = 0.9 }: SgdOptions,
    trains: readonly Parameter[] = parameters.trainable,
  ) {
    super(parameters, trains, learningRate, ["sgd/velocity"]);
    this.#momentum = momentum;
  }

  protected apply(updates: (Slots & { gradient: tf.Tensor })[]): void {
    if (isNative()) {
      const rate = tf.scalar(this.learningRate);
      const momentum = tf.scalar(this.#momentum);
      for (const { parameter, memory, gradient } of updates) {
        const inputs = [parameter.handle, memory[0]!.handle, rate, gradient, momentum];
        runKernelMulti("ResourceApplyMomentum", momentumAttributes, inputs, 0);
      }
      return;
    }
    for (const { parameter, memory, gradient } of updates) {
      const velocity = memory[0]!;
      velocity.assign(tf.add(tf.mul(velocity.value, this.#momentum), gradient));
      parameter.assign(tf.sub(parameter.value, tf.mul(velocity.value, this.learningRate)));
    }
  }
}

const momentumAttributes = { T: float32, use_locking: { bool: false }, use_nesterov: { bool: false } };
