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
/** The product of two matrices, [n, m] × [m, k] → [n, k]; each of them can be transposed first. */
export const matMul = (a: tf.Tensor2D, b: tf.Tensor2D, transposeA = false, transposeB = false): tf.Tensor2D =>
  tf.matMul(a, b, transposeA, transposeB);
/** The sum of each row, [n, m] → [n]. */
export const sumRows = (x: tf.Tensor2D): tf.Tensor1D => tf.sum(x, 1);
/** [n, m] → [m, n]. */
export const transpose = (x: tf.Tensor2D): tf.Tensor2D => tf.transpose(x);
/** Part of a tensor, from `begin` on; all that follows if `size` is absent. */
export const slice = <T extends tf.Tensor>(x: T, begin: number | number[], size?: number | number[]): T =>
  tf.slice<tf.Rank, T>(x, begin, size);
/** The rows of a tensor that `indices` lists, [n]. */
export const gather = <T extends tf.Tensor>(x: T, indices: tf.Tensor): T => tf.gather(x, indices);
