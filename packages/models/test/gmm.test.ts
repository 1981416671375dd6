import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Covariance, covarianceTypes } from "../src/clustering/gmm/covariances.js";
import type { CovarianceType } from "../src/clustering/gmm/covarianceType.js";
import { fitMixture, mixtureDefaults } from "../src/clustering/gmm/em.js";
import { GaussianMixture } from "../src/networks/gaussianMixture.js";

beforeAll(async () => {
  await startEngine();
});

// np.random.default_rng(0): three overlapping clouds of 8 points, rounded to eighths so that float32 holds them exactly.
const cloud = [
  0.125, -0.125, 0.625, 0, -0.5, 0.125, 1.25, 0.5, -0.75, -0.625, -0.625, 0, -2.375, -0.125, -1.25, -0.375,
  1.75, 0.625, 2.25, 2, 1.875, 2.375, 1.625, 1.375, 2.5, 1.125, 1.625, 0.125, 1.75, 1.25, 1.5, 0.75, -0.125,
  3.375, 0.125, 3.25, -0.5, 2.875, 0.5, 4, -0.875, 4, 1, 3.5, 0.125, 2.75, 1, 4.375,
];
const assignment = Int32Array.from({ length: 24 }, (_, i) => Math.floor(i / 8));
const start = { centroids: new Float64Array(6), assignment };

/**
 * scikit-learn 1.9.1, of X = cloud as 24 × 2, R = the assignment one-hot and P = the precisions of c:
 *   nk, m, c = _estimate_gaussian_parameters(X, R, 1e-6, covariance)
 *   g = GaussianMixture(3, covariance_type=covariance, weights_init=nk / 24, means_init=m, precisions_init=P).fit(X)
 *   g.n_iter_, g.lower_bound_, g.weights_, g.means_, g.covariances_, g.predict_proba(X)[[0, 5, 9, 14, 18, 23]]
 */
const reference = {
  diag: {
    iterations: 5,
    logLikelihood: -2.5832494,
    weights: [0.29470224, 0.37162253, 0.33367523],
    means: [-0.65479725, -0.15703674, 1.79282793, 1.131548, 0.15810775, 3.51433141],
    covariances: [0.844115, 0.05766035, 0.12981605, 0.4612245, 0.39253345, 0.28806786],
    posteriors: [
      0.999993, 7e-6, 0, 1, 0, 0, 0, 0.999765, 0.000235, 0, 0.999996, 4e-6, 0, 0, 1, 0, 1.4e-5, 0.999986,
    ],
  },
  full: {
    iterations: 5,
    logLikelihood: -2.4989052,
    weights: [0.29890697, 0.36773495, 0.33335808],
    means: [-0.62279157, -0.15104997, 1.79495757, 1.14237486, 0.15637769, 3.51554019],
    covariances: [
      0.90314867, 0.07540084, 0.07540084, 0.05977648, 0.13152047, 0.12181748, 0.12181748, 0.4580726,
      0.38984011, 0.1087328, 0.1087328, 0.28694182,
    ],
    posteriors: [0.999961, 3.9e-5, 0, 1, 0, 0, 0, 0.999999, 1e-6, 0, 1, 0, 0, 0, 1, 0, 0, 1],
  },
  tied: {
    iterations: 6,
    logLikelihood: -2.7848891,
    weights: [0.25626036, 0.41031756, 0.33342207],
    means: [-0.84726118, -0.18006262, 1.68384062, 1.02587081, 0.1567135, 3.5153195],
    covariances: [0.40163573, 0.13744999, 0.13744999, 0.32828802],
    posteriors: [
      0.871932, 0.128068, 0, 0.997941, 0.002059, 0, 2e-6, 0.999996, 2e-6, 9e-5, 0.99991, 0, 0, 0, 1, 0, 0, 1,
    ],
  },
};

const expectClose = (actual: ArrayLike<number>, expected: number[], tolerance = 1e-4): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `at ${i}`).toBeLessThan(tolerance);
  });
};

const posteriors = (mixture: GaussianMixture, x: tf.Tensor2D): number[] =>
  tf.tidy(() => [...tf.softmax(mixture.logDensities(x)).dataSync()]);

describe.each(["diag", "full", "tied"] as const)("with %s covariance", (covariance: Covariance) => {
  const options = { ...mixtureDefaults, components: 3, covariance };

  test.each(["one function, where there is one", "operations"])(
    "EM by %s goes the way of scikit-learn",
    (by) => {
      const type: CovarianceType = covarianceTypes[covariance];
      if (by === "operations" && type.expect) vi.spyOn(type, "expect").mockReturnValue(undefined);
      const fit = fitMixture(tf.tensor2d(cloud, [24, 2]), start, options);
      vi.restoreAllMocks();
      const expected = reference[covariance];
      expect(fit.converged).toBe(true);
      expect(fit.iterations).toBe(expected.iterations);
      expect(fit.logLikelihood).toBeCloseTo(expected.logLikelihood, 5);
      expectClose(fit.weights, expected.weights, 1e-5);
      expectClose(fit.means, expected.means, 1e-5);
      expectClose(fit.covariances, expected.covariances, 1e-5);
    },
  );

  test("the mixture that is kept gives the same posteriors", () => {
    const x = tf.tensor2d(cloud, [24, 2]);
    const mixture = new GaussianMixture(new Parameters(), 3, 2, covariance);
    mixture.set(fitMixture(x, start, options), options);
    const some = tf.gather(x, tf.tensor1d([0, 5, 9, 14, 18, 23], "int32"));
    expectClose(posteriors(mixture, some), reference[covariance].posteriors);
    expectClose(
      tf.tidy(() => mixture.means.dataSync()),
      reference[covariance].means,
      1e-5,
    );
  });

  test("data far from the origin loses nothing", () => {
    const far = tf.add<tf.Tensor2D>(tf.tensor2d(cloud, [24, 2]), 4096);
    const mixture = new GaussianMixture(new Parameters(), 3, 2, covariance);
    const fit = fitMixture(far, { ...start, centroids: new Float64Array(6).fill(4096) }, options);
    expect(fit.logLikelihood).toBeCloseTo(reference[covariance].logLikelihood, 4);
    mixture.set(fit, options);
    const some = tf.gather(far, tf.tensor1d([0, 5, 9, 14, 18, 23], "int32"));
    expectClose(posteriors(mixture, some), reference[covariance].posteriors, 1e-3);
  });

  test("a coordinate that never varies and a component without examples give no NaN", () => {
    // The second coordinate is 3 everywhere, so every covariance is singular; nobody belongs to the third component.
    const flat = tf.tensor2d(
      cloud.map((value, i) => (i % 2 === 0 ? value : 3)),
      [24, 2],
    );
    const two = assignment.map((component) => Math.min(component, 1));
    const mixture = new GaussianMixture(new Parameters(), 3, 2, covariance);
    const fit = fitMixture(flat, { centroids: Float64Array.of(0, 3, 2, 3, 50, 3), assignment: two }, options);
    expect(Number.isFinite(fit.logLikelihood)).toBe(true);
    expect(fit.weights[2]).toBeLessThan(1e-9);
    expect(fit.means[4]).toBeCloseTo(50, 4);
    mixture.set(fit, options);
    const p = posteriors(mixture, flat);
    for (let i = 0; i < p.length; i += 3) expect(p[i]! + p[i + 1]! + p[i + 2]!).toBeCloseTo(1, 5);
  });

  test("constant data gives no NaN", () => {
    const fit = fitMixture(tf.ones([24, 2]), start, options);
    expect([...fit.means, ...fit.covariances, fit.logLikelihood].every(Number.isFinite)).toBe(true);
  });
});

test("more examples than one chunk holds are all counted", () => {
  const n = 9000;
  const noise = stream(0, "many");
  const values = Float32Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 10 : 0) + noise.normal());
  const options = { ...mixtureDefaults, components: 2, covariance: "full" as const };
  const many = {
    centroids: Float64Array.of(1, 9),
    assignment: Int32Array.from(values, (x) => (x > 4 ? 1 : 0)),
  };
  const fit = fitMixture(tf.tensor2d(values, [n, 1]), many, options);
  expectClose(fit.weights, [2 / 3, 1 / 3], 1e-3);
  expectClose(fit.means, [0, 10], 0.05);
  expectClose(fit.covariances, [1, 1], 0.06);
});

test("a covariance that rounding left singular has its diagonal raised until it has a factor", () => {
  const options = { ...mixtureDefaults, components: 1, covariance: "full" as const, regularisation: 0 };
  // Both coordinates are the same number: without regularisation the determinant is zero.
  const line = tf.tensor2d([0, 0, 1, 1, 2, 2, 5, 5], [4, 2]);
  const fit = fitMixture(line, { centroids: Float64Array.of(2, 2), assignment: new Int32Array(4) }, options);
  expect(Number.isFinite(fit.logLikelihood)).toBe(true);
  expectClose(fit.means, [2, 2]);
});

test("more components than points, and NaN, are refused", () => {
  const options = { ...mixtureDefaults, components: 3, covariance: "diag" as const };
  expect(() => fitMixture(tf.ones([2, 2]), start, options)).toThrow(
    /3 components cannot be made of 2 examples/,
  );
  const broken = tf.tensor2d([...cloud.slice(1), Number.NaN], [24, 2]);
  expect(() => fitMixture(broken, start, options)).toThrow(/not finite/);
});
