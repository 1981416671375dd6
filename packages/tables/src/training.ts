/** The train stage's account of its runs: train/summary.json, and train/seed-<s>/metrics.jsonl line by line. */
import { z } from "zod";

const count = z.int().min(0);

export const trainSummarySchema = z.strictObject({
  /** Registry name of the system, and its full name. */
  model: z.string(),
  title: z.string(),
  clusters: z.int().min(1),
  /** Number of trained values. */
  parameters: count,
  runs: z
    .array(
      z.strictObject({
        seed: count,
        /** Of the last phase. */
        epochs: count,
        /** Of all phases. */
        steps: count,
        /**
         * The last epoch's value by which the system compares runs, lower is better: the run to show is chosen by it. Null
         * if it compares by none.
         */
        loss: z.number().nullable(),
        /** The short runs from different starts, of which the one with the lowest value went on. */
        restarts: z.array(z.strictObject({ start: count, loss: z.number(), chosen: z.boolean() })),
      }),
    )
    .min(1),
});
export type TrainSummary = z.output<typeof trainSummarySchema>;

export const epochRecordSchema = z.strictObject({
  /** Name of the phase of training. */
  phase: z.string(),
  /** 1, 2, … in each phase. */
  epoch: z.int().min(1),
  /** Steps taken since the start of the run. */
  step: count,
  /** The total objective per example, in nats or as the system's paper has it; null if several players have one each. */
  loss: z.number().nullable(),
  /** The total of each player. */
  totals: z.record(z.string(), z.number()),
  /** Each term of the objective before its weight, a mean over the steps that had it; `player/term` if there are several. */
  terms: z.record(z.string(), z.number()),
  /** The mean weight of each term. */
  weights: z.record(z.string(), z.number()),
  /** Of the current clusters against the labels, in [0, 1]; null if there are none. */
  accuracy: z.number().nullable(),
  nmi: z.number().nullable(),
});
export type EpochRecord = z.output<typeof epochRecordSchema>;
