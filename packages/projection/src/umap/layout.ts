import type { RandomStream } from "@gumbel/random";
import type { FuzzyGraph } from "./fuzzyGraph.js";
import { power } from "./power.js";

/** Repelling points per attraction of an edge, and the largest change of a coordinate by one move, as in umap-learn. */
const repulsions = 5;
const largestMove = 4;

/**
 * Stochastic gradient descent on the cross-entropy of section 3.2, in place. Edges attract their ends: that of the largest
 * weight in every pass, the others in proportion to their weight. With each attraction, both ends are repelled by a few
 * random points. The rate falls linearly from `rate` to 0.
 *
 * @param embedding n × dimensions; changed
 */
export async function layOut(
  embedding: Float32Array,
  { n, from, to, weights }: FuzzyGraph,
  {
    dimensions,
    epochs,
    rate: first,
    a,
    b,
  }: { dimensions: number; epochs: number; rate: number; a: number; b: number },
  random: RandomStream,
): Promise<void> {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const periods = weights.map((weight) => largest / weight);
  const next = periods.slice();
  const toB = power(b);
  const clip = (move: number) => Math.max(-largestMove, Math.min(largestMove, move));

  const squaredDistance = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < dimensions; k++) {
      const difference = embedding[i + k]! - embedding[j + k]!;
      sum += difference * difference;
    }
    return sum;
  };
  /** Moves two points together. @param i offset of the first in the embedding @param j offset of the second */
  const attract = (i: number, j: number, rate: number): void => {
    const squared = squaredDistance(i, j);
    if (squared === 0) return;
    const scaled = a * toB(squared);
    const slope = (-2 * b * scaled) / (squared * (1 + scaled));
    for (let k = 0; k < dimensions; k++) {
      const move = rate * clip(slope * (embedding[i + k]! - embedding[j + k]!));
      embedding[i + k]! += move;
      embedding[j + k]! -= move;
    }
  };
  /** Moves point i away from j. */
  const repel = (i: number, j: number, rate: number): void => {
    const squared = squaredDistance(i, j);
    if (squared === 0) return;
    const slope = (2 * b) / ((0.001 + squared) * (1 + a * toB(squared)));
    for (let k = 0; k < dimensions; k++)
      embedding[i + k]! += rate * clip(slope * (embedding[i + k]! - embedding[j + k]!));
  };

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = first * (1 - epoch / epochs);
    for (let edge = 0; edge < weights.length; edge++) {
      if (next[edge]! > epoch) continue;
      next[edge]! += periods[edge]!;
      const i = from[edge]! * dimensions;
      const j = to[edge]! * dimensions;
      attract(i, j, rate);
      for (let draw = 0; draw < repulsions; draw++) repel(i, random.int(n) * dimensions, rate);
      attract(j, i, rate);
      for (let draw = 0; draw < repulsions; draw++) repel(j, random.int(n) * dimensions, rate);
    }
    // A signal to stop is handled between two passes.
    await new Promise(setImmediate);
  }
}
