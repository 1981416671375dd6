/**
 * The interface between a system and the rest of the project. A system's file exports a `System` and stands in one line
 * of registry.ts; the loop, batches, checkpoints, logs and seeds are in the train stage and know no system.
 */
import type { NamedArray, Objective, OptimizerOptions, Parameter, Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { z } from "zod";

/** The properties of the data that a model may depend on before it sees any. */
export interface DataDescription {
  /** [height, width, channels] of an image, [d] of anything else. */
  shape: number[];
  /** Values in one example: the product of `shape`. */
  d: number;
  /** Whether inputs lie in [0, 1] or are any real number. */
  range: "unit" | "real";
  /** Number of classes; 0 if the data has none. */
  classes: number;
  /** Examples that training sees. */
  examples: number;
  /** Examples among them whose label training may use; 0 in unsupervised training. */
  labelled: number;
}

/** The training examples, in the model's input scale. */
export interface TrainingData {
  n: number;
  d: number;
  /** Class of each row whose label training may use, -1 elsewhere; absent in unsupervised training. */
  labels?: Int32Array;
  /** The given rows, one after another: rows.length × d. */
  rows(rows: Uint32Array): Float32Array;
  /** Every row: n × d. */
  all(): Float32Array;
}

/** The input of one training step. */
export interface Batch {
  /** [batch, d]; labelled examples that come with the batch (`BatchShape.labelled`) are first. */
  x: tf.Tensor2D;
  /** Index of each example in the training data. */
  rows: Uint32Array;
  /** Class of the first, labelled examples of the batch; -1 for all others. */
  labels: Int32Array;
  /** Passes over the data in this phase so far, with the fraction of the current one: 2.5 is half-way through the third. */
  epoch: number;
  /** Epochs of this phase in all. */
  epochs: number;
  /** A random stream of this step, by purpose. */
  random(name: string): RandomStream;
}

/** The progress of a phase, counted from 0. */
export interface Position {
  epoch: number;
  /** Examples of this epoch that are done; 0 before its first step. */
  offset: number;
  /** Steps of this phase that are done. */
  step: number;
}

/** The examples of a step. */
export interface BatchShape {
  /** Examples of an epoch that one step takes. */
  size: number;
  /** Labelled examples that come with every batch, beside `size` others: all of them or so many at random; 0 if absent. */
  labelled?: number;
  /**
   * What an epoch passes over. `auto`, the default: the unlabelled examples if labelled ones come with every batch, else
   * everything.
   */
  over?: "auto" | "all" | "labelled";
}

/** Networks, an optimizer and an objective that are trained in turn with the phase's other players. */
export interface Player {
  /** Names its optimizer in a checkpoint and, if there are several players, its terms in the logs. */
  name: string;
  /** The parameters it moves; every trainable one of the model if absent. */
  trains?: readonly Parameter[];
  optimizer: OptimizerOptions;
  /** Which of the phase's independent passes over the data it sees; 0, shared by all, if absent. */
  pass?: number;
  objective(batch: Batch): Objective;
}

/** A part of the training with its own schedule and objective. Phases follow one another. */
export interface Phase {
  /** Names the random streams, the checkpoint and the curve of this phase. */
  name: string;
  epochs: number;
  batch: BatchShape;
  /** True for a phase that learns features before there are clusters: skipped if `train.pretrainedFrom` gives the weights. */
  pretraining?: boolean;
  /** Whether players go on with the optimizers that those of the same name had in the phase before. */
  continues?: boolean;
  /** Factor of every player's learning rate in an epoch (counted from 0) of so many; 1 if absent. */
  learningRate?(epoch: number, epochs: number): number;
  /** Before the first step; not called when a run is resumed. */
  start?(data: TrainingData): Promise<void>;
  /** Before each step. Changes parameters and `state` only. `"converged"` ends the phase. */
  beforeStep?(at: Position, data: TrainingData): Promise<"converged" | undefined>;
  /** After each step, with the rows of its first pass. Changes parameters and `state` only. */
  afterStep?(rows: Uint32Array, data: TrainingData): Promise<void>;
  /** In the order in which they take their step. */
  players: readonly Player[];
}

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

/** How a model learns. */
export interface Training {
  phases: readonly Phase[];
  /**
   * Arrays that training needs and the trained model does not (targets, assignments). A checkpoint holds them, so that
   * a resumed run finds them again.
   */
  state?: Map<string, NamedArray>;
  /** After the last step: fits what stands on the finished features. Changes parameters only. */
  finish?(data: TrainingData): Promise<void>;
}

/** How a model encodes. */
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
  /** Whether `generate` takes a cluster. */
  conditional: boolean;
  /**
   * @param noise [batch, noise], standard normal
   * @param c [batch, K], rows one-hot; ignored by a generator without clusters
   * @returns [batch, d]
   */
  generate(noise: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D;
}

/** What a model can draw. */
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

/** The schedule of a system's main phase: its own default, or the pipeline's. */
export interface Schedule {
  /** 0: nothing is learned by gradients. */
  epochs: number;
  batchSize: number;
  /** Labelled examples that come with every batch, beside `batchSize` others: for a system that trains on labels. */
  labelledPerBatch?: number;
  optimizer: OptimizerOptions;
}

/** Arguments of `System.build`. */
export interface BuildContext<Options> {
  options: Options;
  data: DataDescription;
  /** Of the main phase. */
  schedule: Schedule;
  /** A random stream of this run's initialisation, by purpose. */
  random(...names: (string | number)[]): RandomStream;
}

/** A published clustering system, or a variant of one. */
export interface System<Options = unknown> {
  /** Human name. */
  title: string;
  /** Authors, year, title, venue. */
  reference: string;
  /**
   * The published system of which this is a variant with additions of ours, by its name in the registry; absent if this is
   * the published one. A figure of a variant is never a figure of the published system.
   */
  variantOf?: string;
  /** The model's options with their defaults; each default's source stands in its description. */
  optionsSchema: z.ZodType<Options>;
  /** Schedule of the main phase if the pipeline does not set its own. */
  training: Schedule;
  /**
   * The value of the last epoch by which random starts and seeds are compared, lower is better: the objective's total or
   * one of its terms. Null if no value says which run is better, as of an objective whose targets move.
   */
  comparedBy: string | null;
  /** Options that keep the networks small enough for a test. */
  small: Partial<Record<string, unknown>>;
  /** @throws UserError if the options do not fit the data. */
  build(context: BuildContext<Options>): Model;
}
