/**
 * Forty points in the plane, the same ones in Python:
 *
 * s = 1
 * def u(): global s; s = s * 16807 % 2147483647; return s / 2147483647
 * x = [[round(4 * u(), 3), round(4 * u(), 3)] for _ in range(40)]
 */
let s = 1;
export const points = Float32Array.from({ length: 80 }, () => {
  s = (s * 16807) % 2147483647;
  return Math.round((4000 * s) / 2147483647) / 1000;
});
