/** Choices of what to show, the same for every section. */
import type { Column } from "@gumbel/artifacts";
import { stream } from "@gumbel/random";
import type { ReportData } from "./data.js";

type RunFigures = ReportData["evaluation"]["runs"][number];

/** The figures of the run that is shown: the one with the lowest total loss. */
export function selectedRun({ evaluation }: ReportData): RunFigures {
  return evaluation.runs.find(({ seed }) => seed === evaluation.selectedSeed) ?? evaluation.runs[0]!;
}

/** The latent that nearest neighbours and the map use. */
export function latentOf({ latents, evaluation }: ReportData): Column<Float32Array> {
  return latents[evaluation.latent] as Column<Float32Array>;
}

/** Rows of the stated subsample, ascending: at random from the pipeline's seed. */
export function subsample({ examples, plan }: ReportData, count: number): number[] {
  const order = stream(plan.seed, "report", "map").permutation(examples.n);
  return [...order.subarray(0, Math.min(count, examples.n))].sort((a, b) => a - b);
}

/**
 * For each cluster the rows of its most typical examples: highest q(c | x) where the system has probabilities, else closest
 * to the cluster's mean latent.
 */
export function typicalExamples(data: ReportData, count: number): number[][] {
  const cluster = data.latents.cluster!.values;
  const { clusters } = data.evaluation;
  const score = typicality(data);
  return Array.from({ length: clusters }, (_, k) => {
    const members: number[] = [];
    for (let row = 0; row < cluster.length; row++) if (cluster[row] === k) members.push(row);
    return members.sort((a, b) => score(b) - score(a) || a - b).slice(0, count);
  });
}

function typicality(data: ReportData): (row: number) => number {
  const { probabilities } = data.latents;
  const cluster = data.latents.cluster!.values;
  if (probabilities) return (row) => probabilities.values[row * probabilities.width + cluster[row]!]!;
  const { values, width } = latentOf(data);
  const means = new Float64Array(data.evaluation.clusters * width);
  const sizes = new Float64Array(data.evaluation.clusters);
  for (let row = 0; row < cluster.length; row++) {
    sizes[cluster[row]!]!++;
    for (let j = 0; j < width; j++) means[cluster[row]! * width + j]! += values[row * width + j]!;
  }
  const distances = Float64Array.from(cluster, (k, row) => {
    let sum = 0;
    for (let j = 0; j < width; j++)
      sum += (values[row * width + j]! - means[k * width + j]! / sizes[k]!) ** 2;
    return sum;
  });
  return (row) => -distances[row]!;
}

/** `cluster 3` as a person names it, with the class it was matched to where there is one. */
export function clusterName(data: ReportData, cluster: number): string {
  const label = selectedRun(data).assignment[cluster] ?? -1;
  const name = data.evaluation.dataset.classes[label];
  return name === undefined ? `cluster ${cluster}` : `cluster ${cluster} → ${name}`;
}
