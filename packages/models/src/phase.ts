/** Training as a model describes it: phases, each played by players. */
import type { NamedArray, Objective, OptimizerOptions, Parameter, tf } from "@gumbel/engine";
import type { Sign } from "@gumbel/metrics";
import type { RandomStream } from "@gumbel/random";
import type { TrainingData } from "./data.js";

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
   * Examples that an epoch passes over. `auto`, the default: the unlabelled examples if labelled ones come with every batch, else
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
  /** Index of the pass over the data that it sees, among the phase's independent ones; 0, shared by all, if absent. */
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
  /** Signs in an epoch's mean terms (`player/term` if there are several players) that nothing is learned any more. */
  signs?(terms: Record<string, number>): Sign[];
  /** In the order in which they take their step. */
  players: readonly Player[];
}

/** How a model learns. */
export interface Training {
  phases: readonly Phase[];
  /**
   * Arrays that training needs and the trained model does not (targets, assignments). A checkpoint holds them, so that
   * a resumed run finds them again.
   */
  state?: Map<string, NamedArray>;
  /** After the last step: fits the parts that depend on the finished features. Changes parameters only. */
  finish?(data: TrainingData): Promise<void>;
}
