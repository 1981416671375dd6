/** Options that many systems take, each written once. */
import { UserError } from "@gumbel/config";
import { z } from "zod";
import type { KMeansOptions } from "./clustering/kmeans.js";
import type { DataDescription } from "./system.js";

/** The option of the number of clusters. */
export const clustersOption = z
  .union([z.int().min(1), z.literal("auto")])
  .nullable()
  .default(null)
  .describe(
    'K; null takes the number of classes; "auto" the number whose k-means clusters have the highest silhouette.',
  );

/**
 * Number of clusters: the option if it is a number, the one that was found for "auto", else the number of classes.
 *
 * @throws UserError if the data has no classes and no number is asked for, and for more clusters than training examples.
 */
export function clusterCount(option: number | "auto" | null, data: DataDescription): number {
  const count = chosenCount(option, data);
  if (count <= data.examples) return count;
  throw new UserError({
    what: `${count} clusters cannot be made of ${data.examples} examples`,
    where:
      option === null
        ? "model.clusters in pipeline.json, which takes the number of classes"
        : "model.clusters in pipeline.json",
    expected: `at most ${data.examples}`,
    hint: "fewer clusters, or more examples",
  });
}

function chosenCount(option: number | "auto" | null, data: DataDescription): number {
  if (typeof option === "number") return option;
  if (option === "auto" && data.foundClusters !== null) return data.foundClusters;
  if (option === null && data.classes > 0) return data.classes;
  throw new UserError({
    what: "the data has no labels that would say how many clusters there are",
    where: "model.clusters in pipeline.json",
    expected: 'a number, or "auto" to have one found',
    hint: '"model": { "name": "…", "clusters": "auto" }',
  });
}

/**
 * Number of classes, for a system whose clusters are classes.
 *
 * @throws UserError if there are fewer than two.
 */
export function classCount({ classes }: DataDescription): number {
  if (classes >= 2) return classes;
  throw new UserError({
    what: "the data has no classes to learn from labelled examples",
    where: "dataset in pipeline.json",
    expected: "a data set with labels of two classes or more",
  });
}

/** The option of how many times k-means starts. */
export const restartsOption = z
  .int()
  .min(1)
  .default(20)
  .describe("k-means starts. Xie et al. 2016, section 4.3.");

/** k-means as the systems use it on a latent: scikit-learn's limits. */
export const kmeansSettings = (clusters: number, restarts: number): KMeansOptions => ({
  clusters,
  restarts,
  maxIterations: 300,
  tolerance: 1e-4,
});

/** The weight of a term of an objective. */
export const weightOption = (value: number, source: string) =>
  z.number().min(0).default(value).describe(source);

/** The networks of the author's two methods. */
export const networkOption = z
  .enum(["dense", "conv"])
  .default("dense")
  .describe("Encoder and decoder: fully connected, or the author's convolutions.");

/** Hidden layers of a fully connected network. */
export const hiddenOption = (sizes: number[], source: string) =>
  z.array(z.int().min(1)).default(sizes).describe(source);
