import { nativeBinding } from "../core/native.js";

/**
 * A function of the addon for the distances of all pairs, in double precision, on every thread; undefined if the engine that runs
 * has none.
 *
 * @returns fills `distances` with ‖x_i - x_j‖² of rows i from `from` to `to` - 1 and earlier rows j, [to - from, to].
 * Throws RangeError for sizes that do not fit.
 */
export function engineDistances():
  | ((points: Float32Array, d: number, from: number, to: number, distances: Float64Array) => void)
  | undefined {
  const binding = nativeBinding();
  if (!binding?.squaredDistances) return undefined;
  return (points, d, from, to, distances) =>
    binding.squaredDistances!(points, d, from, to, binding.threads ?? 1, distances);
}
