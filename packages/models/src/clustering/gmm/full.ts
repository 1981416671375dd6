import { tf } from "@gumbel/engine";
import { addTo } from "../chunks.js";
import { type CovarianceType, estimateEach } from "./covarianceType.js";
import { matrices } from "./matrices.js";

/** A matrix per component, [components, d, d]. */
export const full: CovarianceType = {
  ...matrices,
  shape: (components, d) => [components, d, d],

  /** Σ_i r_ik (x_i - μ_k)(x_i - μ_k)ᵀ with the old means: about the origin a small variance would be lost. */
  addSecondMoments(second, x, responsibilities, means) {
    const byComponent = tf.transpose(responsibilities);
    forEachGroup(x, means, (differences, from, to) => {
      const r = tf.slice(byComponent, [from, 0], [to - from, x.shape[0]]);
      const weighted = tf.mul(differences, tf.expandDims(r, 2));
      const size = means.shape[1] ** 2;
      addTo(second.subarray(from * size, to * size), tf.matMul(weighted, differences, true));
    });
    byComponent.dispose();
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
    const d = means.shape[1];
    const squared: tf.Tensor2D[] = [];
    forEachGroup(x, means, (differences, from, to) => {
      const white = tf.matMul(
        differences,
        tf.slice(precisions as tf.Tensor3D, [from, 0, 0], [to - from, d, d]),
      );
      squared.push(tf.keep(tf.sum(tf.square(white), 2)));
    });
    const all = tf.transpose(tf.concat(squared));
    tf.dispose(squared);
    return all;
  },
};

/** Most numbers of the differences of some components: 16 MB. */
const mostDifferences = 2 ** 22;

/**
 * Calls `use` with x_i - μ_k, [to - from, rows, d], of as many components at once as fit, each time in a tidy scope: with few columns
 * it is the number of operations that takes the time.
 *
 * @param x [rows, d]
 * @param means [components, d]
 */
function forEachGroup(
  x: tf.Tensor2D,
  means: tf.Tensor2D,
  use: (differences: tf.Tensor3D, from: number, to: number) => void,
): void {
  const [components, d] = means.shape;
  const step = Math.max(1, Math.floor(mostDifferences / x.size));
  for (let from = 0; from < components; from += step) {
    const to = Math.min(components, from + step);
    tf.tidy(() => {
      const some = tf.expandDims(tf.slice(means, [from, 0], [to - from, d]), 1);
      use(tf.sub<tf.Tensor3D>(tf.expandDims(x, 0), some), from, to);
    });
  }
}
