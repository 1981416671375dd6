import { add, matMul, oneHot, type Parameters, relu, type tf } from "@gumbel/engine";
import type { DataDescription, Decoder } from "../system.js";
import type { ClassGaussians } from "./classGaussians.js";
import { DenseLayer, type Random } from "./dense.js";
import { encoderAndDecoder, type Network } from "./encoderDecoder.js";
import { byScores } from "./scores.js";

/** x → f = g(x), q(c | x) = softmax(logits(f)), and x̃: a decoder of dense(f) + dense(c). */
export class FeatureAndClass {
  /** g, [batch, d] → [batch, featureSize] */
  readonly feature: Network;
  readonly #body: Network;
  readonly #logits: DenseLayer;
  readonly #fromFeature: DenseLayer;
  readonly #fromC: DenseLayer;

  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    options: { network: "dense" | "conv"; hidden: number[]; featureSize: number },
    clusters: number,
  ) {
    const { featureSize } = options;
    const { g, body } = encoderAndDecoder(parameters, random, data, options);
    this.feature = g;
    this.#body = body;
    this.#logits = new DenseLayer(parameters, random, "logits", featureSize, clusters);
    this.#fromFeature = new DenseLayer(parameters, random, "fromFeature", featureSize, featureSize);
    this.#fromC = new DenseLayer(parameters, random, "fromC", clusters, featureSize);
  }

  /** @param feature [batch, featureSize] @returns [batch, K] */
  logits(feature: tf.Tensor2D): tf.Tensor2D {
    return this.#logits.apply(feature);
  }

  /** @param x [batch, d] */
  encode(x: tf.Tensor2D): { cluster: tf.Tensor1D; feature: tf.Tensor2D; probabilities: tf.Tensor2D } {
    const feature = this.feature(x, false);
    const scores = this.logits(feature);
    return byScores(scores, feature);
  }

  /** @param feature [batch, featureSize] @param c [batch, K], rows sum to 1 @returns [batch, d] */
  decode(feature: tf.Tensor2D, c: tf.Tensor2D, training = false): tf.Tensor2D {
    return this.#body(relu(add(this.#fromFeature.apply(feature), this.#fromC.apply(c))), training);
  }

  /** The decoder of a model that draws f from a Gaussian of each class. */
  decoder(gaussians: ClassGaussians): Decoder {
    const [clusters, size] = gaussians.shape;
    return {
      generator: {
        noise: size,
        conditional: true,
        generate: (noise, c) => this.decode(gaussians.draw(c, noise), c),
      },
      reconstruct: (x) => {
        const { feature, probabilities } = this.encode(x);
        return this.decode(feature, probabilities);
      },
      interpolate: (x, weights) => {
        const { feature, probabilities } = this.encode(x);
        return this.decode(matMul(weights, feature), matMul(weights, probabilities));
      },
      restyle: (x, c) => {
        const { feature, cluster } = this.encode(x);
        return this.decode(gaussians.move(feature, oneHot(cluster, clusters), c), c);
      },
    };
  }
}
