/**
 * Gaussian mixtures by expectation and maximisation (Dempster, Laird, Rubin 1977), with scikit-learn's conventions:
 * started from k-means, 1e-6 added to every variance, ended when the mean log-likelihood gains less than 1e-3.
 *
 * The products over all examples are float32 matrix products on the engine, in chunks of rows; sums over chunks, the
 * log-sum-exp, the covariances and their Cholesky factors are float64. Float32 is enough because everything is taken in
 * the frame of the data, and full covariances relative to the component's last mean: a variance that is computed as
 * E[x²] - E[x]² far from the origin would be lost.
 */
import { UserError } from "@gumbel/config";
import { type Frame, tf, transpose } from "@gumbel/engine";
import { addTo, forEachChunk } from "../chunks.js";
import { enter, entered, frameOf, left } from "../frame.js";
import { type Covariance, covarianceTypes } from "./covariances.js";
import { densityOf, logDensities, tensorsOf } from "./density.js";
import { emptyMass, type Mixture, type Sums } from "./mixture.js";
import { assigned, normalised } from "./responsibilities.js";

export interface MixtureOptions {
  components: number;
  covariance: Covariance;
  maxIterations: number;
  /** Ends when the mean log-likelihood of an example changes by less. */
  tolerance: number;
  /** Added to the diagonal of every covariance. */
  regularisation: number;
}

/** scikit-learn's defaults. */
export const mixtureDefaults = { maxIterations: 100, tolerance: 1e-3, regularisation: 1e-6 };

/** A clustering that EM starts from, as k-means finds it. */
export interface MixtureStart {
  /** [components × d]; the mean of a component without examples. */
  centroids: Float64Array;
  /** Component of each point. */
  assignment: Int32Array;
}

export interface MixtureResult extends Mixture {
  /** Mean log-likelihood of an example in nats, at the last step of expectation. */
  logLikelihood: number;
  iterations: number;
  converged: boolean;
}

/**
 * Fits a mixture. A component without examples keeps its mean and covariance; a covariance that is singular in spite of
 * the regularisation has its diagonal raised tenfold until it is not.
 *
 * @param points [n, d]
 * @throws UserError for fewer points than components, or values that are not finite.
 */
export function fitMixture(points: tf.Tensor2D, start: MixtureStart, given: MixtureOptions): MixtureResult {
  const [n, d] = points.shape;
  if (given.components > n) {
    throw new UserError({
      what: `a mixture of ${given.components} components cannot be made of ${n} examples`,
      where: "model.clusters",
    });
  }
  const data = inFrame(points, given);
  const { scale } = data.frame;
  const options = { ...given, regularisation: given.regularisation * scale * scale };
  let mixture = initial(start, data, options);
  mixture = maximise(mixture, expect(mixture, data, options, start.assignment).sums, data, options);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let converged = false;
  let iterations = 0;
  while (iterations < options.maxIterations && !converged) {
    iterations++;
    const expected = expect(mixture, data, options);
    mixture = maximise(mixture, expected.sums, data, options);
    converged = Math.abs(expected.logLikelihood - logLikelihood) < options.tolerance;
    logLikelihood = expected.logLikelihood;
  }
  return {
    weights: mixture.weights,
    means: left(mixture.means, data.frame),
    covariances: mixture.covariances.map((value) => value / scale / scale),
    logLikelihood: logLikelihood + d * Math.log(scale),
    iterations,
    converged,
  };
}

/** The examples, and the frame in which means and covariances are during EM. */
interface Data {
  /** [n, d], in their own coordinates. */
  points: tf.Tensor2D;
  frame: Frame;
  /** `CovarianceType.secondMoments` of all examples in the frame. */
  total: Float64Array;
}

/** @throws UserError for values that are not finite. */
function inFrame(points: tf.Tensor2D, { covariance }: MixtureOptions): Data {
  const type = covarianceTypes[covariance];
  const frame = frameOf(points);
  if (!Number.isFinite(frame.scale)) {
    throw new UserError({
      what: "the Gaussian mixture was given values that are not finite numbers",
      hint: "look for NaN in the data",
    });
  }
  const total = new Float64Array(type.size(frame.centre.length));
  forEachChunk(points, (chunk) => addTo(total, type.secondMoments(enter(chunk, frame))));
  return { points, frame, total };
}

/** The centroids as means, each with the covariance of all data: a component that never has an example keeps these. */
function initial(
  { centroids }: MixtureStart,
  { points, frame, total }: Data,
  { components, covariance, regularisation }: MixtureOptions,
): Mixture {
  const type = covarianceTypes[covariance];
  const [n, d] = points.shape;
  const overall = total.map((value) => value / n);
  type.regularise(overall, d, regularisation);
  const covariances = new Float64Array(
    type.shape(components, d).reduce((product, length) => product * length),
  );
  for (let from = 0; from < covariances.length; from += overall.length) covariances.set(overall, from);
  return {
    weights: new Float64Array(components).fill(1 / components),
    means: entered(centroids, frame),
    covariances,
  };
}

/**
 * Expectation: one pass over the data with the responsibilities r_ik = p(k | x_i) of `mixture`, or those of an
 * assignment, and their sums.
 */
function expect(
  mixture: Mixture,
  { points, frame }: Data,
  { components, covariance, regularisation }: MixtureOptions,
  assignment?: Int32Array,
): { sums: Sums; logLikelihood: number } {
  const [n, d] = points.shape;
  const numbers = densityOf(mixture, covariance, regularisation);
  const found = assignment ? undefined : covarianceTypes[covariance].expect?.(points, frame, numbers);
  if (found) return { sums: found, logLikelihood: found.logLikelihood / n };
  const sums: Sums = {
    mass: new Float64Array(components),
    first: new Float64Array(components * d),
    second: new Float64Array(mixture.covariances.length),
  };
  let logLikelihood = 0;
  const density = tensorsOf(numbers, covariance);
  forEachChunk(points, (chunk, from) => {
    const x = enter(chunk, frame);
    const rows = x.shape[0];
    const expected = assignment
      ? assigned(assignment.subarray(from, from + rows), components)
      : normalised(logDensities(x, density, covariance).dataSync<"float32">(), components);
    logLikelihood += expected.logLikelihood;
    const { responsibilities: r } = expected;
    for (let i = 0; i < r.length; i += components)
      for (let k = 0; k < components; k++) sums.mass[k]! += r[i + k]!;
    const responsibilities = tf.tensor2d(r, [rows, components]);
    addTo(sums.first, tf.matMul(transpose(responsibilities), x));
    covarianceTypes[covariance].addSecondMoments(sums.second, x, responsibilities, density.means);
  });
  tf.dispose(Object.values(density));
  return { sums, logLikelihood: logLikelihood / n };
}

/** Maximisation: the mixture that is most likely under the responsibilities. */
function maximise(
  old: Mixture,
  sums: Sums,
  { points, total }: Data,
  { covariance, regularisation }: MixtureOptions,
): Mixture {
  const [n, d] = points.shape;
  // Ten units of rounding, as in scikit-learn: no weight is ever zero.
  const weights = sums.mass.map((mass) => (mass + 10 * Number.EPSILON) / n);
  const means = sums.first.map((value, i) => {
    const mass = sums.mass[Math.floor(i / d)]!;
    return mass < emptyMass ? old.means[i]! : value / mass;
  });
  const maximisation = { old, sums, means, total, n, d, regularisation };
  return { weights, means, covariances: covarianceTypes[covariance].estimate(maximisation) };
}
