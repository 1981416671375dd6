/**
 * evaluate/evaluation.json: every figure of a pipeline's runs, as the evaluate stage writes it and the report reads it.
 */
import { z } from "zod";

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);

/**
 * The figures of one run. What needs labels, a test split or probabilities is null where there are none. Any further
 * figure of the metrics' registry stands under its own name.
 */
const runSchema = z.looseObject({
  seed: count,
  /** Share of the labelled examples whose cluster was matched to their class (Hungarian), in [0, 1]. */
  accuracy: fraction.nullable(),
  /** The same when each cluster takes the label of its most probable validation example, in [0, 1]. */
  accuracySimple: fraction.nullable(),
  /** Wrong argmax q(c | x) on the test split, in percent, clusters read as classes; of a system trained on labels. */
  testError: z.number().min(0).max(100).nullable(),
  /** Normalised mutual information, in [0, 1]. */
  nmi: z.number().nullable(),
  /** Adjusted Rand index, at most 1. */
  ari: z.number().nullable(),
  /** Error of the k nearest training examples' vote on the test split, in percent. */
  knn: z.array(z.strictObject({ k: z.int().min(1), error: z.number().min(0).max(100) })).nullable(),
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
