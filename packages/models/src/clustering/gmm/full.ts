import { mul, sub, tf } from "@gumbel/engine";
import { addTo } from "../chunks.js";
import { type CovarianceType, estimateEach } from "./covarianceType.js";
import { matrices } from "./matrices.js";

/** A matrix per component, [components, d, d]. */
export const full: CovarianceType = {
  ...matrices,
  shape: (components, d) => [components, d, d],

  /** Σ_i r_ik (x_i - μ_k)(x_i - μ_k)ᵀ with the old means: about the origin a small variance would be lost. */
  addSecondMoments(second, x, responsibilities, means) {
    const [components, d] = means.shape;
    for (let k = 0; k < components; k++) {
      tf.tidy(() => {
        const difference = sub(x, tf.slice(means, [k, 0], [1, d]));
        const r = tf.slice(responsibilities, [0, k], [x.shape[0], 1]);
        const weighted = mul(difference, r);
        addTo(second.subarray(k * d * d, (k + 1) * d * d), tf.matMul(tf.transpose(weighted), difference));
      });
    }
  },

  /** Σ r (x - μ_old)(x - μ_old)ᵀ / Σ r - (μ - μ_old)(μ - μ_old)ᵀ */
  estimate(maximisation) {
    const { old, sums, means, d } = maximisation;
    const size = d * d;
    return estimateEach(full, maximisation, (covariance, k) => {
      const mean = means.subarray(k * d, (k + 1) * d);
      const moved = mean.map((value, j) => value - old.means[k * d + j]!);
      for (let i = 0; i < size; i++) {
        covariance[i] =
          sums.second[k * size + i]! / sums.mass[k]! - moved[Math.floor(i / d)]! * moved[i % d]!;
      }
    });
  },

  squaredDistances(x, means, precisions) {
    const [components, d] = means.shape;
    const columns = Array.from({ length: components }, (_, k) => {
      const difference = sub(x, tf.slice(means, [k, 0], [1, d]));
      const precision = tf.reshape(tf.slice(precisions, [k, 0, 0], [1, d, d]), [d, d]) as tf.Tensor2D;
      return tf.sum(tf.square(tf.matMul(difference, precision)), 1);
    });
    return tf.stack(columns, 1);
  },
};
