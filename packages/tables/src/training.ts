/**
 * What the train stage says of its runs: train/summary.json, and train/seed-<s>/metrics.jsonl line by line.
 */
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
        epochs: count,
        steps: count,
        /** The last epoch's total objective, by which the shown run is chosen; null for a system without one. */
        loss: z.number().nullable(),
        /** The short runs from different starts, of which the lowest loss went on. */
        restarts: z.array(z.strictObject({ start: count, loss: z.number(), chosen: z.boolean() })),
      }),
    )
    .min(1),
});
export type TrainSummary = z.output<typeof trainSummarySchema>;

export const epochRecordSchema = z.strictObject({
  /** 1, 2, … */
  epoch: z.int().min(1),
  /** Steps taken since the start of the run. */
  step: count,
  /** The total objective per example: nats, or as the system's paper has it. */
  loss: z.number(),
  /** Each part of the objective, by name. */
  terms: z.record(z.string(), z.number()),
  /** Of the clusters so far against the labels, in [0, 1]; null where there are none. */
  accuracy: z.number().nullable(),
  nmi: z.number().nullable(),
});
export type EpochRecord = z.output<typeof epochRecordSchema>;
