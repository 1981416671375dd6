/**
 * The interface between a system and the rest of the project. A system's file exports a `System` and is named in one line
 * of registry.ts; the loop, batches, checkpoints, logs and seeds are in the train stage and know no system.
 */
import type { OptimizerOptions } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { z } from "zod";
import type { DataDescription } from "./data.js";
import type { Model } from "./model.js";
import type { OwnData } from "./ownData.js";

export type * from "./data.js";
export type * from "./model.js";
export type * from "./phase.js";

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
  /** Address of that paper; absent if none is known that stays. */
  link?: string;
  /**
   * The published system of which this is a variant with additions of ours, by its name in the registry; absent if this is
   * the published one. A figure of a variant is never a figure of the published system.
   */
  variantOf?: string;
  /** The model's options with their defaults; the description of each names its source. */
  optionsSchema: z.ZodType<Options>;
  /** Schedule of the main phase if the pipeline does not set its own. */
  training: Schedule;
  /**
   * The value of the last epoch by which random starts and seeds are compared, lower is better: the objective's total or
   * one of its terms. Null if no value says which run is better, as of an objective whose targets move.
   */
  comparedBy: string | null;
  /** Options that keep the networks small enough for the tests that all systems of the registry pass. */
  small?: Partial<Record<string, unknown>>;
  /** Options that suit the user's own data, for `gumbel new --data`: the published ones suit the data of the papers. */
  forData?(data: OwnData): Partial<Record<string, unknown>>;
  /** @throws UserError if the options do not fit the data. */
  build(context: BuildContext<Options>): Model;
}
