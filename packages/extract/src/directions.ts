/** Principal directions of a generator's noise: those in which its pictures change most. */
import { oneHot, tf } from "@gumbel/engine";
import type { Generator } from "@gumbel/models";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** An orthonormal basis of the noise, sorted by the change of the pictures, largest first. */
export interface Directions {
  /** Share of each direction in the squared change of all, in [0, 1]; the shares sum to 1. */
  share: Float32Array;
  /** noise × noise, one unit vector per row; its component of largest magnitude is positive. */
  vectors: Float32Array;
}

/**
 * The principal axes of Σ_c J_c J_cᵀ. J_c is the change of cluster c's picture around noise 0: its row j is
 * (g(c, e_j) - g(c, -e_j)) / 2, with steps of one standard deviation in both directions.
 *
 * @param d number of values of one picture
 */
export function principalDirections(generator: Generator, clusters: number, d: number): Directions {
  const { noise } = generator;
  const gram = Matrix.zeros(noise, noise);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const product = tf.tidy(() => {
      const picked = tf.fill([2 * noise], cluster, "int32") as tf.Tensor1D;
      const c = oneHot(picked, clusters);
      const step = tf.eye(noise);
      const pictures = generator.generate(tf.concat([step, tf.neg(step)], 0) as tf.Tensor2D, c);
      const jacobian = tf.mul(
        tf.sub(tf.slice(pictures, [0, 0], [noise, d]), tf.slice(pictures, [noise, 0], [noise, d])),
        0.5,
      );
      return tf.matMul(jacobian, jacobian, false, true);
    });
    gram.add(Matrix.from1DArray(noise, noise, product.dataSync()));
    product.dispose();
  }

  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const strength = order.map((column) => Math.max(0, realEigenvalues[column]!));
  const total = strength.reduce((sum, value) => sum + value, 0);
  const vectors = new Float32Array(noise * noise);
  order.forEach((column, row) => {
    const vector = eigenvectorMatrix.getColumn(column);
    const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const sign = largest < 0 ? -1 : 1;
    vectors.set(
      vector.map((value) => value * sign),
      row * noise,
    );
  });
  return {
    share: Float32Array.from(strength, (value) => (total > 0 ? value / total : 1 / noise)),
    vectors,
  };
}
