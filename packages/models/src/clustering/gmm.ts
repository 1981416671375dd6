/**
 * Gaussian mixtures by expectation and maximisation (Dempster, Laird, Rubin 1977), with scikit-learn's conventions:
 * started from k-means, 1e-6 added to every variance, ended when the mean log-likelihood gains less than 1e-3.
 *
 * The products over all examples are float32 matrix products on the engine, in chunks of rows; what is summed over
 * chunks, the log-sum-exp, the covariances and their Cholesky factors are float64. Float32 is enough because everything
 * is taken relative to the mean of the data, and full covariances to the component's last mean: a variance that is
 * computed as E[x²] - E[x]² far from the origin would be lost.
 */
import { UserError } from "@gumbel/config";
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import { cholesky, inverseTransposed } from "./cholesky.js";
import { addTo, forEachChunk } from "./chunks.js";

/** Variances per component and coordinate, a matrix per component, or one matrix for all. */
export type Covariance = "diag" | "full" | "tied";

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

/** Where a mixture begins: a clustering, as k-means makes it. */
export interface MixtureStart {
  /** [components × d]; where a component without examples stays. */
  centroids: Float32Array;
  /** Component of each point. */
  assignment: Int32Array;
}

export interface MixtureResult {
  /** π, [components] */
  weights: Float64Array;
  /** μ, [components × d] */
  means: Float64Array;
  /** σ² [components × d], Σ [components × d × d], or one Σ [d × d]. */
  covariances: Float64Array;
  /** Mean log-likelihood of an example in nats, at the last step of expectation. */
  logLikelihood: number;
  iterations: number;
  converged: boolean;
}

/** Below so many examples a component is empty. */
const emptyMass = 1e-9;

/**
 * Fits a mixture. A component that no example belongs to any more keeps its mean and covariance; a covariance that is
 * singular in spite of the regularisation has its diagonal raised tenfold until it is not.
 *
 * @param points [n, d]
 * @throws UserError for fewer points than components, or values that are no numbers.
 */
export function fitMixture(points: tf.Tensor2D, start: MixtureStart, options: MixtureOptions): MixtureResult {
  const [n, d] = points.shape;
  const { components, covariance, maxIterations, tolerance } = options;
  if (components > n) {
    throw new UserError({
      what: `a mixture of ${components} components cannot be made of ${n} examples`,
      where: "model.clusters",
    });
  }
  const { centre, total } = moments(points, covariance);
  let mixture = initial(start, centre, total, n, d, options);

  let sums = accumulate(points, centre, mixture, options, start.assignment).sums;
  mixture = maximise(mixture, sums, total, n, d, options);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let converged = false;
  let iterations = 0;
  while (iterations < maxIterations && !converged) {
    iterations++;
    const expected = accumulate(points, centre, mixture, options);
    sums = expected.sums;
    mixture = maximise(mixture, sums, total, n, d, options);
    converged = Math.abs(expected.logLikelihood - logLikelihood) < tolerance;
    logLikelihood = expected.logLikelihood;
  }
  const means = mixture.means.map((value, i) => value + centre[i % d]!);
  return {
    weights: mixture.weights,
    means,
    covariances: mixture.covariances,
    logLikelihood,
    iterations,
    converged,
  };
}

/** A mixture under way; means are relative to the centre of the data. */
interface Mixture {
  weights: Float64Array;
  means: Float64Array;
  covariances: Float64Array;
}

/** What one pass over the data sums up, by component. */
interface Sums {
  /** Σ_i r_ik, [components] */
  mass: Float64Array;
  /** Σ_i r_ik x_i, [components × d] */
  first: Float64Array;
  /** diag: Σ_i r_ik x_i²; full: Σ_i r_ik (x_i - μ_k)(x_i - μ_k)ᵀ with the old means; tied: not needed. */
  second: Float64Array;
}

/** The mean of the data; and of what is left, Σ_i x_i² by coordinate, or Σ_i x_i x_iᵀ where covariances are matrices. */
function moments(points: tf.Tensor2D, covariance: Covariance): { centre: Float64Array; total: Float64Array } {
  const [n, d] = points.shape;
  const centre = new Float64Array(d);
  forEachChunk(points, (chunk) => addTo(centre, tf.sum(chunk, 0)));
  for (let j = 0; j < d; j++) centre[j] = centre[j]! / n;
  if (!centre.every(Number.isFinite)) {
    throw new UserError({
      what: "the Gaussian mixture was given values that are not finite numbers",
      hint: "look for NaN in the data",
    });
  }
  // Points are centred on the float32 nearest to the mean, so that is the centre from here on.
  centre.set(Float32Array.from(centre));
  const total = new Float64Array(covariance === "diag" ? d : d * d);
  forEachChunk(points, (chunk) => {
    const x = tf.sub<tf.Tensor2D>(chunk, tf.tensor1d(Float32Array.from(centre)));
    addTo(total, covariance === "diag" ? tf.sum(tf.square(x), 0) : tf.matMul(tf.transpose(x), x));
  });
  return { centre, total };
}

/** The centroids as means, each with the covariance of all data: what a component keeps if it never has an example. */
function initial(
  { centroids }: MixtureStart,
  centre: Float64Array,
  total: Float64Array,
  n: number,
  d: number,
  { components, covariance, regularisation }: MixtureOptions,
): Mixture {
  const one = total.map((value) => value / n);
  raiseDiagonal(one, covariance, d, regularisation);
  const covariances = covariance === "tied" ? one : new Float64Array(components * one.length);
  if (covariance !== "tied") for (let k = 0; k < components; k++) covariances.set(one, k * one.length);
  return {
    weights: new Float64Array(components).fill(1 / components),
    means: Float64Array.from(centroids, (value, i) => value - centre[i % d]!),
    covariances,
  };
}

/**
 * One pass over the data: the responsibilities r_ik = p(k | x_i) of `mixture`, or those of a given assignment, and the
 * sums that the step of maximisation needs.
 */
function accumulate(
  points: tf.Tensor2D,
  centre: Float64Array,
  mixture: Mixture,
  options: MixtureOptions,
  assignment?: Int32Array,
): { sums: Sums; logLikelihood: number } {
  const { components, covariance } = options;
  const [n, d] = points.shape;
  const sums: Sums = {
    mass: new Float64Array(components),
    first: new Float64Array(components * d),
    second: new Float64Array(covariance === "tied" ? 0 : mixture.covariances.length),
  };
  let logLikelihood = 0;
  const density = tensorsOf(densityOf(mixture, options, d), covariance);
  const offset = tf.tensor1d(Float32Array.from(centre));
  forEachChunk(points, (chunk, from) => {
    const x = tf.sub<tf.Tensor2D>(chunk, offset);
    const rows = x.shape[0];
    let responsibilities: Float32Array;
    if (assignment) {
      responsibilities = new Float32Array(rows * components);
      for (let i = 0; i < rows; i++) responsibilities[i * components + assignment[from + i]!] = 1;
    } else {
      const expected = normalise(logDensities(x, density, covariance).dataSync<"float32">(), components);
      responsibilities = expected.responsibilities;
      logLikelihood += expected.logLikelihood;
    }
    for (let i = 0; i < responsibilities.length; i++) {
      sums.mass[i % components] = sums.mass[i % components]! + responsibilities[i]!;
    }
    const r = tf.tensor2d(responsibilities, [rows, components]);
    const transposed = tf.transpose(r) as tf.Tensor2D;
    addTo(sums.first, tf.matMul(transposed, x));
    if (covariance === "diag") addTo(sums.second, tf.matMul(transposed, tf.square(x)));
    if (covariance !== "full") return;
    for (let k = 0; k < components; k++) {
      tf.tidy(() => {
        const difference = tf.sub<tf.Tensor2D>(x, tf.slice(density.means, [k, 0], [1, d]));
        const weighted = tf.mul<tf.Tensor2D>(difference, tf.slice(r, [0, k], [rows, 1]));
        addTo(
          sums.second.subarray(k * d * d, (k + 1) * d * d),
          tf.matMul(tf.transpose(weighted), difference),
        );
      });
    }
  });
  for (const tensor of [...Object.values(density), offset]) tensor.dispose();
  return { sums, logLikelihood: logLikelihood / n };
}

/** The mixture that is most likely under the responsibilities. */
function maximise(
  old: Mixture,
  { mass, first, second }: Sums,
  total: Float64Array,
  n: number,
  d: number,
  { components, covariance, regularisation }: MixtureOptions,
): Mixture {
  // Ten units of rounding, as in scikit-learn: no weight is ever zero.
  const weights = mass.map((value) => (value + 10 * Number.EPSILON) / n);
  const means = first.map((value, i) => {
    const k = Math.floor(i / d);
    return mass[k]! < emptyMass ? old.means[i]! : value / mass[k]!;
  });
  if (covariance === "tied") {
    const covariances = total.slice();
    for (let k = 0; k < components; k++) {
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          covariances[i * d + j] = covariances[i * d + j]! - mass[k]! * means[k * d + i]! * means[k * d + j]!;
        }
      }
    }
    for (let i = 0; i < covariances.length; i++) covariances[i] = covariances[i]! / n;
    raiseDiagonal(covariances, covariance, d, regularisation);
    return { weights, means, covariances };
  }
  const size = old.covariances.length / components;
  const covariances = old.covariances.slice();
  for (let k = 0; k < components; k++) {
    if (mass[k]! < emptyMass) continue;
    const mean = means.subarray(k * d, (k + 1) * d);
    const one = covariances.subarray(k * size, (k + 1) * size);
    if (covariance === "diag") {
      for (let j = 0; j < d; j++) one[j] = Math.max(0, second[k * d + j]! / mass[k]! - mean[j]! ** 2);
    } else {
      // Σ r (x - μ_old)(x - μ_old)ᵀ / Σ r = Σ + (μ - μ_old)(μ - μ_old)ᵀ
      const moved = mean.map((value, j) => value - old.means[k * d + j]!);
      for (let i = 0; i < size; i++) {
        one[i] = second[k * size + i]! / mass[k]! - moved[Math.floor(i / d)]! * moved[i % d]!;
      }
    }
    raiseDiagonal(one, covariance, d, regularisation);
  }
  return { weights, means, covariances };
}

/** Adds to the variances of one covariance. */
function raiseDiagonal(one: Float64Array, covariance: Covariance, d: number, by: number): void {
  const step = covariance === "diag" ? 1 : d + 1;
  for (let i = 0; i < one.length; i += step) one[i] = one[i]! + by;
}

/**
 * What the density needs: log π_k N(x | μ_k, Σ_k) = offset_k - ½ ‖(x - μ_k) P_k‖², with P_k P_kᵀ = Σ_k⁻¹.
 * Diagonal P are stored as vectors.
 */
interface Density {
  means: Float64Array;
  /** P: as large as the covariances. */
  precisions: Float64Array;
  /** log π_k + log det P_k - ½ d log 2π, [components] */
  offsets: Float64Array;
}

type DensityTensors = { [name in keyof Density]: tf.Tensor };

function densityOf(
  { weights, means, covariances }: Mixture,
  { covariance, regularisation }: MixtureOptions,
  d: number,
): Density {
  const components = weights.length;
  const precisions = new Float64Array(covariances.length);
  const count = covariance === "tied" ? 1 : components;
  const size = covariances.length / count;
  const logDeterminants = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const one = covariances.subarray(k * size, (k + 1) * size);
    const precision = precisions.subarray(k * size, (k + 1) * size);
    if (covariance === "diag") precision.set(one.map((variance) => 1 / Math.sqrt(Math.max(variance, 1e-30))));
    else precision.set(inverseTransposed(factor(one, d, regularisation), d));
    for (let j = 0; j < size; j += covariance === "diag" ? 1 : d + 1) {
      logDeterminants[k] = logDeterminants[k]! + Math.log(precision[j]!);
    }
  }
  const constant = -0.5 * d * Math.log(2 * Math.PI);
  const offsets = weights.map((weight, k) => Math.log(weight) + logDeterminants[k % count]! + constant);
  return { means, precisions, offsets };
}

/** The Cholesky factor of a covariance, whose diagonal is raised in place until there is one. */
function factor(matrix: Float64Array, d: number, regularisation: number): Float64Array {
  let raise = Math.max(regularisation, 1e-12);
  for (;;) {
    const lower = cholesky(matrix, d);
    if (lower) return lower;
    raiseDiagonal(matrix, "full", d, raise);
    raise *= 10;
  }
}

function tensorsOf({ means, precisions, offsets }: Density, covariance: Covariance): DensityTensors {
  const components = offsets.length;
  const d = means.length / components;
  const shape = precisionShape(covariance, components, d);
  return {
    means: tf.tensor2d(Float32Array.from(means), [components, d]),
    precisions: tf.tensor(Float32Array.from(precisions), shape),
    offsets: tf.tensor1d(Float32Array.from(offsets)),
  };
}

const precisionShape = (covariance: Covariance, components: number, d: number): number[] =>
  ({ diag: [components, d], full: [components, d, d], tied: [d, d] })[covariance];

/**
 * log π_k N(x | μ_k, Σ_k), [batch, components].
 *
 * @param x [batch, d], relative to the same origin as the means
 */
function logDensities(
  x: tf.Tensor2D,
  { means, precisions, offsets }: DensityTensors,
  covariance: Covariance,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [components, d] = means.shape as [number, number];
    let squares: tf.Tensor;
    if (covariance === "full") {
      const columns = Array.from({ length: components }, (_, k) => {
        const difference = tf.sub<tf.Tensor2D>(x, tf.slice(means, [k, 0], [1, d]));
        const precision = tf.reshape(tf.slice(precisions, [k, 0, 0], [1, d, d]), [d, d]) as tf.Tensor2D;
        return tf.sum(tf.square(tf.matMul(difference, precision)), 1);
      });
      squares = tf.stack(columns, 1);
    } else if (covariance === "tied") {
      const white = tf.matMul(x, precisions as tf.Tensor2D);
      const whiteMeans = tf.matMul(means as tf.Tensor2D, precisions as tf.Tensor2D);
      const products = tf.matMul(white, tf.transpose(whiteMeans));
      squares = tf.add(
        tf.sub(tf.sum(tf.square(white), 1, true), tf.mul(products, 2)),
        tf.sum(tf.square(whiteMeans), 1),
      );
    } else {
      const inverse = tf.square(precisions);
      const weighted = tf.mul<tf.Tensor2D>(means, inverse);
      squares = tf.add(
        tf.sub(
          tf.matMul(tf.square(x), tf.transpose(inverse) as tf.Tensor2D),
          tf.mul(tf.matMul(x, tf.transpose(weighted)), 2),
        ),
        tf.sum(tf.mul(weighted, means), 1),
      );
    }
    return tf.sub<tf.Tensor2D>(offsets, tf.mul(squares, 0.5));
  });
}

/** Responsibilities from log π_k N(x | k), and the sum over examples of their log-sum-exp. */
function normalise(
  logs: Float32Array,
  components: number,
): { responsibilities: Float32Array; logLikelihood: number } {
  const responsibilities = new Float32Array(logs.length);
  let logLikelihood = 0;
  for (let i = 0; i < logs.length; i += components) {
    const row = logs.subarray(i, i + components);
    const largest = Math.max(...row);
    let sum = 0;
    for (const log of row) sum += Math.exp(log - largest);
    const logSum = largest + Math.log(sum);
    for (let k = 0; k < components; k++) responsibilities[i + k] = Math.exp(row[k]! - logSum);
    logLikelihood += logSum;
  }
  return { responsibilities, logLikelihood };
}

/** A fitted mixture among a model's parameters. */
export class GaussianMixture {
  readonly #covariance: Covariance;
  readonly #centre: Parameter;
  readonly #means: Parameter;
  readonly #precisions: Parameter;
  readonly #offsets: Parameter;
  readonly #shape: [number, number];

  /** @param d size of what the mixture is fitted to */
  constructor(parameters: Parameters, components: number, d: number, covariance: Covariance) {
    this.#covariance = covariance;
    this.#shape = [components, d];
    const zeros = (name: string, shape: number[]): Parameter => {
      const size = shape.reduce((product, length) => product * length, 1);
      return parameters.create(`mixture/${name}`, shape, new Float32Array(size), { trainable: false });
    };
    // The origin that the means are relative to: their distances to it are small numbers, which float32 keeps.
    this.#centre = zeros("centre", [d]);
    this.#means = zeros("means", [components, d]);
    this.#precisions = zeros("precisions", precisionShape(covariance, components, d));
    this.#offsets = zeros("offsets", [components]);
  }

  /** Takes over what was fitted. */
  set(fit: MixtureResult, options: MixtureOptions): void {
    const [components, d] = this.#shape;
    const centre = new Float32Array(d);
    for (let i = 0; i < fit.means.length; i++) {
      centre[i % d] = centre[i % d]! + fit.weights[Math.floor(i / d)]! * fit.means[i]!;
    }
    const density = densityOf(fit, options, d);
    const relative = density.means.map((mean, i) => mean - centre[i % d]!);
    tf.tidy(() => {
      const tensors = tensorsOf({ ...density, means: relative }, this.#covariance);
      this.#centre.assign(tf.tensor1d(centre));
      this.#means.assign(tf.reshape(tensors.means, [components, d]));
      this.#precisions.assign(tensors.precisions);
      this.#offsets.assign(tensors.offsets);
    });
  }

  /** μ, [components, d] */
  get means(): tf.Tensor2D {
    return tf.add<tf.Tensor2D>(this.#means.value, this.#centre.value);
  }

  /** log π_k N(x | μ_k, Σ_k). @param x [batch, d] @returns [batch, components] */
  logDensities(x: tf.Tensor2D): tf.Tensor2D {
    const density = {
      means: this.#means.value,
      precisions: this.#precisions.value,
      offsets: this.#offsets.value,
    };
    return logDensities(tf.sub(x, this.#centre.value), density, this.#covariance);
  }
}
