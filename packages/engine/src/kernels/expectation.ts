import type * as tf from "@tensorflow/tfjs-core";
import { nativeBinding, pointsOf } from "../core/native.js";
import type { Frame } from "./nearest.js";

/** Gaussians with diagonal covariances, weighted, by component. */
export interface DiagonalMixture {
  /** [k × d] */
  means: Float64Array;
  /** 1 / σ, [k × d] */
  deviations: Float64Array;
  /** log π_k - Σ log σ - ½ d log 2π, [k] */
  offsets: Float64Array;
}

/** Sums over n points with their responsibilities r, the shares of the components in each. */
export interface Expectation {
  /** Σ r, [k] */
  mass: Float64Array;
  /** Σ r x, [k × d] */
  first: Float64Array;
  /** Σ r x², [k × d] */
  second: Float64Array;
  /** Σ log p(x) */
  logLikelihood: number;
}

/**
 * The expectation step of a mixture in one pass over the points, on every thread; undefined if the engine that runs has no such
 * function.
 *
 * @param points [n, d]
 * @param frame the mixture is that of (points - centre) · scale
 */
export function expectDiagonal(
  points: tf.Tensor2D,
  { centre, scale }: Frame,
  { means, deviations, offsets }: DiagonalMixture,
): Expectation | undefined {
  const binding = nativeBinding();
  if (!binding?.expectMixture || binding.isUsingGpuDevice()) return undefined;
  // -½ (x - μ)² / σ² = x (μ / σ² - ½ x / σ²) - ½ μ² / σ²
  const [k, d] = [offsets.length, centre.length];
  const linear = Float32Array.from(means, (mean, i) => mean * deviations[i]! ** 2);
  const quadratic = Float32Array.from(deviations, (deviation) => -0.5 * deviation ** 2);
  const constants = offsets.map((offset, j) => {
    let sum = offset;
    for (let i = j * d; i < (j + 1) * d; i++) sum -= 0.5 * (means[i]! * deviations[i]!) ** 2;
    return sum;
  });
  const sums = {
    mass: new Float64Array(k),
    first: new Float64Array(k * d),
    second: new Float64Array(k * d),
  };
  const logLikelihood = binding.expectMixture(
    ...([pointsOf(points), points.shape[0], centre, scale, linear, quadratic, constants] as const),
    binding.threads ?? 1,
    ...([sums.mass, sums.first, sums.second] as const),
  );
  return { ...sums, logLikelihood };
}
