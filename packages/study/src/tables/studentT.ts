/** Student's t distribution, and the tests of two means that follow from it. */
import { type Summary, summarize } from "@gumbel/metrics";

/** Coefficients of Lanczos' approximation with g = 7: Numerical Recipes, 3rd edition, 6.1. */
const lanczos = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const sum = lanczos.reduce((total, c, i) => total + (i === 0 ? c : c / (x - 1 + i)), 0);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Numerical Recipes, 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly on this side alone.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const least = 1e-300;
  const away = (value: number): number => (Math.abs(value) < least ? least : value);
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x);
  return (Math.exp(front) * fraction) / a;
}

/** Probability of a value at least as far from 0 as `t`, of a Student t with `df` > 0 degrees of freedom. */
export const bothTails = (t: number, df: number): number => incompleteBeta(df / (df + t * t), df / 2, 0.5);

/** The value that a Student t exceeds in absolute value with probability `p`, in (0, 1). */
export function quantileOfTails(p: number, df: number): number {
  let [low, high] = [0, 1];
  while (bothTails(high, df) > p) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (bothTails(middle, df) > p) low = middle;
    else high = middle;
  }
  return high;
}

/** Half the width of the 95 % interval of a mean of `n` values; null for fewer than two. */
export const halfInterval = (std: number | null, n: number): number | null =>
  std === null || n < 2 ? null : (quantileOfTails(0.05, n - 1) * std) / Math.sqrt(n);

/** A value of each of a system's runs. */
export type SeedValues = readonly { seed: number; value: number }[];

/**
 * Probability of so large a difference of two means if there were none: by the paired t test if both have the same seeds, else
 * by Welch's (1947, Biometrika 34). Both have two values or more.
 */
export function chanceOf(a: SeedValues, b: SeedValues): number {
  const ofSeed = new Map(b.map(({ seed, value }) => [seed, value]));
  if (a.length === b.length && a.every(({ seed }) => ofSeed.has(seed))) {
    const { mean, std, n } = summarize(a.map(({ seed, value }) => value - ofSeed.get(seed)!));
    return chance(mean, (std! * std!) / n, n - 1);
  }
  const [one, other] = [a, b].map((runs) => summarize(runs.map(({ value }) => value))) as [Summary, Summary];
  const [u, v] = [one, other].map(({ std, n }) => (std! * std!) / n) as [number, number];
  const df = (u + v) ** 2 / (u ** 2 / (one.n - 1) + v ** 2 / (other.n - 1));
  return chance(one.mean - other.mean, u + v, df);
}

/** @param variance of the difference */
function chance(difference: number, variance: number, df: number): number {
  // Values that are all alike, as those of k-means from many starts, differ by more than chance if they differ at all.
  if (variance === 0) return difference === 0 ? 1 : 0;
  return bothTails(difference / Math.sqrt(variance), df);
}

/**
 * Which of several differences are larger than chance, by Holm's correction (1979, Scandinavian Journal of Statistics 6): the
 * probability that one of them is called so wrongly is at most `level`.
 */
export function holm(chances: readonly number[], level: number): boolean[] {
  const order = [...chances.keys()].sort((i, j) => chances[i]! - chances[j]!);
  const kept = order.findIndex((i, rank) => chances[i]! > level / (chances.length - rank));
  const larger = new Set(kept === -1 ? order : order.slice(0, kept));
  return chances.map((_, i) => larger.has(i));
}
