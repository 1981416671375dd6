/** Draws in bulk, a million at a time: each is one of 65,536 numbers, by half a random word and a look-up. */

const count = 65536;

/** 65,536 numbers, all as likely. */
type Table = Float32Array;

const tableOf = (quantile: (p: number) => number): (() => Table) => {
  let table: Table | undefined;
  return () => {
    table ??= Float32Array.from({ length: count }, (_, i) => quantile((i + 0.5) / count));
    return table;
  };
};

/** Φ⁻¹((i + ½) / 65536): N(0, 1) in steps of equal probability, up to 4.3 standard deviations. */
export const normalTable = tableOf(normalQuantile);

/** (i + ½) / 65536 */
export const uniformTable = tableOf((p) => p);

/**
 * Fills `values` with independent draws from a table, times `scale`.
 *
 * @param seed 128 random bits, the start of a generator sfc32 (Doty-Humphrey, PractRand)
 */
export function fillFrom(table: Table, values: Float32Array, scale: number, seed: Int32Array): void {
  let [a, b, c, counter] = [seed[0]!, seed[1]!, seed[2]!, seed[3]!];
  const last = values.length - 1;
  // The first words still resemble the seed.
  for (let i = -24; i <= last; i += 2) {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    if (i < 0) continue;
    values[i] = table[word & 0xffff]! * scale;
    if (i < last) values[i + 1] = table[word >>> 16]! * scale;
  }
}

/**
 * Φ⁻¹(p): the inverse of the distribution function of N(0, 1), to nine digits (Acklam 2003).
 *
 * @param p in (0, 1)
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tailTop, q) / (polynomial(tailBottom, q) * q + 1);
  }
  const q = p - 0.5;
  const square = q * q;
  return (polynomial(middleTop, square) * q) / (polynomial(middleBottom, square) * square + 1);
}

/** Coefficients from the highest power down. */
const polynomial = (coefficients: number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

const middleTop = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const middleBottom = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const tailTop = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBottom = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
