/** DEPICT's networks: a clean and a noisy encoder with the same weights, a decoder, and a softmax layer on the latent. */
import { add, div, matMul, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";
import { z } from "zod";
import type { Batch, DataDescription } from "../system.js";
import { DenseLayer, glorot, type Random } from "./dense.js";
import { dropout } from "./dropout.js";
import { layerOptions, type MirroredLayer, mirroredLayers } from "./mirroredLayers.js";

const rate = (fallback: number, source: string) => z.number().min(0).lt(1).default(fallback).describe(source);

/** The options of the networks. */
export const networkOptions = {
  ...layerOptions,
  dropout: z
    .strictObject({
      input: rate(0.1, "The authors' code."),
      first: rate(0.1, "After the first layer. The authors' code."),
      later: rate(0, "After the layers before z. The authors' code."),
    })
    .prefault({})
    .describe("Rates of dropout of the noisy encoder."),
};

type NetworkOptions = z.output<z.ZodObject<typeof networkOptions>>;

export class DepictNetwork {
  readonly #layers: MirroredLayer[];
  readonly #toFeature: DenseLayer;
  readonly #fromFeature: DenseLayer;
  readonly #weight: Parameter<tf.Tensor2D>;
  readonly #bias: Parameter<tf.Tensor1D>;
  readonly #rates: NetworkOptions["dropout"];
  /** True if inputs lie in [0, 1]: they are taken to [-1, 1], and the output is a tanh. */
  readonly #unit: boolean;

  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    options: NetworkOptions,
    featureSize: number,
    clusters: number,
  ) {
    this.#layers = mirroredLayers(parameters, random, data, options);
    const top = this.#layers.at(-1)!.size;
    this.#toFeature = new DenseLayer(parameters, random, "feature", top, featureSize);
    this.#fromFeature = new DenseLayer(parameters, random, "unfeature", featureSize, top);
    const shape: [number, number] = [featureSize, clusters];
    const weights = glorot(random("clusters"), shape, ...shape);
    this.#weight = parameters.create("clusters/weight", shape, weights);
    this.#bias = parameters.create("clusters/bias", [clusters], new Float32Array(clusters));
    this.#rates = options.dropout;
    this.#unit = data.range === "unit";
  }

  /** z, by the clean encoder. @param x [batch, d] @returns [batch, featureSize] */
  feature(x: tf.Tensor2D): tf.Tensor2D {
    return this.#encode(this.#scaled(x)).feature;
  }

  /** U z + b. @param feature [batch, featureSize] @returns [batch, K] */
  logits(feature: tf.Tensor2D): tf.Tensor2D {
    return add(matMul(feature, this.#weight.value), this.#bias.value);
  }

  /** r⁰ in the scale of the data. @param feature [batch, featureSize] @returns [batch, d] */
  decode(feature: tf.Tensor2D): tf.Tensor2D {
    const output = this.#decode(feature)[0]!;
    return this.#unit ? div(add(output, 1), 2) : output;
  }

  /**
   * The noisy latent, and the errors of the reconstruction from it, each a mean over its values.
   *
   * @returns z̃, mean (x - r⁰)² and Σ_l mean (hˡ - rˡ)²
   */
  denoise(
    raw: tf.Tensor2D,
    noise: Batch["random"],
  ): { feature: tf.Tensor2D; reconstruction: tf.Scalar; layerwise: tf.Scalar } {
    const x = this.#scaled(raw);
    const clean = this.#encode(x).hidden;
    const rates = [this.#rates.input, this.#rates.first];
    const { feature } = this.#encode(x, (h, layer) =>
      dropout(h, rates[layer] ?? this.#rates.later, noise(`dropout/${layer}`)),
    );
    const [output, ...hidden] = this.#decode(feature);
    const errors = hidden.map((r, l) => meanSquare(r, clean[l]!));
    return { feature, reconstruction: meanSquare(output!, x), layerwise: tf.addN(errors) };
  }

  /**
   * Sets U to the means of the clusters, scaled to length 1, and b to 0.
   *
   * @param features z of all training data, [n, featureSize]
   * @param targets one-hot rows of the clusters, n × K
   */
  setClusters(features: tf.Tensor2D, targets: Float32Array): void {
    const [, clusters] = this.#weight.shape as [number, number];
    tf.tidy(() => {
      // Of length 1 in the end, so that sums do for means.
      const sums = tf.matMul(tf.tensor2d(targets, [features.shape[0], clusters]), features, true);
      const lengths = tf.maximum(tf.norm(sums, "euclidean", 1, true), 1e-12);
      this.#weight.assign(tf.transpose(tf.div(sums, lengths)));
      this.#bias.assign(tf.zeros([clusters]));
    });
  }

  #scaled(x: tf.Tensor2D): tf.Tensor2D {
    return this.#unit ? sub(mul(x, 2), 1) : x;
  }

  /** h¹ … hᴸ and z; `noise` acts on h⁰ … hᴸ on their way up. */
  #encode(x: tf.Tensor2D, noise = (h: tf.Tensor2D, _layer: number) => h) {
    let h = noise(x, 0);
    const hidden = this.#layers.map((layer, i) => {
      h = noise(leaky(layer.up(h)), i + 1);
      return h;
    });
    return { hidden, feature: tf.tanh(this.#toFeature.apply(h)) };
  }

  /** r⁰ … rᴸ. */
  #decode(feature: tf.Tensor2D): tf.Tensor2D[] {
    let r = leaky(this.#fromFeature.apply(feature));
    const all = [r];
    this.#layers.toReversed().forEach((layer, i, { length }) => {
      const down = layer.down(r);
      r = i < length - 1 ? leaky(down) : this.#unit ? tf.tanh(down) : down;
      all.unshift(r);
    });
    return all;
  }
}

const leaky = (x: tf.Tensor2D): tf.Tensor2D => tf.leakyRelu(x, 0.01);

/** Mean over all values. The gradient runs into both. */
const meanSquare = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar => tf.mean(tf.squaredDifference(a, b));
