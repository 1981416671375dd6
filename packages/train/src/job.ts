import type { Problem, TrainPlan } from "@gumbel/config";
import type { TrainSummary } from "@gumbel/tables";
import type { Progress } from "./progress.js";

/** A task of a worker process: the training of one seed. */
export interface Job {
  plan: TrainPlan;
  seed: number;
  /** ingest/data.arrow. */
  data: string;
  /** Rows of data.arrow that keep their label in training. */
  labelled: number[];
  /** Number of clusters that was found in the data; null unless the option `clusters` is "auto". */
  foundClusters: number | null;
  /** URL of the compiled system if it is the user's own; null for one of the registry. */
  system: string | null;
  /** File of the initial weights; null for random ones. */
  pretrained: string | null;
  /** Digest of all that the run follows from: settings, code, engine, examples, labels and initial weights. */
  key: string;
  /** Folder for checkpoints. */
  scratch: string;
  /** Folder for the live files. */
  live: string;
  /** Output files. */
  weights: string;
  metrics: string;
  events: string;
  /** Output file, only if there are snapshots. */
  snapshots: string;
}

/** Asks a worker to write its checkpoint and end. */
export const pauseMessage = "pause";
/** Exit code of a worker that has done so. */
export const pausedCode = 130;

export type RunSummary = TrainSummary["runs"][number];

/** A message from a worker to the stage. */
export type Message =
  | { kind: "progress"; seed: number; progress: Progress }
  | {
      kind: "done";
      seed: number;
      run: RunSummary;
      /** True if the file of snapshots was written. */
      snapshots: boolean;
      clusters: number;
      parameters: number;
      engine: Record<string, string>;
      /** Of the worker, until the seed was trained. */
      peakRssBytes: number;
      seconds: number;
    }
  | { kind: "failed"; seed: number; problem: Problem };
