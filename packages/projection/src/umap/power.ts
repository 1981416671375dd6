const fractionBits = 12;
const fractions = 2 ** fractionBits;

/**
 * x ↦ x^exponent for positive float32 numbers, an eighth of the time of `**`: the power of x's power of two times that of
 * its leading binary digits, from two tables. The relative error is below exponent · 2^-13 (1.2e-4 for an exponent of 1), and
 * for numbers below 1e-38 the result is that of 1e-38.
 */
export function power(exponent: number): (x: number) => number {
  const ofTwos = Float64Array.from({ length: 256 }, (_, e) => 2 ** ((e - 127) * exponent));
  // The middle of all numbers that have these digits.
  const ofFractions = Float64Array.from(
    { length: fractions },
    (_, i) => (1 + (i + 0.5) / fractions) ** exponent,
  );
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  return (x) => {
    float[0] = x;
    const digits = bits[0]!;
    return ofTwos[digits >>> 23]! * ofFractions[(digits >>> (23 - fractionBits)) & (fractions - 1)]!;
  };
}
