import { mul, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";

/**
 * Dropout: each value is zero with probability `rate`; the others grow so that the mean stays.
 *
 * @param h any shape
 * @param rate in [0, 1)
 */
export function dropout<T extends tf.Tensor>(h: T, rate: number, random: RandomStream): T {
  if (rate === 0) return h;
  const mask = random.uniforms(h.size);
  for (let i = 0; i < mask.length; i++) mask[i] = mask[i]! < rate ? 0 : 1 / (1 - rate);
  return mul(h, tf.tensor(mask, h.shape));
}
