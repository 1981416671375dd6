import { add, expectDiagonal, matMul, mul, sub, tf, transpose } from "@gumbel/engine";
import { addTo } from "../chunks.js";
import { type CovarianceType, estimateEach } from "./covarianceType.js";

/** Variances per component and coordinate, [components, d]. Precision factors are vectors too. */
export const diag: CovarianceType = {
  shape: (components, d) => [components, d],
  size: (d) => d,
  secondMoments: (x) => tf.sum(tf.square(x), 0),

  /** Σ_i r_ik x_i² */
  addSecondMoments(second, x, responsibilities) {
    addTo(second, matMul(transpose(responsibilities), tf.square(x)));
  },

  /** Σ r x² / Σ r - μ² */
  estimate(maximisation) {
    const { sums, means, d } = maximisation;
    return estimateEach(diag, maximisation, (variances, k) => {
      for (let j = 0; j < d; j++) {
        variances[j] = Math.max(0, sums.second[k * d + j]! / sums.mass[k]! - means[k * d + j]! ** 2);
      }
    });
  },

  regularise(variances, _d, by) {
    for (let j = 0; j < variances.length; j++) variances[j] = variances[j]! + by;
  },

  precision(variances) {
    const factor = variances.map((variance) => 1 / Math.sqrt(Math.max(variance, 1e-30)));
    return { factor, logDeterminant: factor.reduce((sum, value) => sum + Math.log(value), 0) };
  },

  expect: (points, frame, { means, precisions, offsets }) =>
    expectDiagonal(points, frame, { means, deviations: precisions, offsets }),

  /** x² / σ² - 2 x μ / σ² + μ² / σ²: matrix products, and no [rows, components, d]. */
  squaredDistances(x, means, deviations) {
    const inverse = tf.square(deviations as tf.Tensor2D);
    const weighted = mul(means, inverse);
    const squares = matMul(tf.square(x), transpose(inverse));
    const products = matMul(x, transpose(weighted));
    return add(sub(squares, mul(products, 2)), tf.sum(mul(weighted, means), 1));
  },
};
