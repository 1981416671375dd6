/** M1 of Kingma et al. 2014: a variational autoencoder of softplus layers, whose latent is the input of another classifier. */
import {
  constant,
  div,
  gaussianKl,
  gaussianSample,
  type Objective,
  type Parameter,
  type Parameters,
  tf,
} from "@gumbel/engine";
import { z } from "zod";
import { encodeAll } from "../encodeAll.js";
import { hiddenOption } from "../options.js";
import type { Batch, DataDescription, TrainingData } from "../system.js";
import { binarised } from "../training/binarise.js";
import { weighted } from "../training/objective.js";
import { DenseLayer, type Random } from "./dense.js";
import { type Likelihood, likelihoodOf } from "./gaussian.js";
import { normals } from "./noise.js";

/** The options of M1. */
export const m1Options = {
  m1Hidden: hiddenOption([500, 500], "Hidden layers of M1. The authors' code; 600-600 in the paper."),
  m1Size: z.int().min(1).default(50).describe("Size of M1's latent. Section 4 of the paper."),
};

export class M1Network {
  /** Its weights. */
  readonly trains: readonly Parameter[];
  readonly size: number;
  readonly #data: DataDescription;
  readonly #likelihood: Likelihood;
  readonly #encoder: DenseLayer[];
  readonly #mean: DenseLayer;
  readonly #logVariance: DenseLayer;
  readonly #decoder: DenseLayer[];
  readonly #output: DenseLayer;

  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    { m1Hidden: hidden, m1Size: size }: { m1Hidden: number[]; m1Size: number },
  ) {
    const before = parameters.all;
    const layer = (name: string, from: number, to: number, deviation = 1 / Math.sqrt(from)) =>
      new DenseLayer(parameters, random, `m1/${name}`, from, to, "linear", { deviation });
    const layers = (name: string, sizes: number[]) =>
      sizes.slice(1).map((to, i) => layer(`${name}/${i}`, sizes[i]!, to));
    const top = hidden.at(-1) ?? data.d;
    this.size = size;
    this.#data = data;
    this.#likelihood = likelihoodOf("auto", data);
    this.#encoder = layers("encoder", [data.d, ...hidden]);
    this.#mean = layer("mean", top, size);
    this.#logVariance = layer("logVariance", top, size, 0);
    this.#decoder = layers("decoder", [size, ...hidden.toReversed()]);
    this.#output = layer("output", hidden[0] ?? size, data.d);
    this.trains = parameters.all.filter((parameter) => !before.includes(parameter));
  }

  /** μ and log σ² of q(z | x), [batch, size] each. @param x [batch, d] */
  encode(x: tf.Tensor2D): { mean: tf.Tensor2D; logVariance: tf.Tensor2D } {
    const h = softplus(this.#encoder, x);
    return { mean: this.#mean.apply(h), logVariance: this.#logVariance.apply(h) };
  }

  /** E[x | z], [batch, d]. @param z [batch, size] */
  decode(z: tf.Tensor2D): tf.Tensor2D {
    return this.#likelihood.mean(this.#output.apply(softplus(this.#decoder, z)));
  }

  /** A draw of q(z | x) without a gradient. */
  draw(x: tf.Tensor2D, noise: Batch["random"]): tf.Tensor2D {
    return constant(() => sampled(this.encode(x), noise));
  }

  /**
   * -E[log p(x | z)] + KL(q(z | x) ‖ N(0, I)) + ‖θ‖² / 2N: pixels are binarised anew, one sample of z, weights have the prior
   * N(0, 1).
   */
  objective(batch: Batch): Objective {
    const x = binarised(batch.x, this.#data, batch.random("binarise"));
    const q = this.encode(x);
    const output = this.#output.apply(softplus(this.#decoder, sampled(q, batch.random)));
    const squares = this.trains.map(({ value }) => tf.sum(tf.square(value)) as tf.Scalar);
    return weighted({
      reconstruction: this.#likelihood.loss(output, x),
      gaussian: gaussianKl(q.mean, q.logVariance),
      prior: [div(tf.addN(squares), 2), 1 / this.#data.examples],
    });
  }

  /** The means of all training examples, [n, size]. The caller disposes of them. */
  meansOf(all: TrainingData): tf.Tensor2D {
    return encodeAll(all, this.size, (x) => this.encode(x).mean);
  }
}

const softplus = (layers: DenseLayer[], x: tf.Tensor2D): tf.Tensor2D =>
  layers.reduce((h, layer) => tf.softplus(layer.apply(h)), x);

const sampled = (q: { mean: tf.Tensor2D; logVariance: tf.Tensor2D }, noise: Batch["random"]): tf.Tensor2D =>
  gaussianSample(q.mean, q.logVariance, normals<tf.Tensor2D>(q.mean.shape, noise("z")));
