/** Points in the plane, for pictures. */
import type { RandomStream } from "@gumbel/random";
import { fitTsne } from "./tsne.js";
import { fitUmap } from "./umap/umap.js";

/** Enough for a picture of some thousand points; more only sharpens the edges of its islands. */
const umapEpochs = 200;

/** UMAP with its usual 15 neighbours and distance 0.1; a pair of coordinates for each point. */
export async function umap(points: number[][], random: RandomStream): Promise<number[][]> {
  const options = { dimensions: 2, neighbours: 15, minimumDistance: 0.1, epochs: umapEpochs };
  const { values, d } = flat(points);
  return pairs(await fitUmap(values, d, options, random));
}

/** t-SNE of perplexity 30, so many steps that the islands of a thousand points part; coordinates as `umap` gives them. */
export function tsne(points: number[][], random: RandomStream): number[][] {
  const perplexity = Math.min(30, Math.max(2, Math.floor(points.length / 4)));
  const { values, d } = flat(points);
  return pairs(fitTsne(values, d, { perplexity, steps: tsneSteps }, random));
}

const tsneSteps = 500;

const flat = (points: number[][]): { values: Float32Array; d: number } => ({
  values: Float32Array.from(points.flat()),
  d: points[0]!.length,
});

const pairs = (places: ArrayLike<number>): number[][] =>
  Array.from({ length: places.length / 2 }, (_, i) => [places[2 * i]!, places[2 * i + 1]!]);
