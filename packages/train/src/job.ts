import type { Problem, TrainPlan } from "@gumbel/config";
import type { TrainSummary } from "@gumbel/tables";
import type { Progress } from "./progress.js";

/** What one worker process is to do: everything of one seed. */
export interface Job {
  plan: TrainPlan;
  seed: number;
  /** ingest/data.arrow. */
  data: string;
  /** Rows of it that keep their label in training. */
  labelled: number[];
  /** Weights to start from; null starts fresh. */
  pretrained: string | null;
  /** Folder for checkpoints. */
  scratch: string;
  /** Folder for what can be looked at while training runs. */
  live: string;
  /** Output files. */
  weights: string;
  metrics: string;
  events: string;
  /** Output file that is left out where there is nothing to put in. */
  snapshots: string;
}

export type RunSummary = TrainSummary["runs"][number];

/** What a worker tells the stage. */
export type Message =
  | { kind: "progress"; seed: number; progress: Progress }
  | {
      kind: "done";
      seed: number;
      run: RunSummary;
      /** Whether there is a file of snapshots. */
      snapshots: boolean;
      clusters: number;
      parameters: number;
      engine: Record<string, string>;
      peakRssBytes: number;
      seconds: number;
    }
  | { kind: "failed"; seed: number; problem: Problem };
