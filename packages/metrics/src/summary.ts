/** Mean and standard deviation of one figure over runs. */
export interface Summary {
  mean: number;
  /** Standard deviation with n - 1 in the denominator; null for a single run. */
  std: number | null;
  /** Number of runs. */
  n: number;
}

/**
 * Mean and standard deviation of `values`.
 *
 * @throws RangeError if there are no values.
 */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  if (n === 0) throw new RangeError("no values to summarise");
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
}
