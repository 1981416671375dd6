/** The figures of one run. */

import { type EvaluatePlan, UserError } from "@gumbel/config";
import {
  contingency,
  hungarianMatching,
  knnErrors,
  labelMetrics,
  type ProductSearch,
  simpleAccuracy,
} from "@gumbel/metrics";
import { type Evaluation, splits } from "@gumbel/tables";
import type { Latents } from "./latents.js";

type Run = Evaluation["runs"][number];

/**
 * Accuracy, NMI, ARI and the confusion over all labelled examples; the neighbours' error of the test split.
 *
 * @param classes how many classes the data set has
 * @param K number of clusters
 * @param product multiplies for the neighbours in many dimensions
 * @throws UserError where more neighbours are asked for than there are labelled training examples.
 */
export function evaluateRun(
  seed: number,
  latents: Latents,
  classes: number,
  K: number,
  plan: Pick<EvaluatePlan, "knn" | "validationSplit" | "trainedOnLabels">,
  search?: ProductSearch,
): Run {
  const { labels, clusters } = latents;
  const clusterSizes = new Array<number>(K).fill(0);
  for (const cluster of clusters) clusterSizes[cluster]!++;

  const table = labels.some((label) => label >= 0)
    ? contingency(labels, clusters, { classes, clusters: K })
    : null;
  const figures = Object.fromEntries(
    labelMetrics.map((metric) => [metric.name, table && metric.compute(table)]),
  );
  const ofClass = (label: number) =>
    table?.counts.subarray(label * K, (label + 1) * K) ?? new Float64Array(K);
  return {
    seed,
    ...(figures as Pick<Run, "accuracy" | "nmi" | "ari">),
    accuracySimple: table && simple(latents, K, plan.validationSplit),
    testError: plan.trainedOnLabels ? testError(latents) : null,
    knn: neighbours(latents, plan.knn, search),
    assignment: table ? hungarianMatching(table).assignment : new Array<number>(K).fill(-1),
    confusion: Array.from({ length: classes }, (_, label) => [...ofClass(label)]),
    clusterSizes,
  };
}

/** The simple approach, with the clusters named on one split, or on all rows where that split has no label. */
function simple(
  { labels, split, clusters, probabilities }: Latents,
  K: number,
  name: "train" | "test",
): number | null {
  if (!probabilities) return null;
  const labelled = Uint32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
  const inSplit = labelled.filter((row) => split[row] === splits[name]);
  const validation = inSplit.length > 0 ? inSplit : labelled;
  return simpleAccuracy({ labels, clusters, probabilities, K, validation }).accuracy;
}

/** Share of the test split whose cluster is not its class, in percent; null where the split has no label. */
function testError({ labels, split, clusters }: Latents): number | null {
  const rows = [...labels.keys()].filter((row) => split[row] === splits.test && labels[row]! >= 0);
  if (rows.length === 0) return null;
  return (100 * rows.filter((row) => clusters[row] !== labels[row]).length) / rows.length;
}

function neighbours(
  { labels, split, latent }: Latents,
  plan: EvaluatePlan["knn"],
  search?: ProductSearch,
): Run["knn"] {
  const labelledIn = (code: number) =>
    Uint32Array.from(labels.keys()).filter((row) => split[row] === code && labels[row]! >= 0);
  const base = labelledIn(splits.train);
  const queries = labelledIn(splits.test).subarray(0, plan.queries ?? undefined);
  if (base.length === 0 || queries.length === 0) return null;
  const most = Math.max(...plan.k);
  if (most > base.length) {
    throw new UserError({
      what: `${most} neighbours are to vote, but the training split has ${base.length} labelled examples`,
      where: "pipeline.json, field evaluate.knn.k",
      expected: `numbers from 1 to ${base.length}`,
    });
  }
  return knnErrors({
    base: rowsOf(latent, base),
    baseLabels: Int32Array.from(base, (row) => labels[row]!),
    queries: rowsOf(latent, queries),
    queryLabels: Int32Array.from(queries, (row) => labels[row]!),
    d: latent.d,
    k: plan.k,
    search,
  });
}

function rowsOf({ values, d }: Latents["latent"], rows: Uint32Array): Float32Array {
  const picked = new Float32Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) picked.set(values.subarray(rows[i]! * d, (rows[i]! + 1) * d), i * d);
  return picked;
}
