import { tf } from "@gumbel/engine";
import type { CovarianceType } from "./covarianceType.js";
import { matrices } from "./matrices.js";

/** One matrix for all components, [d, d]. */
export const tied: CovarianceType = {
  ...matrices,
  shape: (_components, d) => [d, d],

  /** Nothing: the second moments of all examples do not depend on the responsibilities. */
  addSecondMoments() {},

  /** (Σ_i x_i x_iᵀ - Σ_k (Σ_i r_ik) μ_k μ_kᵀ) / n */
  estimate({ sums: { mass }, means, total, n, d, regularisation }) {
    const covariance = total.slice();
    for (let k = 0; k < mass.length; k++) {
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          covariance[i * d + j] = covariance[i * d + j]! - mass[k]! * means[k * d + i]! * means[k * d + j]!;
        }
      }
    }
    for (let i = 0; i < covariance.length; i++) covariance[i] = covariance[i]! / n;
    tied.regularise(covariance, d, regularisation);
    return covariance;
  },

  squaredDistances(x, means, precision) {
    const white = tf.matMul(x, precision as tf.Tensor2D);
    const whiteMeans = tf.matMul(means, precision as tf.Tensor2D);
    const products = tf.matMul(white, tf.transpose(whiteMeans));
    return tf.add(
      tf.sub(tf.sum(tf.square(white), 1, true), tf.mul(products, 2)),
      tf.sum(tf.square(whiteMeans), 1),
    );
  },
};
