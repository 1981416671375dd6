/**
 * evaluate/evaluation.json: every figure of a pipeline's runs, as the evaluate stage writes it and the report reads it.
 */
import { z } from "zod";

const count = z.int().min(0);

const runSchema = z.strictObject({
  seed: count,
  /** By name, as the metrics' registry has them; null if the run lacks what a figure needs. */
  figures: z.record(z.string(), z.number().nullable()),
  /** Class of each cluster by the matching behind `accuracy`; -1 for a spare cluster. */
  assignment: z.array(z.int().min(-1)),
  /** Labelled examples by [class][cluster]. */
  confusion: z.array(z.array(count)),
  /** Examples in each cluster, labelled or not. */
  clusterSizes: z.array(count),
});

export const evaluationSchema = z.strictObject({
  dataset: z.strictObject({
    name: z.string(),
    /** Examples in all, and in each split. */
    n: count,
    train: count,
    test: count,
    /** Names of the classes, by label; empty where there are no labels. */
    classes: z.array(z.string()),
  }),
  clusters: z.int().min(1),
  /** The column of latents.arrow that the nearest neighbours were found in. */
  latent: z.enum(["feature", "z"]),
  /** The run to show: the one with the lowest total loss. */
  selectedSeed: count,
  runs: z.array(runSchema).min(1),
  /** Over the runs, by name of the figure (`knn@3` for k = 3): `std` has n - 1 in the denominator, null for one run. */
  summary: z.record(
    z.string(),
    z.strictObject({ mean: z.number(), std: z.number().nullable(), n: z.int().min(1) }).nullable(),
  ),
});
export type Evaluation = z.output<typeof evaluationSchema>;
