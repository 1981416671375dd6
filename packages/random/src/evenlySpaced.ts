/** At most `count` of the rows 0 … n - 1, evenly spaced, ascending: a sample without random numbers. */
export function evenlySpaced(n: number, count: number): Uint32Array {
  const taken = Math.min(n, count);
  return Uint32Array.from({ length: taken }, (_, i) => Math.floor((i * n) / taken));
}
