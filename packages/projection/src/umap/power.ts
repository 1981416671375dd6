const fractionBits = 12;
const fractions = 2 ** fractionBits;

/** Powers of a number's power of two, and of its leading binary digits. */
export interface PowerTables {
  ofTwos: Float64Array;
  ofFractions: Float64Array;
}

/** The tables of x ↦ x^exponent for positive float32 numbers. */
export const powerTables = (exponent: number): PowerTables => ({
  ofTwos: Float64Array.from({ length: 256 }, (_, e) => 2 ** ((e - 127) * exponent)),
  // The middle of all numbers that have these digits.
  ofFractions: Float64Array.from({ length: fractions }, (_, i) => (1 + (i + 0.5) / fractions) ** exponent),
});

/**
 * x ↦ x^exponent for positive float32 numbers, an eighth of the time of `**`, as a product from two tables. The relative error is
 * below exponent · 2^-13 (1.2e-4 for an exponent of 1), and for numbers below 1e-38 the result is that of 1e-38.
 */
export function powerFrom({ ofTwos, ofFractions }: PowerTables): (x: number) => number {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  return (x) => {
    float[0] = x;
    const digits = bits[0]!;
    return ofTwos[digits >>> 23]! * ofFractions[(digits >>> (23 - fractionBits)) & (fractions - 1)]!;
  };
}
