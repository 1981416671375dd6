/**
 * evaluate/evaluation.json: every figure of a pipeline's runs, written by the evaluate stage and read by the report.
 */
import { describeMetric, type Summary, summarize } from "@gumbel/metrics";
import { z } from "zod";
import { signSchema } from "./sign.js";

const count = z.int().min(0);

/** What rounding adds to a figure at the end of its range. */
const rounding = 1e-9;

/** Figures of a run by name in the metrics' registry, each in its metric's range; null if it cannot be computed for the run. */
export const figuresSchema = z.record(z.string(), z.number().nullable()).superRefine((figures, context) => {
  for (const [name, value] of Object.entries(figures)) {
    const { range } = describeMetric(name);
    if (value === null || !range) continue;
    const [least, most] = range;
    if (value >= least - rounding && value <= most + rounding) continue;
    context.addIssue({
      code: "custom",
      path: [name],
      message: `expected a number ${most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`}, found ${value}`,
    });
  }
});

const runSchema = z.strictObject({
  seed: count,
  figures: figuresSchema,
  /**
   * Class of each cluster: in the matching of `accuracy`, or of a system that was trained on labels the class that it predicts; -1 for
   * none.
   */
  assignment: z.array(z.int().min(-1)),
  /** Numbers of labelled examples by [class][cluster]. */
  confusion: z.array(z.array(count)),
  /** Number of examples in each cluster, labelled or not. */
  clusterSizes: z.array(count),
  /** Signs that the run found no clusters, worse ones than k-means, or had few steps; none if there is nothing wrong. */
  signs: z.array(signSchema),
});

/** Statistics of every figure over the runs, by name of the figure. */
export const summarySchema = z.record(
  z.string(),
  z.strictObject({ mean: z.number(), std: z.number().nullable(), n: z.int().min(1) }).nullable(),
);

/** Runs, by the figures that a summary is made of. */
type Runs = readonly { figures: Record<string, number | null> }[];

/** Statistics of one figure over the runs that have it; null if none has. */
export function summaryOf(runs: Runs, name: string): Summary | null {
  const values = runs.flatMap(({ figures }) => figures[name] ?? []);
  return values.length > 0 ? summarize(values) : null;
}

/** Relative difference that the order of a sum explains. */
const tolerance = 1e-6;

/** For a schema: adds an issue for each figure whose statistics are not those of the runs beside it. */
export function checkSummary(
  {
    summary,
    runs,
  }: { summary: Record<string, { mean: number | null; std: number | null; n: number } | null>; runs: Runs },
  context: z.core.$RefinementCtx,
): void {
  const same = (a: number | null, b: number | null): boolean =>
    a === null || b === null ? a === b : Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
  for (const [name, given] of Object.entries(summary)) {
    // A mean that is no number is shown as such, and is the runs' own fault.
    if (given && !Number.isFinite(given.mean)) continue;
    const found = summaryOf(runs, name);
    const agrees =
      given && found
        ? given.n === found.n && same(given.mean, found.mean) && same(given.std, found.std)
        : given === found;
    if (agrees) continue;
    context.addIssue({
      code: "custom",
      path: ["summary", name],
      message: `expected the mean of the ${runs.length} runs in this file, and their standard deviation`,
    });
  }
}

/** The fields of evaluation.json, without the check that its summary is that of its runs. */
export const evaluationFields = z.strictObject({
  dataset: z.strictObject({
    name: z.string(),
    /** Number of examples in total and in each split. */
    n: count,
    train: count,
    test: count,
    /** Names of the classes, by label; empty if there are no labels. */
    classes: z.array(z.string()),
  }),
  clusters: z.int().min(1),
  /** The column of latents.arrow in which the nearest neighbours were searched. */
  latent: z.enum(["feature", "z"]),
  /** Seed of the run that the report shows: the one with the lowest loss. */
  selectedSeed: count,
  runs: z.array(runSchema).min(1),
  /** How many of the labelled test examples the kNN errors are of, evenly spaced. */
  knn: z.strictObject({ examples: count, of: count }),
  /** k-means on the prepared data of some evenly spaced examples, for comparison; null if the system learns from labels. */
  baseline: z
    .strictObject({
      examples: count,
      accuracy: z.number().min(0).max(1).nullable(),
      silhouette: z.number().min(-1).max(1).nullable(),
    })
    .nullable(),
  /** Mean adjusted Rand index between the clusters of every two runs, in [-1, 1]; null for a single run. */
  agreement: z
    .number()
    .min(-1)
    .max(1 + rounding)
    .nullable(),
  /** Statistics over the runs, by name of the figure (`knn@3` for k = 3). `std` has n - 1 in the denominator; null for one run. */
  summary: summarySchema,
});
export const evaluationSchema = evaluationFields.superRefine(checkSummary);
export type Evaluation = z.output<typeof evaluationSchema>;
