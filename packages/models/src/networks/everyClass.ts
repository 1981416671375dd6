/** Sums over every class of a latent one, in place of a draw. */
import { add, mul, sumRows, tf } from "@gumbel/engine";

/** One-hot rows of every class for n examples: n of class 0, n of class 1, …, [K · n, K]. */
export const everyClass = (n: number, classes: number): tf.Tensor2D => {
  const rows = tf.tile(tf.reshape(tf.eye(classes), [classes, 1, classes]), [1, n, 1]);
  return tf.reshape(rows, [classes * n, classes]);
};

/** Values of each example and class, [n, K], of rows in the order of `everyClass`, [K · n]. */
function byExample(values: tf.Tensor1D, [n, classes]: [n: number, classes: number]): tf.Tensor2D {
  return tf.transpose(tf.reshape(values, [classes, n]));
}

/**
 * Σ_y q(y | x) v(x, y) of each example.
 *
 * @param logits of q(y | x), [n, K]
 * @param values v(x, y), [K · n], as `everyClass` orders them
 */
export const expectedValues = (logits: tf.Tensor2D, values: tf.Tensor1D): tf.Tensor1D =>
  sumRows(mul(tf.softmax(logits), byExample(values, logits.shape)));

/**
 * -U(x) of each example: Σ_y q(y | x) (-L(x, y) + log q(y | x)), the sum over every class.
 *
 * @param logits of q(y | x), [n, K]
 * @param bounds -L(x, y), [K · n], as `everyClass` orders them
 */
export function marginalBounds(logits: tf.Tensor2D, bounds: tf.Tensor1D): tf.Tensor1D {
  const ofClasses = byExample(bounds, logits.shape);
  return sumRows(mul(tf.softmax(logits), add(ofClasses, tf.logSoftmax(logits))));
}
