/** Sums over the classes of a latent one, in place of a draw. */
import { add, constant, mul, oneHot, sumRows, tf } from "@gumbel/engine";
import { z } from "zod";

export const likelyClassesOption = z
  .strictObject({
    count: z.int().min(1).describe("Classes that a sum goes over, the likeliest of each example."),
    fromEpoch: z.int().min(0).describe("First epoch of it; all classes before."),
  })
  .nullable()
  .default(null)
  .describe(
    "Sums over q(y | x) go over the likeliest classes alone, whose probabilities add up to 1: fewer decoders for each example. Null for all classes (ours).",
  );

/** The classes that a sum goes over. */
export interface SummedClasses {
  /** One-hot rows, [m · n, K]: n for a first class of each example, n for a second, … */
  y: tf.Tensor2D;
  /** Of those classes, [n, m]. Their softmax is q(y | x), or what is left of it. */
  logits: tf.Tensor2D;
}

/**
 * Every class of every example, or the likeliest ones from an epoch on. Leaving classes out keeps Σ_y q(y | x) (L(x, y) - log q(y | x))
 * a bound of log p(x): it is that of a q(y | x) that has them at 0.
 *
 * @param logits of q(y | x), [n, K]
 */
export function summedClasses(
  logits: tf.Tensor2D,
  epoch: number,
  likely: z.output<typeof likelyClassesOption>,
): SummedClasses {
  const [n, classes] = logits.shape;
  if (!likely || epoch < likely.fromEpoch || likely.count >= classes) {
    return { y: everyClass(n, classes), logits };
  }
  const { count } = likely;
  const y = constant(() => {
    const ranked = tf.transpose(tf.topk(logits, count).indices);
    return oneHot(tf.reshape(ranked, [count * n]), classes);
  });
  const chosen: tf.Tensor1D = sumRows(mul(tf.tile(logits, [count, 1]), y));
  return { y, logits: byExample(chosen, [n, count]) };
}

/** One-hot rows of every class for n examples: n of class 0, n of class 1, …, [K · n, K]. */
export const everyClass = (n: number, classes: number): tf.Tensor2D => {
  const rows = tf.tile(tf.reshape(tf.eye(classes), [classes, 1, classes]), [1, n, 1]);
  return tf.reshape(rows, [classes * n, classes]);
};

/** Values of each example and class, [n, m], of rows class after class, [m · n]. */
function byExample(values: tf.Tensor1D, [n, m]: [n: number, m: number]): tf.Tensor2D {
  return tf.transpose(tf.reshape(values, [m, n]));
}

/**
 * Σ_y q(y | x) v(x, y) of each example.
 *
 * @param logits of q(y | x), [n, m]
 * @param values v(x, y), [m · n], class after class
 */
export const expectedValues = (logits: tf.Tensor2D, values: tf.Tensor1D): tf.Tensor1D =>
  sumRows(mul(tf.softmax(logits), byExample(values, logits.shape)));

/**
 * -U(x) of each example: Σ_y q(y | x) (-L(x, y) + log q(y | x)).
 *
 * @param logits of q(y | x), [n, m]
 * @param bounds -L(x, y), [m · n], class after class
 */
export function marginalBounds(logits: tf.Tensor2D, bounds: tf.Tensor1D): tf.Tensor1D {
  const ofClasses = byExample(bounds, logits.shape);
  return sumRows(mul(tf.softmax(logits), add(ofClasses, tf.logSoftmax(logits))));
}
