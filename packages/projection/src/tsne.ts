/**
 * t-SNE (van der Maaten, Hinton 2008), exact: all pairs of points in every step. Our own implementation, because packages
 * with a compatible licence draw from `Math.random`, and the same seed must give the same plot.
 */
import { UserError } from "@gumbel/config";
import { engineDistances } from "@gumbel/engine";
import { eachPair } from "@gumbel/metrics";
import type { RandomStream } from "@gumbel/random";

/** Settings of t-SNE. */
export interface TsneOptions {
  /** The effective number of neighbours of a point. */
  perplexity: number;
  /** Steps of gradient descent. */
  steps: number;
  /** Positions to start from, n × 2, without early exaggeration; else random ones around the origin, with it. */
  start?: Float64Array;
}

/** Steps of the search for a bandwidth. */
const bandwidthSteps = 64;

/** Standard deviation of the initial coordinates, as in van der Maaten's implementation. */
const startDeviation = 1e-4;

/** Factor of all p in the first steps, which lets tight groups move past one another. At most half of the steps. */
const exaggeration = 12;
const mostExaggerated = 100;

/**
 * Smallest learning rate; otherwise it is scikit-learn's n / exaggeration / 4. With scikit-learn's minimum of 50, one of
 * forty points ended in the wrong group in 14 of 300 draws of two groups; with 10 in none.
 */
const leastRate = 10;

/**
 * Embeds points in two dimensions.
 *
 * @param points n rows of d finite numbers
 * @returns n × 2
 * @throws UserError for fewer than three points.
 */
export function fitTsne(
  points: Float32Array,
  d: number,
  { perplexity, steps, start }: TsneOptions,
  random: RandomStream,
): Float64Array {
  const n = points.length / d;
  if (n < 3) throw new UserError({ what: `t-SNE needs at least 3 examples, not ${n}` });
  const p = similarities(points, d, Math.min(perplexity, (n - 1) / 2));
  const positions =
    start?.slice() ?? Float64Array.from({ length: 2 * n }, () => startDeviation * random.normal());
  const gradient = new Float64Array(2 * n);
  const velocity = new Float64Array(2 * n);
  const gains = new Float64Array(2 * n).fill(1);
  const rate = Math.max(n / exaggeration / 4, leastRate);
  const exaggerated = start ? 0 : Math.min(mostExaggerated, steps / 2);
  const repulsion = new Float64Array(2 * n);
  for (let step = 0; step < steps; step++) {
    gradientOf(positions, p, step < exaggerated ? exaggeration : 1, repulsion, gradient);
    const momentum = step < exaggerated ? 0.5 : 0.8;
    for (let i = 0; i < 2 * n; i++) {
      // Jacobs' adaptive rates: faster while a coordinate moves in one direction, slower if it turns.
      const turns = gradient[i]! > 0 === velocity[i]! > 0;
      gains[i] = turns ? Math.max(0.01, gains[i]! * 0.8) : gains[i]! + 0.2;
      velocity[i] = momentum * velocity[i]! - rate * gains[i]! * gradient[i]!;
      positions[i]! += velocity[i]!;
    }
  }
  return positions;
}

/** p_ij of equation 1, symmetric, n × n with sum 1: Gaussians whose bandwidths give each point the same perplexity. */
function similarities(points: Float32Array, d: number, perplexity: number): Float64Array {
  const n = points.length / d;
  const squared = new Float64Array(n * n);
  eachPair(
    points,
    d,
    (i, j, distance) => {
      squared[i * n + j] = distance;
      squared[j * n + i] = distance;
    },
    engineDistances(),
  );
  const conditional = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    conditional.set(neighboursOf(squared.subarray(i * n, (i + 1) * n), i, perplexity), i * n);
  }
  return conditional.map((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (value + conditional[j * n + i]!) / (2 * n);
  });
}

/**
 * p_j|i of one point, with sum 1. Bisection finds the precision 1 / 2σ² that gives the perplexity, from the inverse of the
 * mean squared distance.
 */
function neighboursOf(squared: Float64Array, self: number, perplexity: number): Float64Array {
  const target = Math.log(perplexity);
  // The distance of the nearest neighbour is subtracted from all: it cancels in the quotient, and nothing underflows.
  const nearest = squared.reduce(
    (least, value, j) => (j === self ? least : Math.min(least, value)),
    Infinity,
  );
  const row = new Float64Array(squared.length);
  const mean = squared.reduce((sum, value) => sum + value, 0) / squared.length;
  let [low, high, precision] = [0, Infinity, mean > 0 ? 1 / mean : 1];
  for (let step = 0; step < bandwidthSteps; step++) {
    let [sum, weighted] = [0, 0];
    for (let j = 0; j < row.length; j++) {
      const beyond = squared[j]! - nearest;
      row[j] = j === self ? 0 : Math.exp(-precision * beyond);
      sum += row[j]!;
      weighted += row[j]! * beyond;
    }
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
    const entropy = Math.log(sum) + (precision * weighted) / sum;
    if (Math.abs(entropy - target) < 1e-5) break;
    if (entropy > target) low = precision;
    else high = precision;
    precision = high === Infinity ? precision * 2 : (low + high) / 2;
  }
  return row;
}

/**
 * The gradient of the Kullback-Leibler divergence, equation 5, in one pass over the pairs: the sum that its second part is divided
 * by is the same for all.
 *
 * @param repulsion n × 2, a buffer
 * @param gradient is overwritten
 */
function gradientOf(
  positions: Float64Array,
  p: Float64Array,
  factor: number,
  repulsion: Float64Array,
  gradient: Float64Array,
): void {
  const n = positions.length / 2;
  let sum = 0;
  gradient.fill(0);
  repulsion.fill(0);
  for (let i = 0; i < n; i++) {
    const x = positions[2 * i]!;
    const y = positions[2 * i + 1]!;
    let towardsX = 0;
    let towardsY = 0;
    let awayX = 0;
    let awayY = 0;
    for (let j = 0; j < i; j++) {
      const dx = x - positions[2 * j]!;
      const dy = y - positions[2 * j + 1]!;
      const value = 1 / (1 + dx * dx + dy * dy);
      const attracted = p[i * n + j]! * value;
      const repelled = value * value;
      sum += 2 * value;
      towardsX += attracted * dx;
      towardsY += attracted * dy;
      awayX += repelled * dx;
      awayY += repelled * dy;
      gradient[2 * j]! -= attracted * dx;
      gradient[2 * j + 1]! -= attracted * dy;
      repulsion[2 * j]! -= repelled * dx;
      repulsion[2 * j + 1]! -= repelled * dy;
    }
    gradient[2 * i]! += towardsX;
    gradient[2 * i + 1]! += towardsY;
    repulsion[2 * i]! += awayX;
    repulsion[2 * i + 1]! += awayY;
  }
  for (let at = 0; at < 2 * n; at++) gradient[at] = 4 * (factor * gradient[at]! - repulsion[at]! / sum);
}
