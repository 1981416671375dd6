/** The encoder of the ladder networks: a stack of layers, each normalised, disturbed by noise and then activated. */
import { mul, type Parameters, relu, tf } from "@gumbel/engine";
import type { Batch, DataDescription } from "../system.js";
import { BatchNorm, type Moments, momentsOf, normalise } from "./batchNorm.js";
import { DenseLayer, type Random } from "./dense.js";
import { asImages, type Layer, type LayerShape, layersOf } from "./layers.js";
import { addNoise } from "./noise.js";
import { byScores } from "./scores.js";

/** Added to variances, as in the authors' code. */
export const epsilon = 1e-10;

interface NormalisedLayer extends Layer {
  /** With the shift β unless it is a pool, which has neither bias nor activation. */
  norm: BatchNorm;
}

export class NoisyEncoder {
  /** Units of x and of every layer, that of the classes included. */
  readonly sizes: number[];
  readonly #shape: number[];
  readonly #layers: NormalisedLayer[];
  /** Turns the uppermost layer into logits. */
  readonly #toLogits: (h: tf.Tensor) => tf.Tensor2D;
  readonly #noise: number;
  readonly #slope: number;
  /** Layers with an activation, but for pools. */
  readonly #activated: number;

  /**
   * @param shapes hidden layers; a dense layer of a unit per class follows
   * @param form.noise standard deviation of the noise on the input and on every layer
   * @param form.slope of the activation below 0
   * @param form.plainTop whether the layer of the classes is a common one, without normalisation and noise
   */
  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    shapes: LayerShape[],
    classes: number,
    { noise, slope = 0, plainTop = false }: { noise: number; slope?: number; plainTop?: boolean },
  ) {
    this.#shape = data.shape;
    this.#noise = noise;
    this.#slope = slope;
    const all = plainTop ? shapes : [...shapes, { dense: classes }];
    this.#layers = layersOf(parameters, random, "encoder", data.shape, all).map((layer) => {
      const form = { epsilon, momentum: 0.99, scale: false, shift: layer.weighted };
      return { ...layer, norm: new BatchNorm(parameters, layer.name, layer.channels, form) };
    });
    if (plainTop) {
      const below = tf.util.sizeFromShape(this.#layers.at(-1)?.shape ?? data.shape);
      const top = new DenseLayer(parameters, random, "classes", below, classes);
      this.#toLogits = (h) => top.apply(tf.reshape(h, [-1, below]));
    } else {
      const scale = parameters.create("encoder/scale", [classes], new Float32Array(classes).fill(1));
      this.#toLogits = (h) => mul(h as tf.Tensor2D, scale.value);
    }
    this.#activated = this.#layers.length - (plainTop ? 0 : 1);
    this.sizes = [data.d, ...this.#layers.map(({ channels }) => channels)];
  }

  /**
   * The noisy path, each layer normalised by the statistics of this batch.
   *
   * @param x [batch, d]
   * @param path names its noise
   * @returns logits [batch, K], and z̃ of the input (0) and of the layers (1 …)
   */
  corrupted(x: tf.Tensor2D, random: Batch["random"], path: string) {
    const noisy = addNoise(x, this.#noise, random(`${path}/0`));
    const { logits, before } = this.#run(noisy, (h, { norm }, i) =>
      addNoise(norm.byBatch(h), this.#noise, random(`${path}/${i + 1}`)),
    );
    return { logits, z: (layer: number) => (layer === 0 ? noisy : this.#unshifted(before, layer)) };
  }

  /**
   * The path without noise. The moving averages that `encode` takes follow the statistics of this batch.
   *
   * @param x [batch, d]
   * @returns z of the input (0) and of the layers (1 …), and the statistics of these before their normalisation
   */
  clean(x: tf.Tensor2D) {
    const moments: Moments[] = [];
    const { before } = this.#run(x, (h, { norm }) => {
      const now = momentsOf(h);
      moments.push(now);
      norm.follow(now);
      return norm.shifted(normalise(h, now, epsilon));
    });
    return {
      z: (layer: number) => (layer === 0 ? x : this.#unshifted(before, layer)),
      moments: (layer: number) => moments[layer - 1],
    };
  }

  /**
   * `clean` by faster kernels.
   *
   * @returns logits [batch, K], the last hidden layer, flat, and the uppermost normalised layer before its normalisation
   */
  follow(x: tf.Tensor2D): { logits: tf.Tensor2D; hidden: tf.Tensor2D; top: tf.Tensor2D } {
    let top = x;
    const { logits, hidden } = this.#run(x, (h, { norm }) => {
      top = h as tf.Tensor2D;
      return norm.apply(h, true);
    });
    return { logits, hidden, top };
  }

  /** The finished network; clusters are classes, the feature is the last hidden layer. @param x [batch, d] */
  encode(x: tf.Tensor2D): { cluster: tf.Tensor1D; feature: tf.Tensor2D; probabilities: tf.Tensor2D } {
    const { logits, hidden } = this.#run(x, (h, { norm }) => norm.apply(h, false));
    return byScores(logits, hidden);
  }

  /** @param normalised a layer's normalisation, with its noise and its β */
  #run(x: tf.Tensor2D, normalised: (h: tf.Tensor, layer: NormalisedLayer, index: number) => tf.Tensor) {
    const before: tf.Tensor[] = [];
    let h = asImages(x, this.#shape);
    let hidden = h;
    for (const [i, layer] of this.#layers.entries()) {
      h = normalised(layer.apply(h), layer, i);
      before.push(h);
      if (i >= this.#activated) break;
      if (layer.weighted) h = this.#slope === 0 ? relu(h) : tf.leakyRelu(h, this.#slope);
      hidden = h;
    }
    // `before`: the layers before their activation.
    return { logits: this.#toLogits(h), before, hidden: tf.reshape(hidden, [x.shape[0], -1]) as tf.Tensor2D };
  }

  /** z of a dense layer, which has β added to it for the activation. */
  #unshifted(before: tf.Tensor[], layer: number): tf.Tensor2D {
    return this.#layers[layer - 1]!.norm.unshifted(before[layer - 1] as tf.Tensor2D);
  }
}
