/** The encoder of the ladder networks: a stack of layers, each normalised, disturbed by noise and then activated. */
import { add, batchNormTraining, mul, type Parameter, type Parameters, relu, sub, tf } from "@gumbel/engine";
import type { Batch, DataDescription } from "../system.js";
import type { Random } from "./dense.js";
import { asImages, type Layer, type LayerShape, layersOf } from "./layers.js";
import { addNoise } from "./noise.js";

/** As in the authors' code. */
const epsilon = 1e-10;
/** Share of the moving averages that remains after a step. */
const momentum = 0.99;

/** Mean and variance per channel, [channels]. */
export interface Moments {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

/** The mean and the biased variance over all axes but the last, with their gradients. */
export function momentsOf(x: tf.Tensor): Moments {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/** (x - mean) / √(variance + 1e-10). @param x [batch, …, channels] */
export const normalise = <T extends tf.Tensor>(x: T, { mean, variance }: Moments): T =>
  mul(sub(x, mean), tf.rsqrt(add(variance, epsilon)));

interface NormalisedLayer extends Layer {
  /** β; a pool has neither bias nor activation. */
  shift: Parameter<tf.Tensor1D> | undefined;
  mean: Parameter<tf.Tensor1D>;
  variance: Parameter<tf.Tensor1D>;
}

export class NoisyEncoder {
  /** Units of x and of every layer, that of the classes included. */
  readonly sizes: number[];
  readonly #parameters: Parameters;
  readonly #shape: number[];
  readonly #layers: NormalisedLayer[];
  readonly #scale: Parameter<tf.Tensor1D>;
  readonly #noise: number;

  /**
   * @param shapes hidden layers; a dense layer of a unit per class follows
   * @param noise standard deviation of the noise on the input and on every layer
   */
  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    shapes: LayerShape[],
    classes: number,
    noise: number,
  ) {
    this.#parameters = parameters;
    this.#shape = data.shape;
    this.#noise = noise;
    const all = [...shapes, { dense: classes }];
    const zeros = (name: string, size: number, trainable: boolean) =>
      parameters.create(name, [size], new Float32Array(size), { trainable });
    this.#layers = layersOf(parameters, random, "encoder", data.shape, all).map((layer) => {
      const { name, channels } = layer;
      const ones = new Float32Array(channels).fill(1);
      return {
        ...layer,
        shift: layer.weighted ? zeros(`${name}/shift`, channels, true) : undefined,
        mean: zeros(`${name}/mean`, channels, false),
        variance: parameters.create(`${name}/variance`, [channels], ones, { trainable: false }),
      };
    });
    this.#scale = parameters.create("encoder/scale", [classes], new Float32Array(classes).fill(1));
    this.sizes = [data.d, ...this.#layers.map(({ channels }) => channels)];
  }

  /**
   * The noisy path, each layer normalised by the statistics of this batch.
   *
   * @param x [batch, d]
   * @returns logits [batch, K], and z̃ of the input and of every layer
   */
  corrupted(x: tf.Tensor2D, random: Batch["random"], path: string): { logits: tf.Tensor2D; z: tf.Tensor[] } {
    return this.#run(addNoise(x, this.#noise, random(`${path}/0`)), (pre, { mean, variance }, i) => {
      const [channels] = mean.shape as [number];
      const moving = { mean: mean.value, variance: variance.value };
      const ones: tf.Tensor1D = tf.ones([channels]);
      const { value } = batchNormTraining(pre, ones, tf.zerosLike(ones), moving, { epsilon, momentum });
      return addNoise(value, this.#noise, random(`${path}/${i + 1}`));
    });
  }

  /**
   * The path without noise. The moving averages that `classify` takes follow the statistics of this batch.
   *
   * @param x [batch, d]
   * @returns z of the input and of every layer, and the statistics of every layer before its normalisation
   */
  clean(x: tf.Tensor2D): { z: tf.Tensor[]; moments: Moments[] } {
    const moments: Moments[] = [];
    const { z } = this.#run(x, (pre, layer) => {
      const now = momentsOf(pre);
      moments.push(now);
      this.#follow(layer.mean, now.mean);
      this.#follow(layer.variance, now.variance);
      return normalise(pre, now);
    });
    return { z, moments };
  }

  /** The finished network. @param x [batch, d] @returns logits [batch, K], and the last hidden layer [batch, F] */
  classify(x: tf.Tensor2D): { logits: tf.Tensor2D; hidden: tf.Tensor2D } {
    return this.#run(x, (pre, { mean, variance }) =>
      normalise(pre, { mean: mean.value, variance: variance.value }),
    );
  }

  #run(x: tf.Tensor2D, normalised: (pre: tf.Tensor, layer: NormalisedLayer, index: number) => tf.Tensor) {
    const z: tf.Tensor[] = [x];
    let h = asImages(x, this.#shape);
    let hidden = h;
    for (const [i, layer] of this.#layers.entries()) {
      hidden = h;
      h = normalised(layer.apply(h), layer, i);
      z.push(h);
      if (layer.shift) h = add(h, layer.shift.value);
      if (layer.shift && i < this.#layers.length - 1) h = relu(h);
    }
    const logits = mul(h as tf.Tensor2D, this.#scale.value);
    return { logits, z, hidden: tf.reshape(hidden, [x.shape[0], -1]) as tf.Tensor2D };
  }

  #follow(average: Parameter<tf.Tensor1D>, now: tf.Tensor1D): void {
    const next = add(mul(average.value, momentum), mul(now, 1 - momentum));
    this.#parameters.defer(average, next);
  }
}
