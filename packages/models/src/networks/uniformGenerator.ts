/** The generator of the adversarial networks: dense layers with batch norm from uniform noise to an example. */
import { add, mul, type Parameter, type Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { DataDescription, Decoder } from "../system.js";
import { BatchNorm, type BatchNormOptions } from "./batchNorm.js";
import { DenseLayer, type Random } from "./dense.js";
import { glorotNormal, type Layer, layersOf } from "./layers.js";
import { WeightNormLayer } from "./weightNorm.js";

export interface GeneratorShape {
  /** Size of the noise, uniform on (0, 1). */
  noiseSize: number;
  hidden: number[];
  norm: BatchNormOptions;
  activation: (h: tf.Tensor2D) => tf.Tensor2D;
  /** Whether the output layer has weight norm. */
  weightNorm: boolean;
}

export class UniformGenerator {
  /** Its weights. */
  readonly trains: readonly Parameter[];
  readonly #noiseSize: number;
  readonly #layers: { layer: Layer; norm: BatchNorm }[];
  readonly #output: WeightNormLayer | DenseLayer;
  readonly #activation: GeneratorShape["activation"];
  readonly #unit: boolean;

  /** The output is a sigmoid for inputs in [0, 1], else linear. */
  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    { noiseSize, hidden, norm, activation, weightNorm }: GeneratorShape,
  ) {
    const before = parameters.all;
    const shapes = hidden.map((dense) => ({ dense }));
    const initial = { conv: glorotNormal, dense: glorotNormal };
    this.#noiseSize = noiseSize;
    this.#layers = layersOf(parameters, random, "generator", [noiseSize], shapes, initial).map((layer) => ({
      layer,
      norm: new BatchNorm(parameters, layer.name, layer.channels, norm),
    }));
    const top = hidden.at(-1) ?? noiseSize;
    const name = "generator/output";
    this.#output = weightNorm
      ? new WeightNormLayer(parameters, random, name, top, data.d, { learnsScale: true })
      : new DenseLayer(parameters, random, name, top, data.d);
    this.#activation = activation;
    this.#unit = data.range === "unit";
    this.trains = parameters.trainable.filter((parameter) => !before.includes(parameter));
  }

  /**
   * New examples, normalised by their own statistics.
   *
   * @param follow whether the moving averages of `decoder` follow these
   * @returns [count, d]
   */
  draw(count: number, random: RandomStream, follow: boolean): tf.Tensor2D {
    const noise = tf.tensor2d(random.fill("uniform", count * this.#noiseSize), [count, this.#noiseSize]);
    return this.#run(noise, (norm, h) => (follow ? norm.apply(h, true) : norm.byBatch(h)));
  }

  /** It knows no clusters, and takes normal noise by the distribution function to uniform noise. */
  get decoder(): Decoder {
    const generate = (normal: tf.Tensor2D) => {
      const uniform = mul(add(tf.erf(mul(normal, Math.SQRT1_2)), 1), 0.5);
      return this.#run(uniform, (norm, h) => norm.apply(h, false));
    };
    return { generator: { noise: this.#noiseSize, conditional: false, generate } };
  }

  #run(noise: tf.Tensor2D, normalised: (norm: BatchNorm, h: tf.Tensor2D) => tf.Tensor2D): tf.Tensor2D {
    const top = this.#layers.reduce(
      (h, { layer, norm }) => this.#activation(normalised(norm, layer.apply(h) as tf.Tensor2D)),
      noise,
    );
    const output = this.#output.apply(top);
    return this.#unit ? tf.sigmoid(output) : output;
  }
}
