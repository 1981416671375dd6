import { tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import type { DataDescription } from "../system.js";

/** Inputs in [0, 1] as draws of 0 and 1 with these probabilities, anew at every step; others as they are. @param x [n, d] */
export function binarised(x: tf.Tensor2D, { range }: DataDescription, random: RandomStream): tf.Tensor2D {
  if (range !== "unit") return x;
  const uniform = tf.tensor2d(random.uniforms(x.size), x.shape);
  return tf.cast(tf.less(uniform, x), "float32");
}
