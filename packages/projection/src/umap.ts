/**
 * UMAP (McInnes, Healy, Melville 2018) as in umap-learn, on exact nearest neighbours. Our own implementation, because the
 * libraries keep an object per edge of the graph: 2 GB for a third of MNIST, while arrays need 50 MB for all of it.
 */
import { UserError } from "@gumbel/config";
import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";
import type { RandomStream } from "@gumbel/random";
import { levenbergMarquardt } from "ml-levenberg-marquardt";

/** Settings of UMAP. */
export interface UmapOptions {
  /** Number of dimensions of the embedding. */
  dimensions: number;
  /** Number of neighbours, including the point itself. */
  neighbours: number;
  /** umap-learn's min_dist, with its default `spread` of 1. */
  minimumDistance: number;
  /** Passes over the edges. Default as in umap-learn: 500 for up to 10,000 points, 200 for more. */
  epochs?: number;
}

/** A weighted graph; each undirected edge is listed once. */
interface Graph {
  /** Number of points. */
  n: number;
  from: Int32Array;
  to: Int32Array;
  /** In (0, 1]. */
  weights: Float32Array;
}

/**
 * Embeds points in `dimensions` dimensions.
 *
 * @param points n rows of d numbers
 * @returns n × dimensions
 * @throws UserError for fewer than three points, or values that are not finite.
 */
export async function fitUmap(
  points: Float32Array,
  d: number,
  { dimensions, neighbours, minimumDistance, epochs = defaultEpochs(points.length / d) }: UmapOptions,
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
  const positions = initialPositions(points, d, dimensions, random);
  await layOut(positions, graph, { dimensions, epochs, ...closeness(minimumDistance) }, random);
  return positions;
}

/** Default number of epochs in umap-learn. */
const defaultEpochs = (n: number): number => (n <= 10_000 ? 500 : 200);

/** Steps of the search for a bandwidth, and the smallest bandwidth as a share of the mean distance, as in umap-learn. */
const bandwidthSteps = 64;
const leastBandwidth = 1e-3;

/**
 * The fuzzy graph of section 3.1. The nearest neighbour of a point has degree 1, the others exp(-(distance - ρ) / σ): ρ is
 * the distance of the nearest, and σ makes the degrees sum to log₂ k, with k the number of neighbours including the point.
 * An edge combines the degrees a and b of both directions to a + b - a b.
 *
 * @param points n rows of d numbers
 * @param count number of neighbours, without the point itself
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

/** Degree of membership of a neighbour at `distance`, in [0, 1]. */
const degree = (distance: number, nearest: number, bandwidth: number): number =>
  distance <= nearest ? 1 : Math.exp((nearest - distance) / bandwidth);

/** The σ at which the degrees of the neighbours sum to `target`, by bisection. */
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

/** The largest initial coordinate, and the noise that separates duplicates, as in umap-learn. */
const startExtent = 10;
const startNoise = 1e-4;

/**
 * Initial positions: the centred points, padded with zeros if the embedding has more dimensions, by a random projection if
 * it has fewer; scaled to `startExtent`, with a little noise. (umap-learn starts from eigenvectors of the graph. On latents
 * of MNIST and USPS that took a quarter of the total time; of five runs four ended alike, and in one it split a group.)
 */
function initialPositions(
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
  const positions = new Float32Array(n * dimensions);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < d; k++) {
      const value = points[row * d + k]! - mean[k]!;
      if (!projection) positions[row * dimensions + k] = value;
      else
        for (let j = 0; j < dimensions; j++)
          positions[row * dimensions + j]! += value * projection[k * dimensions + j]!;
    }
  }
  const extent = positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return positions.map(
    (value) => (extent > 0 ? (value / extent) * startExtent : 0) + startNoise * random.normal(),
  );
}

/**
 * The a and b of 1 / (1 + a x^(2b)), fitted to the desired closeness of two points at distance x: 1 up to
 * `minimumDistance`, exp(minimumDistance - x) beyond.
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

/** Repelling points per attraction of an edge, and the largest change of a coordinate by one move, as in umap-learn. */
const repulsions = 5;
const largestMove = 4;

/**
 * Stochastic gradient descent on the cross-entropy of section 3.2, in place. Edges attract their ends: that of the largest
 * weight in every pass, the others in proportion to their weight. With each attraction, both ends are repelled by a few
 * random points. The rate falls linearly from 1 to 0.
 */
async function layOut(
  positions: Float32Array,
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
      const difference = positions[i + k]! - positions[j + k]!;
      sum += difference * difference;
    }
    return sum;
  };
  /** @param i offset of the first point's coordinates @param j offset of the second's */
  const attract = (i: number, j: number, rate: number): void => {
    const squared = squaredDistance(i, j);
    if (squared === 0) return;
    const power = squared ** b;
    const slope = (-2 * a * b * power) / (squared * (1 + a * power));
    for (let k = 0; k < dimensions; k++) {
      const move = rate * clip(slope * (positions[i + k]! - positions[j + k]!));
      positions[i + k]! += move;
      positions[j + k]! -= move;
    }
  };
  const repel = (i: number, j: number, rate: number): void => {
    const squared = squaredDistance(i, j);
    if (squared === 0) return;
    const slope = (2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
    for (let k = 0; k < dimensions; k++)
      positions[i + k]! += rate * clip(slope * (positions[i + k]! - positions[j + k]!));
  };

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 1 - epoch / epochs;
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
    // Lets a signal to stop arrive between two passes.
    await new Promise(setImmediate);
  }
}
