/** Small dense linear algebra in float64, because float32 would lose a determinant. Matrices are flat, row by row. */

/**
 * The lower triangular L of A = L Lᵀ, from A's lower triangle.
 *
 * @param matrix [d × d]
 * @returns undefined if A is not positive definite.
 */
export function cholesky(matrix: Float64Array, d: number): Float64Array | undefined {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * d + k]! * lower[j * d + k]!;
      if (i !== j) lower[i * d + j] = sum / lower[j * d + j]!;
      else if (sum > 0) lower[i * d + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

/**
 * The Cholesky factor of a covariance, which rounding may have left singular: its diagonal is raised in place, by `least`
 * and each time by tenfold more, until there is a factor.
 *
 * @param matrix [d × d]; changed
 * @returns undefined if there is no factor at any raise, because values are not finite.
 */
export function raisedCholesky(matrix: Float64Array, d: number, least: number): Float64Array | undefined {
  for (let raise = Math.max(least, 1e-12); Number.isFinite(raise); raise *= 10) {
    const lower = cholesky(matrix, d);
    if (lower) return lower;
    raiseDiagonal(matrix, d, raise);
  }
  return undefined;
}

/** Adds `by` to the diagonal. @param matrix [d × d]; changed */
export function raiseDiagonal(matrix: Float64Array, d: number, by: number): void {
  for (let i = 0; i < matrix.length; i += d + 1) matrix[i] = matrix[i]! + by;
}

/** L⁻ᵀ, upper triangular, of a lower triangular L: A⁻¹ = L⁻ᵀ L⁻¹. */
export function inverseTransposed(lower: Float64Array, d: number): Float64Array {
  const inverse = new Float64Array(d * d);
  // Column j of L⁻¹ by forward substitution; it is row j of the result.
  for (let j = 0; j < d; j++) {
    for (let i = j; i < d; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= lower[i * d + k]! * inverse[j * d + k]!;
      inverse[j * d + i] = sum / lower[i * d + i]!;
    }
  }
  return inverse;
}
