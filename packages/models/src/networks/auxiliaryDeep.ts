/** The networks of the auxiliary deep generative models, ADGM and SDGM. */
import { add, type Parameters, sub, tf } from "@gumbel/engine";
import type { Batch, DataDescription } from "../system.js";
import type { Random } from "./dense.js";
import { type Likelihood, likelihoodOf } from "./gaussian.js";
import { type Gaussian, JoinedNetwork, type Statistics, sampleOf, surprise } from "./joinedNetwork.js";

export interface AuxiliaryShape {
  hidden: [number, ...number[]];
  /** Sizes of a and of z. */
  aSize: number;
  zSize: number;
  classes: number;
  /** Whether x depends on a (SDGM), or a on x (ADGM), in the generative model. */
  skip: boolean;
}

export class AuxiliaryDeep {
  readonly #classes: number;
  readonly #skip: boolean;
  readonly #likelihood: Likelihood;
  readonly #qa: JoinedNetwork;
  readonly #qy: JoinedNetwork;
  readonly #qz: JoinedNetwork;
  readonly #pa: JoinedNetwork;
  readonly #px: JoinedNetwork;

  constructor(parameters: Parameters, random: Random, data: DataDescription, shape: AuxiliaryShape) {
    const { hidden, aSize, zSize, classes, skip } = shape;
    const network = (name: string, inputs: number[], outputs: number[]) =>
      new JoinedNetwork(parameters, random, name, inputs, hidden, outputs);
    const { d } = data;
    this.#classes = classes;
    this.#skip = skip;
    this.#likelihood = likelihoodOf("auto", data);
    this.#qa = network("qa", [d], [aSize, aSize]);
    this.#qy = network("qy", [aSize, d], [classes]);
    this.#qz = network("qz", [aSize, d, classes], [zSize, zSize]);
    this.#pa = network("pa", skip ? [zSize, classes] : [zSize, classes, d], [aSize, aSize]);
    this.#px = network("px", skip ? [zSize, classes, aSize] : [zSize, classes], [d]);
  }

  /** q(a | x) and a sample of it, and the logits of q(y | a, x). */
  auxiliary(
    x: tf.Tensor2D,
    noise: Batch["random"],
    statistics: Statistics,
  ): { q: Gaussian; a: tf.Tensor2D; logits: tf.Tensor2D } {
    const q = gaussian(this.#qa.apply([x], statistics));
    const a = sampleOf(q, noise("a"));
    return { q, a, logits: this.#qy.apply([a, x], statistics)[0]! };
  }

  /**
   * -L(x, y) of each example and each of some classes, all by one sample of a and one of z:
   * -log p(x | ·) + log K - log p(z) - log p(a | ·) + log q(a | x) + log q(z | a, x, y).
   *
   * @param x [n, d]
   * @param y one-hot rows, [m · n, K]: n for a first class of each example, n for a second, …
   * @returns [m · n]
   */
  bounds(
    x: tf.Tensor2D,
    { q, a }: { q: Gaussian; a: tf.Tensor2D },
    y: tf.Tensor2D,
    noise: Batch["random"],
    statistics: Statistics,
  ): tf.Tensor1D {
    const repeats = y.shape[0] / x.shape[0];
    const repeated = <T extends tf.Tensor>(part: T): T =>
      tf.tile(part, [repeats, ...part.shape.slice(1).map(() => 1)]);
    const qz = gaussian(this.#qz.apply([a, x, y], statistics));
    const z = sampleOf(qz, noise("z"));
    const pa = gaussian(this.#pa.apply(this.#skip ? [z, y] : [z, y, x], statistics));
    const [output] = this.#px.apply(this.#skip ? [z, y, a] : [z, y], statistics);
    const prior = { mean: tf.zerosLike(z), logVariance: tf.zerosLike(z) };
    const ofA = sub(surprise(repeated(a), pa), repeated(surprise(a, q)));
    const ofZ = sub(surprise(z, prior), surprise(z, qz));
    const ofX = this.#likelihood.losses(output!, repeated(x));
    return add(add(add(ofX, ofA), ofZ), Math.log(this.#classes));
  }

  /** Predictions, at the mean of q(a | x): probabilities [n, K], and the mean of q(z | a, x, y) at y = q(y | a, x). */
  encode(x: tf.Tensor2D): { cluster: tf.Tensor1D; z: tf.Tensor2D; probabilities: tf.Tensor2D } {
    const a = this.#qa.apply([x], "moving")[0]!;
    const logits = this.#qy.apply([a, x], "moving")[0]!;
    const probabilities = tf.softmax(logits);
    const z = this.#qz.apply([a, x, probabilities], "moving")[0]!;
    return { cluster: tf.argMax(logits, 1), z, probabilities };
  }

  /** E[x | z, y], of SDGM at the mean of p(a | z, y), [n, d]. @param y [n, K], rows sum to 1 */
  decode(z: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
    const inputs = this.#skip ? [z, y, this.#pa.apply([z, y], "moving")[0]!] : [z, y];
    return this.#likelihood.mean(this.#px.apply(inputs, "moving")[0]!);
  }
}

const gaussian = ([mean, logVariance]: tf.Tensor2D[]): Gaussian => ({
  mean: mean!,
  logVariance: logVariance!,
});
