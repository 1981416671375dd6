/** A Gaussian mixture as numbers; matrices are flat, row by row. */
export interface Mixture {
  /** π, [components] */
  weights: Float64Array;
  /** μ, [components × d] */
  means: Float64Array;
  /** σ² [components × d], Σ [components × d × d], or one Σ [d × d]. */
  covariances: Float64Array;
}

/** The numbers in log π_k N(x | μ_k, Σ_k) = offset_k - ½ ‖(x - μ_k) P_k‖², with P_k P_kᵀ = Σ_k⁻¹. */
export interface Density {
  /** μ, [components × d] */
  means: Float64Array;
  /** P, as large as the covariances. */
  precisions: Float64Array;
  /** log π_k + log det P_k - ½ d log 2π, [components] */
  offsets: Float64Array;
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
