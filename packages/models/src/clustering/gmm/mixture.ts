/** A Gaussian mixture as numbers; matrices are flat, row by row. */
export interface Mixture {
  /** π, [components] */
  weights: Float64Array;
  /** μ, [components × d] */
  means: Float64Array;
  /** σ² [components × d], Σ [components × d × d], or one Σ [d × d]. */
  covariances: Float64Array;
}

/** Sums over all examples by component, weighted with the responsibilities r. */
export interface Sums {
  /** Σ_i r_ik, [components] */
  mass: Float64Array;
  /** Σ_i r_ik x_i, [components × d] */
  first: Float64Array;
  /** Second moments as the covariance type sums them, as large as the covariances. */
  second: Float64Array;
}

/** A component with fewer examples is empty. */
export const emptyMass = 1e-9;
