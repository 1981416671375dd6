import { add, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";

/** Draws of N(0, deviation²) of the given shape, also by the million. */
export const normals = <T extends tf.Tensor>(shape: number[], random: RandomStream, deviation = 1): T =>
  tf.tensor(random.normals(tf.util.sizeFromShape(shape), deviation), shape) as T;

/** h + N(0, deviation²), anew for each value; h itself if the deviation is 0. */
export function addNoise<T extends tf.Tensor>(h: T, deviation: number, random: RandomStream): T {
  return deviation === 0 ? h : add(h, normals(h.shape, random, deviation));
}

/** The option of noise on a network's input and layers. */
export const noiseOption = (deviation: number, source: string) =>
  z
    .number()
    .min(0)
    .default(deviation)
    .describe(`Standard deviation of the noise on the input and on every layer. ${source}`);
