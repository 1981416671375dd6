/**
 * The Kumaraswamy distribution on (0, 1), density a b v^(a-1) (1 - v^a)^(b-1): close to a Beta, but with an inverse
 * distribution function, so that a sample has a gradient (Kumaraswamy 1980; Nalisnick, Hertel, Smyth 2016).
 */
import { add, matMul, tf } from "@gumbel/engine";

const eulerGamma = 0.5772156649015329;

/** Largest log v, below 0 so that log(1 - v) is finite: about -46. */
const largestLog = -1e-20;

/**
 * log v of v = (1 - u^(1/b))^(1/a), the value below which v lies with probability 1 - u. In logarithms, so that neither
 * end of the interval is lost.
 *
 * @param u in (0, 1), of the shape of `a` and `b`
 */
export function logQuantile<T extends tf.Tensor>(a: T, b: T, u: tf.Tensor): T {
  // float32 rounds a uniform number next to 1 to 1.
  const inside = tf.clipByValue(u, 1e-6, 1 - 1e-6);
  const logPower = logComplement(tf.div<T>(tf.log(inside), b));
  return tf.minimum<T>(tf.div<T>(logPower, a), largestLog);
}

/** log(1 - v) from log v < 0: by log1p up to v = ½ and by expm1 beyond, each in the range that loses no digits. */
export function logComplement<T extends tf.Tensor>(logV: T): T {
  const half = tf.scalar(-Math.LN2);
  const upper = (log: tf.Tensor) => tf.log(tf.neg(tf.expm1(log)));
  // log1p(-v) as -2 atanh(v / (2 - v)): the wasm engine's own log1p adds 1 and loses small values.
  const v = tf.exp(tf.minimum(logV, half));
  const lower = tf.mul(tf.atanh(tf.div(v, tf.sub(2, v))), -2);
  // One of the two stays at its value for ½: `lower` at log ½, or this difference at exactly 0.
  return tf.add<T>(lower, tf.sub(upper(tf.maximum(logV, half)), upper(half)));
}

/**
 * KL(Kumaraswamy(a, b) ‖ Beta(alpha, beta)), elementwise:
 *
 *   log(ab) + log B(α, β) + (a - α)/a · (-γ - ψ(b) - 1/b) - (b - 1)/b - (β - 1) E[log(1 - v)]
 *
 * The last expectation is an infinite series, of which the paper sums eleven terms, too few if a·b is small. Here it
 * is log(1 - v) of one sample instead: right on average for any a and b, and nothing at all for β = 1.
 *
 * @param logRest log(1 - v) of a sample of v, of the shape of `a` and `b`
 * @param beta as many as the last axis has
 */
export function kumaraswamyDivergence<T extends tf.Tensor>(
  a: T,
  b: T,
  logRest: T,
  alpha: number,
  beta: number[],
): T {
  const logBeta = beta.map((value) => logGamma(alpha) + logGamma(value) - logGamma(alpha + value));
  const meanLog = tf.neg(tf.add(tf.add(digamma(b), tf.reciprocal(b)), eulerGamma));
  const terms = [
    tf.log(a),
    tf.log(b),
    tf.mul(tf.sub(1, tf.div(alpha, a)), meanLog),
    tf.sub(tf.reciprocal(b), 1),
    tf.mul(logRest, tf.tensor1d(beta.map((value) => 1 - value))),
  ];
  return tf.add<T>(
    terms.reduce((sum, term) => tf.add(sum, term)),
    tf.tensor1d(logBeta),
  );
}

/** ψ(x) for x > 0: six steps of ψ(x) = ψ(x + 1) - 1/x, then the asymptotic series. Right to float32 there. */
export function digamma<T extends tf.Tensor>(x: T): T {
  const shifted = tf.add(x, 6);
  const square = tf.reciprocal(tf.square(shifted));
  // ln y - 1/(2y) - y⁻²/12 + y⁻⁴/120 - y⁻⁶/252
  const series = tf.mul(square, tf.sub(1 / 12, tf.mul(square, tf.sub(1 / 120, tf.div(square, 252)))));
  let value = tf.sub(tf.sub(tf.log(shifted), tf.div(0.5, shifted)), series);
  for (let i = 0; i < 6; i++) value = tf.sub(value, tf.reciprocal(tf.add(x, i)));
  return value as T;
}

/** log Γ(x) for x > 0, by Stirling's series beyond 8. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 8; y++) shift += Math.log(y);
  const series = 1 / (12 * y) - 1 / (360 * y ** 3) + 1 / (1260 * y ** 5);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/**
 * log π of a stick broken at v: π_k = v_k Π_{j<k} (1 - v_j), and the last piece is the rest.
 *
 * @param logV log v, [batch, K - 1]
 * @param logRest log(1 - v), [batch, K - 1]
 * @returns [batch, K]
 */
export function logStickPieces(logV: tf.Tensor2D, logRest: tf.Tensor2D): tf.Tensor2D {
  const [batch, sticks] = logV.shape;
  // before[j, k] = 1 if stick j is broken before piece k.
  const before = Float32Array.from({ length: sticks * (sticks + 1) }, (_, i) =>
    Math.floor(i / (sticks + 1)) < i % (sticks + 1) ? 1 : 0,
  );
  const left = matMul(logRest, tf.tensor2d(before, [sticks, sticks + 1]));
  return add(left, tf.concat([logV, tf.zeros<tf.Rank.R2>([batch, 1])], 1));
}
