/** Embeddings in two dimensions, for plots. */
import type { RandomStream } from "@gumbel/random";
import { fitTsne } from "./tsne.js";
import { fitUmap } from "./umap/umap.js";

/** Enough for a plot of some thousand points; more only sharpens the edges of its groups. */
const umapEpochs = 200;

/** UMAP with the usual 15 neighbours and minimum distance 0.1. Returns a pair of coordinates for each point. */
export async function umap(points: number[][], random: RandomStream): Promise<number[][]> {
  const options = { dimensions: 2, neighbours: 15, minimumDistance: 0.1, epochs: umapEpochs };
  const { values, d } = flat(points);
  return pairs(await fitUmap(values, d, options, random));
}

/** t-SNE with perplexity 30, or less for few points. Returns a pair of coordinates for each point. */
export function tsne(points: number[][], random: RandomStream): number[][] {
  const perplexity = Math.min(30, Math.max(2, Math.floor(points.length / 4)));
  const { values, d } = flat(points);
  return pairs(fitTsne(values, d, { perplexity, steps: tsneSteps }, random));
}

/** Enough to separate the groups of a thousand points. */
const tsneSteps = 500;

const flat = (points: number[][]): { values: Float32Array; d: number } => ({
  values: Float32Array.from(points.flat()),
  d: points[0]!.length,
});

const pairs = (positions: ArrayLike<number>): number[][] =>
  Array.from({ length: positions.length / 2 }, (_, i) => [positions[2 * i]!, positions[2 * i + 1]!]);
