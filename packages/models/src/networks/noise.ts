import { add, mul, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";

/** Draws of N(0, 1) of the given shape, also by the hundred thousand. */
export const normals = <T extends tf.Tensor>(shape: number[], random: RandomStream): T =>
  tf.tensor(random.normals(tf.util.sizeFromShape(shape)), shape) as T;

/** h + N(0, deviation²), anew for each value; h itself if the deviation is 0. */
export function addNoise<T extends tf.Tensor>(h: T, deviation: number, random: RandomStream): T {
  return deviation === 0 ? h : add(h, mul(normals(h.shape, random), deviation));
}
