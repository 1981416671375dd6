import { engineUmapPass, type UmapPass } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { FuzzyGraph } from "./fuzzyGraph.js";
import { powerFrom, powerTables } from "./power.js";

/** Random points that repel for each edge that is due, and the largest change of a coordinate by one force, as in umap-learn. */
const repulsions = 5;
const largestForce = 4;

/** Closeness 1 / (1 + a x^(2b)) in `d` dimensions, passes over the edges, and the rate of the first. */
export interface Schedule {
  d: number;
  a: number;
  b: number;
  epochs: number;
  rate: number;
}

/**
 * Stochastic gradient descent on the cross-entropy of section 3.2, in place. Edges attract their ends: that of the largest
 * weight in every pass, the others in proportion to their weight. With each attraction, twice since an edge has two directions,
 * both ends are repelled by a few random points. The rate falls linearly to 0.
 *
 * In a pass every point moves from where it stood before, among all others where they stood before, by random numbers of its
 * own: so points can move at once, and a seed gives one map on any number of threads. (umap-learn lets each move see those
 * before it, and so needs one thread for a seed.)
 *
 * @param embedding n × d; changed
 */
export async function layOut(
  embedding: Float32Array,
  graph: FuzzyGraph,
  { epochs, rate, ...forces }: Schedule,
  random: RandomStream,
): Promise<void> {
  const pass = firstPass(embedding, graph, forces, random);
  const move = engineUmapPass() ?? movePoints;
  for (let epoch = 0; epoch < epochs; epoch++) {
    pass.before.set(embedding);
    move(pass, epoch, rate * (1 - epoch / epochs));
    // A signal to stop is handled between two passes.
    await new Promise(setImmediate);
  }
}

/** What the first pass starts from: the edges of each point, in the order of the graph. */
export function firstPass(
  embedding: Float32Array,
  { n, from, to, weights }: FuzzyGraph,
  forces: { d: number; a: number; b: number },
  random: RandomStream,
): UmapPass {
  const starts = new Int32Array(n + 1);
  for (const ends of [from, to]) for (const end of ends) starts[end + 1]!++;
  for (let i = 0; i < n; i++) starts[i + 1]! += starts[i]!;
  const free = starts.slice();
  const neighbours = new Int32Array(2 * weights.length);
  const periods = new Float32Array(2 * weights.length);
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  weights.forEach((weight, edge) => {
    const ends = [from[edge]!, to[edge]!];
    ends.forEach((end, i) => {
      const at = free[end]!++;
      neighbours[at] = ends[1 - i]!;
      periods[at] = largest / weight;
    });
  });
  return {
    ...{ ...forces, before: embedding.slice(), after: embedding },
    ...{ starts, neighbours, periods, next: periods.slice() },
    // A generator must not start from zeros.
    states: Uint32Array.from({ length: 2 * n }, () => random.int(2 ** 32) | 1),
    ...powerTables(forces.b),
  };
}

/** A pass where the engine has none, see `UmapPass`. */
export function movePoints(pass: UmapPass, number: number, rate: number): void {
  const { before, after, d, starts, neighbours, periods, next, states, a, b } = pass;
  const n = starts.length - 1;
  const toB = powerFrom(pass);
  const x = new Float64Array(d);
  const moves = new Float64Array(d);
  const addForce = (other: number, attracts: boolean) => {
    let squared = 0;
    for (let k = 0; k < d; k++) squared += (x[k]! - before[other * d + k]!) ** 2;
    if (squared === 0) return;
    const scaled = a * toB(squared);
    const slope =
      ((2 * b) / ((attracts ? squared : 0.001 + squared) * (1 + scaled))) * (attracts ? -scaled : 1);
    for (let k = 0; k < d; k++) {
      const force = slope * (x[k]! - before[other * d + k]!);
      moves[k]! += (attracts ? 2 : 1) * Math.max(-largestForce, Math.min(force, largestForce));
    }
  };
  for (let point = 0; point < n; point++) {
    for (let k = 0; k < d; k++) x[k] = before[point * d + k]!;
    for (let edge = starts[point]!; edge < starts[point + 1]!; edge++) {
      if (next[edge]! > number) continue;
      next[edge]! += periods[edge]!;
      moves.fill(0);
      addForce(neighbours[edge]!, true);
      for (let i = 0; i < repulsions; i++) {
        const other = Math.floor((draw(states, 2 * point) / 2 ** 32) * n);
        if (other !== point) addForce(other, false);
      }
      for (let k = 0; k < d; k++) x[k]! += rate * moves[k]!;
    }
    for (let k = 0; k < d; k++) after[point * d + k] = x[k]!;
  }
}

/** 32 random bits of xoroshiro64* (Blackman, Vigna 2021), whose state is at `at`. */
function draw(states: Uint32Array, at: number): number {
  const first = states[at]!;
  const mixed = states[at + 1]! ^ first;
  states[at] = ((first << 26) | (first >>> 6)) ^ mixed ^ (mixed << 9);
  states[at + 1] = (mixed << 13) | (mixed >>> 19);
  return Math.imul(first, 0x9e3779bb) >>> 0;
}
