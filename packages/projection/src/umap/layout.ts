import type { RandomStream } from "@gumbel/random";
import type { FuzzyGraph } from "./fuzzyGraph.js";
import { power } from "./power.js";

/** Repelling points per attraction of an edge, and the largest change of a coordinate by one move, as in umap-learn. */
const repulsions = 5;
const largestMove = 4;

/** Of closeness 1 / (1 + a x^(2b)), in a number of dimensions. */
interface Forces {
  dimensions: number;
  a: number;
  b: number;
}

/** What a pass over the edges needs. */
export interface Descent extends FuzzyGraph, Forces {
  /** n × dimensions */
  embedding: Float32Array;
  /** Of each edge: passes from one attraction to the next, and the pass of the next. */
  periods: Float32Array;
  next: Float32Array;
  /** s ↦ s^b */
  toB: (squared: number) => number;
  random: RandomStream;
}

/**
 * Stochastic gradient descent on the cross-entropy of section 3.2, in place. Edges attract their ends: that of the largest
 * weight in every pass, the others in proportion to their weight. With each attraction, both ends are repelled by a few
 * random points. The rate falls linearly from `rate` to 0.
 *
 * @param embedding n × dimensions; changed
 */
export async function layOut(
  embedding: Float32Array,
  graph: FuzzyGraph,
  { epochs, rate, ...forces }: Forces & { epochs: number; rate: number },
  random: RandomStream,
): Promise<void> {
  const largest = graph.weights.reduce((most, weight) => Math.max(most, weight), 0);
  const periods = graph.weights.map((weight) => largest / weight);
  const toB = power(forces.b);
  const descent = { ...graph, ...forces, ...{ embedding, periods, next: periods.slice(), toB, random } };
  for (let epoch = 0; epoch < epochs; epoch++) {
    pass(descent, epoch, rate * (1 - epoch / epochs));
    // A signal to stop is handled between two passes.
    await new Promise(setImmediate);
  }
}

/** Moves the ends of the edges that are due. */
function pass(descent: Descent, epoch: number, rate: number): void {
  const { from, to, periods, next, dimensions } = descent;
  const inPlane = dimensions === 2;
  for (let edge = 0; edge < next.length; edge++) {
    if (next[edge]! > epoch) continue;
    next[edge]! += periods[edge]!;
    for (let end = 0; end < 2; end++) {
      const own = (end === 0 ? from : to)[edge]! * dimensions;
      const partner = (end === 0 ? to : from)[edge]! * dimensions;
      if (inPlane) moveInPlane(descent, own, partner, rate);
      else moveInSpace(descent, own, partner, rate);
    }
  }
}

/** Moves a point towards the other end of an edge, which moves too, and away from random points; `own` and `partner` are their places. */
export function moveInSpace(
  { embedding, n, dimensions, a, b, toB, random }: Descent,
  own: number,
  partner: number,
  rate: number,
): void {
  const after = own + dimensions;
  for (let draw = 0; draw <= repulsions; draw++) {
    const attracts = draw === 0;
    const other = attracts ? partner : random.int(n) * dimensions;
    let squared = 0;
    for (let i = own, j = other; i < after; i++, j++) {
      const difference = embedding[i]! - embedding[j]!;
      squared += difference * difference;
    }
    if (squared === 0) continue;
    const slope = slopeAt(squared, a * toB(squared), b, attracts);
    for (let i = own, j = other; i < after; i++, j++) {
      const move = rate * limited(slope * (embedding[i]! - embedding[j]!));
      embedding[i]! += move;
      if (attracts) embedding[j]! -= move;
    }
  }
}

/** `moveInSpace` in two dimensions, to the bit, in four fifths of its time: the point's coordinates are variables, not read back. */
export function moveInPlane(
  { embedding, n, a, b, toB, random }: Descent,
  own: number,
  partner: number,
  rate: number,
): void {
  let x = embedding[own]!;
  let y = embedding[own + 1]!;
  for (let draw = 0; draw <= repulsions; draw++) {
    const attracts = draw === 0;
    const other = attracts ? partner : random.int(n) * 2;
    const right = x - embedding[other]!;
    const up = y - embedding[other + 1]!;
    const squared = right * right + up * up;
    if (squared === 0) continue;
    const slope = slopeAt(squared, a * toB(squared), b, attracts);
    const moveX = rate * limited(slope * right);
    const moveY = rate * limited(slope * up);
    x = Math.fround(x + moveX);
    y = Math.fround(y + moveY);
    embedding[own] = x;
    embedding[own + 1] = y;
    if (attracts) {
      embedding[other]! -= moveX;
      embedding[other + 1]! -= moveY;
    }
  }
}

/** The force between two points by their distance. @param scaled a d^(2b) */
const slopeAt = (squared: number, scaled: number, b: number, attracts: boolean): number =>
  attracts ? (-2 * b * scaled) / (squared * (1 + scaled)) : (2 * b) / ((0.001 + squared) * (1 + scaled));

const limited = (move: number): number => Math.max(-largestMove, Math.min(move, largestMove));
