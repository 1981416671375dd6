/**
 * What a system is to the rest of the project. A system's file implements `System` and appears in one line of
 * registry.ts; batching, the loop, checkpoints, logs and seeds live once, in the train stage.
 */
import type { NamedArray, Objective, Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { z } from "zod";

/** What a model may know of the data before it sees any. */
export interface DataDescription {
  /** [height, width, channels] of an image, [d] of anything else. */
  shape: number[];
  /** Values in one example: the product of `shape`. */
  d: number;
  /** Whether inputs lie in [0, 1] or are any real number. */
  range: "unit" | "real";
  /** Number of classes; 0 where the data has none. */
  classes: number;
  /** Examples that training sees. */
  examples: number;
}

/** The examples a model is trained on, in the model's input scale. */
export interface TrainingData {
  n: number;
  d: number;
  /** Class of each row where training may use it, -1 elsewhere; absent in unsupervised training. */
  labels?: Int32Array;
  /** The given rows, one after another: rows.length × d. */
  rows(rows: Uint32Array): Float32Array;
  /** Every row: n × d. */
  all(): Float32Array;
}

/** One training step's input. */
export interface Batch {
  /** [batch, d] */
  x: tf.Tensor2D;
  /** Where each example stands in the training data. */
  rows: Uint32Array;
  /**
   * Class of each example where it may be used, -1 elsewhere; all -1 in unsupervised training. The labelled examples that
   * come with a batch (`training.labelledPerBatch`) stand first, and all others are unlabelled.
   */
  labels: Int32Array;
  /** Passes over the data so far, with its fraction: 2.5 is half-way through the third. */
  epoch: number;
  /** A random stream of this step, by what it is for. */
  random(name: string): RandomStream;
}

/** Where a run stands, counted from 0. */
export interface Place {
  epoch: number;
  /** Examples of this epoch that are done; 0 before its first step. */
  offset: number;
  /** Steps of all epochs that are done. */
  step: number;
}

/** What a model sees in a batch of examples. */
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

/** What a model that is still learning sees in a batch of examples. */
export type UnfinishedEncoding = Partial<Encoding> & {
  /** Where labels are spread to the examples: the one each was lent last, [batch], int32; -1 before the first time. */
  lent?: tf.Tensor1D;
};

/** What a model learns before its own objective makes sense: an autoencoder, as a rule. Always with Adam. */
export interface Pretraining {
  epochs: number;
  batchSize: number;
  learningRate: number;
  /** Before the first step. */
  start?(data: TrainingData): Promise<void>;
  objective(batch: Batch): Objective;
}

/** One model with its weights. Tensors that a method makes belong to the caller's `tf.tidy`. */
export interface Model {
  readonly parameters: Parameters;
  /** K. */
  readonly clusters: number;
  /** The part of `Encoding` that nearest neighbours and the map use. */
  readonly latent: "feature" | "z";
  /** A phase of its own before `start`, left out where the run starts from another pipeline's weights. */
  readonly pretraining?: Pretraining;
  /** Before the first step of a fresh run; not called on resuming. */
  start?(data: TrainingData): Promise<void>;
  /**
   * Arrays that training needs and the trained model does not (targets, assignments). A checkpoint holds them, so that
   * a killed run finds them again.
   */
  readonly state?: Map<string, NamedArray>;
  /** Before each step. Changes `parameters` and `state` only. `"converged"` ends the training. */
  beforeStep?(at: Place, data: TrainingData): Promise<"converged" | undefined>;
  /** What the learning rate is multiplied by in an epoch (counted from 0); 1 if absent. */
  learningRateFactor?(epoch: number): number;
  /** The terms of the objective on one batch. Absent where nothing is learned by gradients. */
  objective?(batch: Batch): Objective;
  /** After the last step: whatever is fitted to the finished features. Changes `parameters` only. */
  finish?(data: TrainingData): Promise<void>;
  /** @param x [batch, d] */
  encode(x: tf.Tensor2D): Encoding;
  /**
   * What there is of an encoding before `finish`: the part that `latent` names, and clusters where training has some of its
   * own. Absent: that of `encode`, without clusters where there is a `finish`.
   *
   * @param x [batch, d]
   * @param rows where each example stands in the training data
   */
  encodeUnfinished?(x: tf.Tensor2D, rows: Uint32Array): UnfinishedEncoding;
  /** Generated examples, where the model can. */
  generator?: {
    /** Size of the noise; 0 where a cluster has a single typical example. */
    noise: number;
    /**
     * @param c [batch, K], rows one-hot
     * @param noise [batch, noise], standard normal
     * @returns [batch, d]
     */
    generate(c: tf.Tensor2D, noise: tf.Tensor2D): tf.Tensor2D;
  };
  /**
   * The examples with their style kept and their cluster changed.
   *
   * @param x [batch, d]
   * @param c [batch, K], rows one-hot
   * @returns [batch, d]
   */
  restyle?(x: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D;
  /** @param x [batch, d] @returns [batch, d] */
  reconstruct?(x: tf.Tensor2D): tf.Tensor2D;
  /**
   * What lies between examples: mixtures of what the decoder is given of each, decoded.
   *
   * @param x [batch, d]
   * @param weights [made, batch], rows sum to 1; a row with a single 1 gives that example's reconstruction
   * @returns [made, d]
   */
  interpolate?(x: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D;
}

/** What a model is built from. */
export interface BuildContext<Options> {
  options: Options;
  data: DataDescription;
  /** A random stream of this run's initialisation, by what it is for. */
  random(...names: (string | number)[]): RandomStream;
}

/** A published (or proposed) clustering system. */
export interface System<Options = unknown> {
  /** Human name. */
  title: string;
  /** Authors, year, title, venue. */
  reference: string;
  /** The model's options with their defaults; each default's source stands in its description. */
  optionsSchema: z.ZodType<Options>;
  /** Schedule used where the pipeline does not set its own. No epochs: nothing is learned by gradients. */
  training: {
    epochs: number;
    batchSize: number;
    /**
     * Labelled examples that come with every batch, beside `batchSize` others: a system that trains on labels. An epoch
     * then passes over the unlabelled examples.
     */
    labelledPerBatch?: number;
    learningRate: number;
    optimizer?: "adam" | "sgd";
  };
  /** @throws UserError where the options do not fit the data. */
  build(context: BuildContext<Options>): Model;
}

/** Number of clusters: the option where set, else the number of classes of the data. */
export function clusterCount(option: number | null, data: DataDescription): number {
  return option ?? Math.max(data.classes, 1);
}

export { evenlySpaced } from "@gumbel/random";
