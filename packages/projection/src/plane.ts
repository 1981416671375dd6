/** Embeddings in two dimensions, for plots. */
import type { RandomStream } from "@gumbel/random";
import { fitTsne } from "./tsne/tsne.js";
import { fitUmap } from "./umap/umap.js";

/**
 * Passes of UMAP, from nothing and from another layout. The first are enough for a plot of some thousand points; more only
 * sharpen the edges of its groups. With fewer of the second, groups stay apart whose points have become neighbours.
 */
export const umapPasses = { whole: 200, fromStart: 50 };

/** First rate from another layout. With 1, points move whose neighbours are the same; with 0.25, groups stay apart. */
const rateFromStart = 0.5;

/**
 * UMAP with the usual 15 neighbours and minimum distance 0.1. Returns a pair of coordinates for each point.
 *
 * @param start a layout of the same examples, in the same order: this one starts from it, and points whose neighbours are the
 * same move little
 */
export async function umap(
  points: number[][],
  random: RandomStream,
  {
    start,
    passes = start ? umapPasses.fromStart : umapPasses.whole,
  }: { start?: number[][]; passes?: number } = {},
): Promise<number[][]> {
  const { values, d } = flat(points);
  const options = {
    dimensions: 2,
    neighbours: 15,
    minimumDistance: 0.1,
    epochs: passes,
    ...(start && { start: { positions: Float32Array.from(start.flat()), rate: rateFromStart } }),
  };
  return pairs(await fitUmap(values, d, options, random));
}

/** Steps of t-SNE, from nothing and from another layout: enough to separate the groups of a thousand points. */
export const tsneSteps = { whole: 500, fromStart: 100 };

/**
 * Scale of a start. At its full size groups never come together again, also if their points have become neighbours: of ten
 * classes that were one normal distribution, 91 % of the neighbours in the layout were of the same class, and here 10 %.
 */
const closeTogether = 0.01;

/**
 * t-SNE with perplexity 30, or less for few points. Returns a pair of coordinates for each point.
 *
 * @param start a layout of the same examples, in the same order: a shorter schedule without early exaggeration starts from
 * it, close together, and the result has the size of the start
 */
export function tsne(
  points: number[][],
  random: RandomStream,
  { start }: { start?: number[][] } = {},
): number[][] {
  const perplexity = Math.min(30, Math.max(2, Math.floor(points.length / 4)));
  const { values, d } = flat(points);
  if (!start) return pairs(fitTsne(values, d, { perplexity, steps: tsneSteps.whole }, random));
  const close = Float64Array.from(start.flat(), (value) => closeTogether * value);
  const found = fitTsne(values, d, { perplexity, steps: tsneSteps.fromStart, start: close }, random);
  // The layout grows with every step.
  const grown = size(found) / size(close);
  return pairs(found.map((value) => value / (closeTogether * grown)));
}

const size = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const flat = (points: number[][]): { values: Float32Array; d: number } => ({
  values: Float32Array.from(points.flat()),
  d: points[0]!.length,
});

const pairs = (positions: ArrayLike<number>): number[][] =>
  Array.from({ length: positions.length / 2 }, (_, i) => [positions[2 * i]!, positions[2 * i + 1]!]);
