import { add, matMul, type Parameters, relu, tf } from "@gumbel/engine";
import type { z } from "zod";
import type { DataDescription, Decoder } from "../system.js";
import { DenseLayer, type Random } from "./dense.js";
import { encoderAndDecoder, type Network } from "./encoderDecoder.js";
import { type Likelihood, likelihoodOf, type likelihoodOption } from "./gaussian.js";

/**
 * x → f = g(x), q(z | x) = N(mean(f), diag exp(logVariance(f))), q(c | x) = softmax(logits(f)), and p(x | z, c): a decoder of
 * dense(z) + dense(c).
 */
export class LatentAndClass {
  /** g, [batch, d] → [batch, featureSize] */
  readonly feature: Network;
  readonly mean: DenseLayer;
  readonly logVariance: DenseLayer;
  readonly logits: DenseLayer;
  readonly likelihood: Likelihood;
  readonly #body: Network;
  readonly #fromZ: DenseLayer;
  readonly #fromC: DenseLayer;
  readonly #zSize: number;

  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    options: {
      network: "dense" | "conv";
      hidden: number[];
      featureSize: number;
      zSize: number;
      likelihood: z.output<typeof likelihoodOption>;
    },
    clusters: number,
  ) {
    const { featureSize, zSize } = options;
    const { g, body } = encoderAndDecoder(parameters, random, data, options);
    this.feature = g;
    this.mean = new DenseLayer(parameters, random, "mean", featureSize, zSize);
    this.logVariance = new DenseLayer(parameters, random, "logVariance", featureSize, zSize);
    this.logits = new DenseLayer(parameters, random, "logits", featureSize, clusters);
    this.likelihood = likelihoodOf(options.likelihood, data);
    this.#body = body;
    this.#fromZ = new DenseLayer(parameters, random, "fromZ", zSize, featureSize);
    this.#fromC = new DenseLayer(parameters, random, "fromC", clusters, featureSize);
    this.#zSize = zSize;
  }

  /** @param x [batch, d] */
  encode(x: tf.Tensor2D) {
    const feature = this.feature(x, false);
    const scores = this.logits.apply(feature);
    const probabilities = tf.softmax(scores);
    return {
      cluster: tf.argMax<tf.Tensor1D>(scores, 1),
      feature,
      z: this.mean.apply(feature),
      probabilities,
    };
  }

  /** The parameters of p(x | z, c), without activation. @param z [batch, zSize] @param c [batch, K], rows sum to 1 */
  decode(z: tf.Tensor2D, c: tf.Tensor2D, training: boolean): tf.Tensor2D {
    return this.#body(relu(add(this.#fromZ.apply(z), this.#fromC.apply(c))), training);
  }

  /** Those of a decoder that is told no class. @param z [batch, zSize] */
  decodeLatent(z: tf.Tensor2D, training: boolean): tf.Tensor2D {
    return this.#body(relu(this.#fromZ.apply(z)), training);
  }

  /** The decoder of a model that draws z from N(0, I). */
  decoder(): Decoder {
    const draw = (z: tf.Tensor2D, c: tf.Tensor2D) => this.likelihood.mean(this.decode(z, c, false));
    return {
      generator: { noise: this.#zSize, conditional: true, generate: draw },
      reconstruct: (x) => {
        const { z, probabilities } = this.encode(x);
        return draw(z, probabilities);
      },
      interpolate: (x, weights) => {
        const { z, probabilities } = this.encode(x);
        return draw(matMul(weights, z), matMul(weights, probabilities));
      },
      restyle: (x, c) => draw(this.encode(x).z, c),
    };
  }
}
