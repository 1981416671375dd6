/** TensorFlow.js' operations, typed with the shape after broadcasting, so that an equation needs no casts. */
import * as tf from "@tensorflow/tfjs-core";

/** A tensor that broadcasts against the first argument, or a number. */
type Other = tf.Tensor | number;

/** a + b, of a's shape. */
export const add = <T extends tf.Tensor>(a: T, b: Other): T => tf.add(a, b);
/** a - b, of a's shape. */
export const sub = <T extends tf.Tensor>(a: T, b: Other): T => tf.sub(a, b);
/** a · b element by element, of a's shape. */
export const mul = <T extends tf.Tensor>(a: T, b: Other): T => tf.mul(a, b);
/** a / b, of a's shape. */
export const div = <T extends tf.Tensor>(a: T, b: Other): T => tf.div(a, b);
/** The product of two matrices, [n, m] × [m, k] → [n, k]. */
export const matMul = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D => tf.matMul(a, b);
/** The sum of each row, [n, m] → [n]. */
export const sumRows = (x: tf.Tensor2D): tf.Tensor1D => tf.sum(x, 1);
