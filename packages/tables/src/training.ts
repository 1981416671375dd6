/** The train stage's results: train/summary.json, and the lines of train/seed-<s>/metrics.jsonl. */
import { z } from "zod";
import { signSchema } from "./sign.js";

const count = z.int().min(0);

export const trainSummarySchema = z.strictObject({
  /** Registry name of the system, and its full name. */
  model: z.string(),
  title: z.string(),
  clusters: z.int().min(1),
  /** Numbers of clusters that were tried, with the mean silhouette of each; null unless the option `clusters` is "auto". */
  tried: z.array(z.strictObject({ clusters: count, silhouette: z.number() })).nullable(),
  /** Number of trained values. */
  parameters: count,
  runs: z
    .array(
      z.strictObject({
        seed: count,
        /** Number of epochs of the last phase. */
        epochs: count,
        /** Number of steps of all phases. */
        steps: count,
        /**
         * The value in the last epoch by which the system compares runs; lower is better. The run that the report shows is
         * selected by it. Null if the system compares by none.
         */
        loss: z.number().nullable(),
        /** The short runs from different starts; the one with the lowest value was continued. */
        restarts: z.array(z.strictObject({ start: count, loss: z.number(), chosen: z.boolean() })),
        /** Signs that the training was too short; none if there is nothing wrong. */
        signs: z.array(signSchema),
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
  /** The total objective per example, in nats or in the unit of the system's paper; null if there are several players. */
  loss: z.number().nullable(),
  /** The total of each player. */
  totals: z.record(z.string(), z.number()),
  /** Each unweighted term of the objective, a mean over the steps that had it; `player/term` if there are several players. */
  terms: z.record(z.string(), z.number()),
  /** The mean weight of each term. */
  weights: z.record(z.string(), z.number()),
  /** Accuracy and NMI of the current clusters, in [0, 1]; null without clusters or labels. */
  accuracy: z.number().nullable(),
  nmi: z.number().nullable(),
  /** Percent of the test examples; null unless the system is trained on labels, so that its clusters are classes. */
  testError: z.number().nullable(),
  /** Signs that the current clusters are none, at the end of the epoch. */
  signs: z.array(signSchema),
});
export type EpochRecord = z.output<typeof epochRecordSchema>;
