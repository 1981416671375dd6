import { type Parameters, relu, type tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { Random } from "./dense.js";
import { addNoise } from "./noise.js";
import { WeightNormLayer } from "./weightNorm.js";

/** The noise of each layer, 0 the input's. */
type LayerNoise = (layer: number) => RandomStream;

/** Dense layers with weight norm, ReLU and noise. The scale of all layers but the last stays as `standardise` sets it. */
export class WeightNormClassifier {
  readonly #layers: WeightNormLayer[];
  readonly #deviations: { input: number; hidden: number };

  /**
   * @param sizes inputs, hidden …, classes
   * @param noise its standard deviation on the input, and on hidden layers after their ReLU
   */
  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    sizes: number[],
    noise: { input: number; hidden: number },
    trainable = true,
  ) {
    this.#deviations = noise;
    this.#layers = sizes.slice(1).map((size, i) => {
      const learnsScale = i === sizes.length - 2;
      const form = { learnsScale, trainable };
      return new WeightNormLayer(parameters, random, `${name}/${i}`, sizes[i]!, size, form);
    });
  }

  /**
   * Logits [batch, classes], and the last hidden layer before its noise, [batch, F].
   *
   * @param x [batch, inputs]
   * @param noise none in predictions
   */
  classify(x: tf.Tensor2D, noise?: LayerNoise): { logits: tf.Tensor2D; feature: tf.Tensor2D } {
    return this.#run(x, noise, (layer, h) => layer.apply(h));
  }

  /** Sets scales and biases so that all layers of these inputs have mean 0 and variance 1 before their ReLU. */
  standardise(x: tf.Tensor2D, noise: LayerNoise): void {
    this.#run(x, noise, (layer, h) => {
      layer.standardise(h);
      return layer.apply(h);
    });
  }

  #run(
    x: tf.Tensor2D,
    noise: LayerNoise | undefined,
    apply: (layer: WeightNormLayer, h: tf.Tensor2D) => tf.Tensor2D,
  ) {
    const disturbed = (h: tf.Tensor2D, layer: number, deviation: number) =>
      noise ? addNoise(h, deviation, noise(layer)) : h;
    let feature = x;
    let h = disturbed(x, 0, this.#deviations.input);
    for (const [i, layer] of this.#layers.slice(0, -1).entries()) {
      feature = relu(apply(layer, h));
      h = disturbed(feature, i + 1, this.#deviations.hidden);
    }
    return { logits: apply(this.#layers.at(-1)!, h), feature };
  }
}
