/** The density of a Gaussian mixture. */
import { tf } from "@gumbel/engine";
import { type Covariance, covarianceTypes } from "./covariances.js";
import type { Density, Mixture } from "./mixture.js";

/** A density on the engine. */
export interface DensityTensors {
  means: tf.Tensor2D;
  precisions: tf.Tensor;
  offsets: tf.Tensor1D;
}

/** The density of a mixture; singular covariances are raised in place, first by `regularisation`. */
export function densityOf(
  { weights, means, covariances }: Mixture,
  covariance: Covariance,
  regularisation: number,
): Density {
  const type = covarianceTypes[covariance];
  const d = means.length / weights.length;
  const size = type.size(d);
  const precisions = new Float64Array(covariances.length);
  const logDeterminants: number[] = [];
  for (let from = 0; from < covariances.length; from += size) {
    const one = type.precision(covariances.subarray(from, from + size), d, regularisation);
    precisions.set(one.factor, from);
    logDeterminants.push(one.logDeterminant);
  }
  const constant = -0.5 * d * Math.log(2 * Math.PI);
  const count = logDeterminants.length;
  const offsets = weights.map((weight, k) => Math.log(weight) + logDeterminants[k % count]! + constant);
  return { means, precisions, offsets };
}

/** Copies a density to the engine, as float32. */
export function tensorsOf({ means, precisions, offsets }: Density, covariance: Covariance): DensityTensors {
  const components = offsets.length;
  const d = means.length / components;
  const shape = covarianceTypes[covariance].shape(components, d);
  return {
    means: tf.tensor2d(Float32Array.from(means), [components, d]),
    precisions: tf.tensor(Float32Array.from(precisions), shape),
    offsets: tf.tensor1d(Float32Array.from(offsets)),
  };
}

/**
 * log π_k N(x | μ_k, Σ_k), [rows, components].
 *
 * @param x [rows, d], relative to the same origin as the means
 */
export function logDensities(
  x: tf.Tensor2D,
  { means, precisions, offsets }: DensityTensors,
  covariance: Covariance,
): tf.Tensor2D {
  return tf.tidy(() => {
    const squared = covarianceTypes[covariance].squaredDistances(x, means, precisions);
    return tf.sub<tf.Tensor2D>(offsets, tf.mul(squared, 0.5));
  });
}
