/**
 * UMAP (McInnes, Healy, Melville 2018), as umap-learn makes it, on exact nearest neighbours. Ours, because the libraries
 * keep an object per edge of the graph: 2 GB for a third of MNIST, where arrays of numbers hold all of it in 50 MB.
 */
import { UserError } from "@gumbel/config";
import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";
import type { RandomStream } from "@gumbel/random";
import { levenbergMarquardt } from "ml-levenberg-marquardt";

export interface UmapOptions {
  /** Of the embedding. */
  dimensions: number;
  /** The point itself among them. */
  neighbours: number;
  /** min_dist, at a spread of 1. */
  minimumDistance: number;
  /** Passes over the edges; umap-learn's 500 for up to 10,000 points and 200 for more by default. */
  epochs?: number;
}

/** Undirected edges, each once. */
interface Graph {
  /** Points. */
  n: number;
  from: Int32Array;
  to: Int32Array;
  /** In (0, 1]. */
  weights: Float32Array;
}

/**
 * An embedding of the points in `dimensions` dimensions.
 *
 * @param points n rows of d numbers
 * @returns n × dimensions
 * @throws UserError for fewer than three points, or values that are no numbers.
 */
export async function fitUmap(
  points: Float32Array,
  d: number,
  { dimensions, neighbours, minimumDistance, epochs = usualEpochs(points.length / d) }: UmapOptions,
  random: RandomStream,
): Promise<Float32Array> {
  const n = points.length / d;
  if (n < 3) throw new UserError({ what: `UMAP needs at least 3 examples, not ${n}` });
  if (!points.every(Number.isFinite)) {
    throw new UserError({
      what: "UMAP was given values that are not finite numbers",
      hint: "look for NaN in the data, or lower train.learningRate",
    });
  }
  const graph = fuzzyGraph(points, d, Math.min(neighbours, n - 1) - 1);
  const places = startingPlaces(points, d, dimensions, random);
  await layOut(places, graph, { dimensions, epochs, ...closeness(minimumDistance) }, random);
  return places;
}

/** umap-learn's. */
const usualEpochs = (n: number): number => (n <= 10_000 ? 500 : 200);

/** Steps of the search for a bandwidth, and the least bandwidth as a share of the mean distance; umap-learn's. */
const bandwidthSteps = 64;
const leastBandwidth = 1e-3;

/**
 * The fuzzy graph of section 3.1: a point's nearest other is a neighbour to degree 1, the others to
 * exp(-(distance - ρ) / σ), where ρ is the nearest one's distance and σ such that the degrees have the sum log₂ k, k the
 * neighbours and the point itself. What two points say of one another, a and b, becomes a + b - a b.
 *
 * @param points n rows of d numbers
 * @param count neighbours, the point itself not among them
 */
export function fuzzyGraph(points: Float32Array, d: number, count: number): Graph {
  const n = points.length / d;
  const { indices: rows, squaredDistances } = nearestOthers({ points, d, k: count, search: engineSearch() });
  const distances = Float64Array.from(squaredDistances, Math.sqrt);
  const overall = distances.reduce((sum, distance) => sum + distance, 0) / (n * (count + 1));
  const degrees = new Float32Array(n * count);
  for (let i = 0; i < n; i++) {
    const own = distances.subarray(i * count, (i + 1) * count);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    const mean = own.reduce((sum, distance) => sum + distance, 0) / (count + 1);
    const bandwidth = Math.max(
      bandwidthOf(own, nearest, Math.log2(count + 1)),
      leastBandwidth * (nearest > 0 ? mean : overall),
    );
    own.forEach((distance, j) => {
      degrees[i * count + j] = degree(distance, nearest, bandwidth);
    });
  }

  const from = new Int32Array(n * count);
  const to = new Int32Array(n * count);
  const weights = new Float32Array(n * count);
  let edges = 0;
  for (let i = 0; i < n; i++) {
    for (let at = i * count; at < (i + 1) * count; at++) {
      const j = rows[at]!;
      const back = rows.subarray(j * count, (j + 1) * count).indexOf(i);
      if (back >= 0 && j < i) continue;
      const a = degrees[at]!;
      const b = back >= 0 ? degrees[j * count + back]! : 0;
      const weight = a + b - a * b;
      if (weight === 0) continue;
      from[edges] = i;
      to[edges] = j;
      weights[edges++] = weight;
    }
  }
  return { n, from: from.slice(0, edges), to: to.slice(0, edges), weights: weights.slice(0, edges) };
}

/** How much of a neighbour a point at `distance` is. */
const degree = (distance: number, nearest: number, bandwidth: number): number =>
  distance <= nearest ? 1 : Math.exp((nearest - distance) / bandwidth);

/** σ at which the degrees of the neighbours have the sum `target`, by bisection. */
function bandwidthOf(distances: Float64Array, nearest: number, target: number): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let bandwidth = 1;
  for (let step = 0; step < bandwidthSteps; step++) {
    let sum = 0;
    for (const distance of distances) sum += degree(distance, nearest, bandwidth);
    if (Math.abs(sum - target) < 1e-5) break;
    if (sum > target) high = bandwidth;
    else low = bandwidth;
    bandwidth = high === Number.POSITIVE_INFINITY ? bandwidth * 2 : (low + high) / 2;
  }
  return bandwidth;
}

/** The largest coordinate at the start, and the noise that parts duplicates; umap-learn's. */
const startExtent = 10;
const startNoise = 1e-4;

/**
 * The centred points, with zeros where the embedding has more dimensions and by a random projection where it has fewer;
 * scaled to `startExtent`, with a little noise. (umap-learn starts from eigenvectors of the graph. On latents of MNIST and
 * USPS that took a quarter of the whole time; of five runs four ended alike, and in one it cut a cloud in two.)
 */
function startingPlaces(
  points: Float32Array,
  d: number,
  dimensions: number,
  random: RandomStream,
): Float32Array {
  const n = points.length / d;
  const mean = new Float64Array(d);
  points.forEach((value, i) => {
    mean[i % d]! += value / n;
  });
  const projection = d > dimensions ? random.fill("normal", d * dimensions) : undefined;
  const places = new Float32Array(n * dimensions);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < d; k++) {
      const value = points[row * d + k]! - mean[k]!;
      if (!projection) places[row * dimensions + k] = value;
      else
        for (let j = 0; j < dimensions; j++)
          places[row * dimensions + j]! += value * projection[k * dimensions + j]!;
    }
  }
  const extent = places.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return places.map(
    (value) => (extent > 0 ? (value / extent) * startExtent : 0) + startNoise * random.normal(),
  );
}

/**
 * a and b of 1 / (1 + a x^(2b)), fitted to the closeness that is wanted of two points x apart: 1 up to `minimumDistance`,
 * exp(minimumDistance - x) from there on.
 */
export function closeness(minimumDistance: number): { a: number; b: number } {
  const x = Array.from({ length: 300 }, (_, i) => (3 * i) / 299);
  const y = x.map((value) => (value < minimumDistance ? 1 : Math.exp(minimumDistance - value)));
  const { parameterValues } = levenbergMarquardt(
    { x, y },
    ([a, b]) =>
      (value) =>
        1 / (1 + a! * value ** (2 * b!)),
    {
      initialValues: [1, 1],
      damping: 1.5,
      gradientDifference: 1e-4,
      maxIterations: 100,
      errorTolerance: 1e-10,
    },
  );
  return { a: parameterValues[0]!, b: parameterValues[1]! };
}

/** umap-learn's: draws per pull of an edge, and the farthest that one pull or push moves a coordinate. */
const repulsions = 5;
const largestMove = 4;

/**
 * Stochastic gradient descent on the cross-entropy of section 3.2, in place. The edge of the largest weight is pulled in
 * every pass, others in proportion to their weight; with each pull of an edge each end is pushed away from a few points
 * that are drawn at random. The rate falls from 1 to 0.
 */
async function layOut(
  places: Float32Array,
  { n, from, to, weights }: Graph,
  { dimensions, epochs, a, b }: { dimensions: number; epochs: number; a: number; b: number },
  random: RandomStream,
): Promise<void> {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const periods = weights.map((weight) => largest / weight);
  const next = periods.slice();
  const clip = (move: number) => Math.max(-largestMove, Math.min(largestMove, move));

  const squaredDistance = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < dimensions; k++) {
      const difference = places[i + k]! - places[j + k]!;
      sum += difference * difference;
    }
    return sum;
  };
  /** @param i and j where the places begin */
  const pull = (i: number, j: number, rate: number): void => {
    const squared = squaredDistance(i, j);
    if (squared === 0) return;
    const power = squared ** b;
    const slope = (-2 * a * b * power) / (squared * (1 + a * power));
    for (let k = 0; k < dimensions; k++) {
      const move = rate * clip(slope * (places[i + k]! - places[j + k]!));
      places[i + k]! += move;
      places[j + k]! -= move;
    }
  };
  const push = (i: number, j: number, rate: number): void => {
    const squared = squaredDistance(i, j);
    if (squared === 0) return;
    const slope = (2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
    for (let k = 0; k < dimensions; k++)
      places[i + k]! += rate * clip(slope * (places[i + k]! - places[j + k]!));
  };

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 1 - epoch / epochs;
    for (let edge = 0; edge < weights.length; edge++) {
      if (next[edge]! > epoch) continue;
      next[edge]! += periods[edge]!;
      const i = from[edge]! * dimensions;
      const j = to[edge]! * dimensions;
      pull(i, j, rate);
      for (let draw = 0; draw < repulsions; draw++) push(i, random.int(n) * dimensions, rate);
      pull(j, i, rate);
      for (let draw = 0; draw < repulsions; draw++) push(j, random.int(n) * dimensions, rate);
    }
    // A signal to stop is heard between two passes.
    await new Promise(setImmediate);
  }
}
