/** The evaluation of one run. */
import { type EvaluatePlan, UserError } from "@gumbel/config";
import {
  type Contingency,
  collapses,
  contingency,
  type EvaluatedRun,
  hungarianMatching,
  metrics,
  SettingError,
} from "@gumbel/metrics";
import type { Evaluation } from "@gumbel/tables";
import type { Latents } from "./latents.js";

/**
 * Every metric of a run, the confusion of its clusters and the classes over all labelled examples, and signs of a collapse.
 *
 * @param input the prepared data of some examples
 * @param labelled rows whose label training saw
 * @param classes number of classes
 * @param K number of clusters
 * @param engine what the engine computes, if one runs
 * @throws UserError if a setting of the plan does not fit the data.
 */
export function evaluateRun(
  seed: number,
  latents: Latents,
  input: EvaluatedRun["input"],
  labelled: readonly number[],
  classes: number,
  K: number,
  plan: Pick<EvaluatePlan, "knn" | "validationSplit" | "trainedOnLabels">,
  engine?: Pick<EvaluatedRun, "search" | "distances">,
): Evaluation["runs"][number] {
  const { labels, clusters, probabilities, latent, z, splits } = latents;
  const clusterSizes = new Array<number>(K).fill(0);
  for (const cluster of clusters) clusterSizes[cluster]!++;

  const table = labels.some((label) => label >= 0)
    ? contingency(labels, clusters, { classes, clusters: K })
    : null;
  const run = {
    labels,
    clusters,
    K,
    table,
    probabilities,
    latent,
    input,
    splits,
    labelled,
    settings: plan,
    ...engine,
  };
  const figures = withFieldOfSetting(() =>
    Object.fromEntries(metrics.flatMap((metric) => Object.entries(metric.compute(run)))),
  );
  const ofClass = (label: number) =>
    table?.counts.subarray(label * K, (label + 1) * K) ?? new Float64Array(K);
  return {
    seed,
    figures,
    assignment: classesOfClusters(table, classes, K, plan.trainedOnLabels),
    confusion: Array.from({ length: classes }, (_, label) => [...ofClass(label)]),
    clusterSizes,
    signs: collapses({
      clusters,
      K,
      probabilities,
      latents: { [latent.name]: latent, ...(z && { z }) },
      largestClass: table ? Math.max(...table.classSizes) / table.total : 0,
    }),
  };
}

/** Class of each cluster: in the matching of `accuracy`, but of a system that was trained on labels the one that it predicts. */
function classesOfClusters(
  table: Contingency | null,
  classes: number,
  K: number,
  trainedOnLabels: boolean,
): number[] {
  if (trainedOnLabels) return Array.from({ length: K }, (_, k) => (k < classes ? k : -1));
  return table ? hungarianMatching(table).assignment : new Array<number>(K).fill(-1);
}

/** Calls `compute`; an error about a setting names its field in pipeline.json. */
function withFieldOfSetting<Result>(compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new UserError({
      what: error.message,
      where: `pipeline.json, field evaluate.${error.setting}`,
      expected: error.expected,
    });
  }
}
