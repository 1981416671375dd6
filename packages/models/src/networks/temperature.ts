import { z } from "zod";

/** How the temperature τ of a Gumbel-softmax falls; constant by default. */
export const temperatureOption = z
  .strictObject({
    start: z.number().positive().default(1).describe("τ at the start. 1.0 in the thesis."),
    end: z.number().positive().default(1).describe("Lowest τ; 0.5 in the author's code."),
    decay: z
      .number()
      .min(0)
      .default(0)
      .describe("r of τ·exp(-r·epoch); 0.0069 to 0.0139 in the author's code."),
  })
  .prefault({});

/** max(end, start · exp(-decay · epoch)): τ in an epoch, the same from its first step to its last. */
export function temperatureAt(
  { start, end, decay }: z.output<typeof temperatureOption>,
  epoch: number,
): number {
  return Math.max(end, start * Math.exp(-decay * Math.floor(epoch)));
}
