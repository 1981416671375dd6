/**
 * At most `count` of the rows 0 … n - 1, evenly spaced, ascending: a sample without random numbers.
 *
 * @param shift share of the space between two rows by which all of them lie higher, in [0, 1): another sample
 */
export function evenlySpaced(n: number, count: number, shift = 0): Uint32Array {
  const taken = Math.min(n, count);
  return Uint32Array.from({ length: taken }, (_, i) => Math.floor(((i + shift) * n) / taken));
}
