/** The Gumbel-softmax: a draw of a category with a gradient (Jang, Gu and Poole 2017; Maddison, Mnih and Teh 2017). */
import { add, div, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";

interface Temperature {
  start: number;
  end: number;
  decay: number;
}

/** The option of how the temperature τ falls. */
export const temperatureOption = (defaults: Temperature, source: string) =>
  z
    .strictObject({
      start: z.number().positive().default(defaults.start).describe("τ at the start."),
      end: z.number().positive().default(defaults.end).describe("Lowest τ."),
      decay: z.number().min(0).default(defaults.decay).describe("r of τ·exp(-r·epoch)."),
    })
    .prefault({})
    .describe(`Temperature of the Gumbel-softmax. ${source}`);

/** The two proposed methods': constant. */
export const constantTemperature = temperatureOption(
  { start: 1, end: 1, decay: 0 },
  "1.0 in the thesis; in the author's code it falls to 0.5 at a rate of 0.0069 to 0.0139.",
);

/** max(end, start · exp(-decay · epoch)): τ in an epoch, the same from its first step to its last. */
export function temperatureAt({ start, end, decay }: Temperature, epoch: number): number {
  return Math.max(end, start * Math.exp(-decay * Math.floor(epoch)));
}

/**
 * softmax((logits + G) / τ), G = -log(-log U).
 *
 * @param logits [batch, K]
 * @param temperature τ
 * @returns [batch, K], rows sum to 1
 */
export function gumbelSoftmax(logits: tf.Tensor2D, temperature: number, random: RandomStream): tf.Tensor2D {
  const noise = tf.tensor2d(random.fill("gumbel", logits.size), logits.shape);
  return tf.softmax(div(add(logits, noise), temperature));
}
