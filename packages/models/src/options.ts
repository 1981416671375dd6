/** Options that many systems take, each written once. */
import { UserError } from "@gumbel/config";
import { z } from "zod";
import type { KMeansOptions } from "./clustering/kmeans.js";
import type { DataDescription } from "./system.js";

/** The option of the number of clusters. */
export const clustersOption = z
  .int()
  .min(1)
  .nullable()
  .default(null)
  .describe("K; null takes the number of classes.");

/** Number of clusters: the option if set, else the number of classes of the data. */
export function clusterCount(option: number | null, data: DataDescription): number {
  return option ?? Math.max(data.classes, 1);
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
