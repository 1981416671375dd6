/** A model: how it learns, encodes and draws. */
import type { Parameters, tf } from "@gumbel/engine";
import type { Training } from "./phase.js";

/** Encoding of a batch of examples. */
export interface Encoding {
  /** Assigned cluster, [batch], int32. */
  cluster: tf.Tensor1D;
  /** Deterministic feature, [batch, F]. */
  feature?: tf.Tensor2D;
  /** Mean of the Gaussian latent, [batch, Z]. */
  z?: tf.Tensor2D;
  /** q(c | x), [batch, K]; rows sum to 1. */
  probabilities?: tf.Tensor2D;
}

/** Encoding of a batch of examples during training. */
export type UnfinishedEncoding = Partial<Encoding> & {
  /** The pseudo-label of each example if labels are propagated, [batch], int32; -1 before the first time. */
  pseudoLabel?: tf.Tensor1D;
};

/** The part of a model that encodes. */
export interface Encoder {
  /** The part of `Encoding` that nearest neighbours and the map use. */
  latent: "feature" | "z";
  /** @param x [batch, d] */
  encode(x: tf.Tensor2D): Encoding;
  /**
   * The encoding before `finish`: the part that `latent` names, and clusters if training has some of its own. If absent,
   * that of `encode`, without clusters if there is a `finish`.
   *
   * @param x [batch, d]
   * @param rows index of each example in the training data
   */
  encodeDuringTraining?(x: tf.Tensor2D, rows: Uint32Array): UnfinishedEncoding;
}

/** Draws new examples. */
export interface Generator {
  /** Size of the noise; 0 if a cluster has a single typical example. */
  noise: number;
  /** True if `generate` takes a cluster. */
  conditional: boolean;
  /**
   * @param noise [batch, noise], standard normal
   * @param c [batch, K], rows one-hot; ignored by a generator without clusters
   * @returns [batch, d]
   */
  generate(noise: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D;
}

/** The part of a model that draws examples. */
export interface Decoder {
  generator?: Generator;
  /** @param x [batch, d] @returns [batch, d] */
  reconstruct?(x: tf.Tensor2D): tf.Tensor2D;
  /**
   * Mixtures of examples: weighted means of their codes, decoded.
   *
   * @param x [batch, d]
   * @param weights [mixtures, batch], rows sum to 1; a row with a single 1 gives that example's reconstruction
   * @returns [mixtures, d]
   */
  interpolate?(x: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D;
  /**
   * The examples in another cluster, their style kept.
   *
   * @param x [batch, d]
   * @param c [batch, K], rows one-hot
   * @returns [batch, d]
   */
  restyle?(x: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D;
}

/** One model with its weights. Tensors that a method returns belong to the caller's `tf.tidy`. */
export interface Model {
  readonly parameters: Parameters;
  /** K. */
  readonly clusters: number;
  readonly training: Training;
  readonly encoder: Encoder;
  readonly decoder: Decoder;
}
