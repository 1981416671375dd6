/**
 * t-SNE (van der Maaten, Hinton 2008) by the sums of Barnes and Hut (van der Maaten 2014). Our own implementation, because
 * packages with a compatible licence draw from `Math.random`, and the same seed must give the same plot.
 */
import { UserError } from "@gumbel/config";
import type { RandomStream } from "@gumbel/random";
import { type Affinities, affinities } from "./affinities.js";
import { Repulsion } from "./repulsion.js";

/** Settings of t-SNE. */
export interface TsneOptions {
  /** The effective number of neighbours of a point. */
  perplexity: number;
  /** Steps of gradient descent. */
  steps: number;
  /** Positions to start from, n × 2, without early exaggeration; else random ones around the origin, with it. */
  start?: Float64Array;
}

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
  const similar = affinities(points, d, Math.min(perplexity, (n - 1) / 2));
  const positions =
    start?.slice() ?? Float64Array.from({ length: 2 * n }, () => startDeviation * random.normal());
  const gradient = new Float64Array(2 * n);
  const velocity = new Float64Array(2 * n);
  const gains = new Float64Array(2 * n).fill(1);
  const rate = Math.max(n / exaggeration / 4, leastRate);
  const exaggerated = start ? 0 : Math.min(mostExaggerated, steps / 2);
  const repulsion = new Repulsion(n);
  const forces = new Float64Array(2 * n);
  for (let step = 0; step < steps; step++) {
    const sum = repulsion.compute(positions, forces);
    attract(positions, similar, gradient);
    const factor = step < exaggerated ? exaggeration : 1;
    // Equation 5.
    for (let i = 0; i < 2 * n; i++) gradient[i] = 4 * (factor * gradient[i]! - forces[i]! / sum);
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

/**
 * Adds up what attracts each point: for every similar one p_ij (1 + δ²)⁻¹ times the difference of their positions.
 *
 * @param forces n × 2, overwritten
 */
function attract(positions: Float64Array, { starts, others, p }: Affinities, forces: Float64Array): void {
  forces.fill(0);
  for (let i = 0; i < starts.length - 1; i++) {
    const x = positions[2 * i]!;
    const y = positions[2 * i + 1]!;
    let forceX = 0;
    let forceY = 0;
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const j = others[at]!;
      const dx = x - positions[2 * j]!;
      const dy = y - positions[2 * j + 1]!;
      const attracted = p[at]! / (1 + dx * dx + dy * dy);
      forceX += attracted * dx;
      forceY += attracted * dy;
      forces[2 * j]! -= attracted * dx;
      forces[2 * j + 1]! -= attracted * dy;
    }
    forces[2 * i]! += forceX;
    forces[2 * i + 1]! += forceY;
  }
}
