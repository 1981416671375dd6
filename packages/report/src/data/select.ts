/** Choices of examples and clusters that all sections share. */

import { UserError } from "@gumbel/config";
import { share } from "@gumbel/pages";
import { stream } from "@gumbel/random";
import type { Column, Columns } from "@gumbel/tables";
import type { ReportData } from "./data.js";

type RunMetrics = ReportData["evaluation"]["runs"][number];

/** Metrics of the shown run: the one with the lowest total loss. */
export function selectedRun({ evaluation }: ReportData): RunMetrics {
  return evaluation.runs.find(({ seed }) => seed === evaluation.selectedSeed) ?? evaluation.runs[0]!;
}

/** Note that names the shown run and how it was chosen; empty for a single run. */
export function shownRun({ evaluation, training }: ReportData): string {
  if (evaluation.runs.length === 1) return "";
  const chosen = training.runs.some(({ loss }) => loss !== null)
    ? "the run with the lowest loss"
    : "the first run";
  return ` Of ${chosen} (seed ${evaluation.selectedSeed}).`;
}

/** The latent that the nearest neighbours and the map use. */
export function latentOf({ evaluation }: ReportData, latents: Columns): Column<Float32Array> {
  const found = latents[evaluation.latent];
  if (!(found?.values instanceof Float32Array)) {
    throw new UserError({
      what: `the latents lack the column "${evaluation.latent}" that the evaluation used`,
      where: `extract/seed-${evaluation.selectedSeed}/latents.arrow`,
      hint: "run the extract stage again",
    });
  }
  return found as Column<Float32Array>;
}

/** Rows of the subsample, ascending: at random from the pipeline's seed. */
export function subsample({ examples, plan }: ReportData, count: number): number[] {
  const order = stream(plan.seed, "report", "map").permutation(examples.n);
  return [...order.subarray(0, Math.min(count, examples.n))].sort((a, b) => a - b);
}

/** Rows of some of a cluster's examples. */
export interface Ranked {
  /** Highest q(c | x) if the system has probabilities, else closest to the cluster's mean latent; best first. */
  typical: number[];
  /** The other end of the same order, worst first. */
  uncertain: number[];
  /** Of another class than the cluster's, most typical first; none without labels, and for a spare cluster. */
  wrong: number[];
}

/** The most typical, least certain and wrong examples of each cluster. */
export function rankedExamples(
  data: ReportData,
  latents: Columns,
  count: { typical: number; others: number },
): Ranked[] {
  const cluster = latents.cluster!.values;
  const { labels } = data.examples;
  const { assignment } = selectedRun(data);
  const score = typicality(data, latents);
  return Array.from({ length: data.evaluation.clusters }, (_, k) => {
    const members: number[] = [];
    for (let row = 0; row < cluster.length; row++) if (cluster[row] === k) members.push(row);
    members.sort((a, b) => score[b]! - score[a]! || a - b);
    const matched = assignment[k] ?? -1;
    const isWrong = (row: number): boolean => matched >= 0 && labels[row]! >= 0 && labels[row] !== matched;
    return {
      typical: members.slice(0, count.typical),
      uncertain: members.slice(Math.max(count.typical, members.length - count.others)).reverse(),
      wrong: members.filter(isWrong).slice(0, count.others),
    };
  });
}

function typicality(data: ReportData, latents: Columns): Float64Array {
  const { probabilities } = latents;
  const cluster = latents.cluster!.values;
  const finite = (value: number): number => (Number.isNaN(value) ? -1e300 : value);
  if (probabilities) {
    const { values, width } = probabilities;
    return Float64Array.from(cluster, (k, row) => finite(values[row * width + k]!));
  }
  const { values, width } = latentOf(data, latents);
  const means = new Float64Array(data.evaluation.clusters * width);
  const sizes = new Float64Array(data.evaluation.clusters);
  for (let row = 0; row < cluster.length; row++) {
    const k = cluster[row]!;
    sizes[k]!++;
    for (let j = 0; j < width; j++) means[k * width + j]! += values[row * width + j]!;
  }
  return Float64Array.from(cluster, (k, row) => {
    let sum = 0;
    for (let j = 0; j < width; j++)
      sum += (values[row * width + j]! - means[k * width + j]! / sizes[k]!) ** 2;
    return finite(-sum);
  });
}

/** Class that a cluster was matched to; undefined for a spare cluster, and without labels. */
export function matchedClass(data: ReportData, cluster: number): string | undefined {
  return data.evaluation.dataset.classes[selectedRun(data).assignment[cluster] ?? -1];
}

/** The classes in a cluster, most frequent first, with their shares of its labelled examples, in [0, 1]. */
function classesIn(data: ReportData, cluster: number): { name: string; share: number }[] {
  const column = selectedRun(data).confusion.map((row) => row[cluster] ?? 0);
  const total = column.reduce((sum, value) => sum + value, 0);
  return column
    .map((value, label) => ({
      name: data.evaluation.dataset.classes[label] ?? String(label),
      share: value / total,
    }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

/** Share of a cluster that its name's classes have at least. */
const named = 0.7;

const namesOf = new WeakMap<ReportData, string[]>();

/** What is in a cluster: `1, 98 %`, `mostly 4 and 9`, `mixed: 3, 5, 8`; `cluster 3` if no class is known. No two have one name. */
export function clusterName(data: ReportData, cluster: number): string {
  let names = namesOf.get(data);
  if (!names) {
    const all = Array.from({ length: data.evaluation.clusters }, (_, k) => nameOf(classesIn(data, k), k));
    names = all.map((name, k) => (all.indexOf(name) === all.lastIndexOf(name) ? name : `${name} (${k})`));
    namesOf.set(data, names);
  }
  return names[cluster]!;
}

function nameOf(classes: { name: string; share: number }[], cluster: number): string {
  const [first, second] = classes;
  if (!first) return `cluster ${cluster}`;
  if (first.share >= named) return `${first.name}, ${share(first.share)}`;
  if (first.share + second!.share >= named) return `mostly ${first.name} and ${second!.name}`;
  return `mixed: ${classes
    .slice(0, 3)
    .map(({ name }) => name)
    .join(", ")}`;
}

/** The shortest name of a cluster, for the edge of a picture: `1`, `4/9`, or its number if no class is known. */
export function shortName(data: ReportData, cluster: number): string {
  const [first, second] = classesIn(data, cluster);
  if (!first) return String(cluster);
  return first.share >= named || !second ? first.name : `${first.name}/${second.name}`;
}

/** Clusters in the order of the classes they were matched to, spare clusters last; by number without labels. */
export function clustersByClass(data: ReportData): number[] {
  const { assignment } = selectedRun(data);
  const rank = (cluster: number): number => {
    const label = assignment[cluster] ?? -1;
    return label < 0 ? Number.MAX_SAFE_INTEGER : label;
  };
  return Array.from({ length: data.evaluation.clusters }, (_, k) => k).sort(
    (a, b) => rank(a) - rank(b) || a - b,
  );
}

/** Clusters and classes that a section shows one by one. */
export const mostShown = 60;

/** The clusters that are shown, in the order of `clustersByClass`: all, or the largest ones of too many, with a note that says so. */
export function shownClusters(data: ReportData): { clusters: number[]; note: string } {
  const ordered = clustersByClass(data);
  if (ordered.length <= mostShown) return { clusters: ordered, note: "" };
  const { clusterSizes } = selectedRun(data);
  const largest = new Set(
    ordered.toSorted((a, b) => clusterSizes[b]! - clusterSizes[a]!).slice(0, mostShown),
  );
  return {
    clusters: ordered.filter((cluster) => largest.has(cluster)),
    note: ` The ${mostShown} largest of ${ordered.length} clusters.`,
  };
}

/** The most frequent class of a cluster, and its share of the labelled examples there, in [0, 1]. */
export const majority = (data: ReportData, cluster: number): { name: string; share: number } | undefined =>
  classesIn(data, cluster)[0];

/** The terms with the largest weight in a document, at most `count`. */
export function topTerms(
  { examples: { features, d, info } }: ReportData,
  row: number,
  count: number,
): string[] {
  const weights = features.subarray(row * d, (row + 1) * d);
  return [...weights.keys()]
    .filter((j) => weights[j]! > 0)
    .sort((a, b) => weights[b]! - weights[a]! || a - b)
    .slice(0, count)
    .map((j) => info.terms?.[j] ?? String(j));
}
