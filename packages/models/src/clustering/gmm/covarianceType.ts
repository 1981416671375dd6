import type { Expectation, Frame, tf } from "@gumbel/engine";
import { type Density, emptyMass, type Mixture, type Sums } from "./mixture.js";

/** The steps of EM that depend on the form of the covariances. */
export interface CovarianceType {
  /** Shape of a mixture's covariances, and of their precision factors. */
  shape(components: number, d: number): number[];

  /** Count of numbers in one covariance. */
  size(d: number): number;

  /** Sum over all rows of x² [d], or of x xᵀ [d, d]. @param x [rows, d] */
  secondMoments(x: tf.Tensor2D): tf.Tensor;

  /**
   * Adds some rows to `Sums.second`.
   *
   * @param x [rows, d]
   * @param responsibilities [rows, components]
   * @param means of the mixture that the responsibilities come from, [components, d]
   */
  addSecondMoments(
    second: Float64Array,
    x: tf.Tensor2D,
    responsibilities: tf.Tensor2D,
    means: tf.Tensor2D,
  ): void;

  /** The covariances that are most likely under the responsibilities; an empty component keeps its own. */
  estimate(maximisation: Maximisation): Float64Array;

  /** Adds `by` to the variances of one covariance, in place. */
  regularise(covariance: Float64Array, d: number, by: number): void;

  /**
   * P of one covariance Σ, with P Pᵀ = Σ⁻¹, and its determinant. A singular Σ is raised in place.
   *
   * @param regularisation the first raise
   */
  precision(covariance: Float64Array, d: number, regularisation: number): PrecisionFactor;

  /**
   * The whole step of expectation in one pass, where the engine has a function for it; else it is done by the other methods.
   *
   * @param points [n, d]
   * @param density in the frame
   */
  expect?(points: tf.Tensor2D, frame: Frame, density: Density): Expectation | undefined;

  /**
   * ‖(x - μ_k) P_k‖², [rows, components]
   *
   * @param x [rows, d]
   * @param means [components, d]
   * @param precisions P of each component, or one for all
   */
  squaredDistances(x: tf.Tensor2D, means: tf.Tensor2D, precisions: tf.Tensor): tf.Tensor;
}

export interface PrecisionFactor {
  /** P, as large as the covariance. */
  factor: Float64Array;
  logDeterminant: number;
}

/** The input of a step of maximisation. */
export interface Maximisation {
  /** The mixture that the responsibilities come from. */
  old: Mixture;
  sums: Sums;
  /** The new means, [components × d]. */
  means: Float64Array;
  /** `secondMoments` of all examples. */
  total: Float64Array;
  n: number;
  d: number;
  regularisation: number;
}

/**
 * Covariances of which each component has one: `estimate` writes that of component k into `covariance`.
 *
 * @param type whose size and regularisation they have
 */
export function estimateEach(
  type: Pick<CovarianceType, "size" | "regularise">,
  { old, sums, d, regularisation }: Maximisation,
  estimate: (covariance: Float64Array, k: number) => void,
): Float64Array {
  const size = type.size(d);
  const covariances = old.covariances.slice();
  sums.mass.forEach((mass, k) => {
    if (mass < emptyMass) return;
    const covariance = covariances.subarray(k * size, (k + 1) * size);
    estimate(covariance, k);
    type.regularise(covariance, d, regularisation);
  });
  return covariances;
}
