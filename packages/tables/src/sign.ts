/** A sign that a run found no clusters, or that its figures are not what they seem, as training and evaluation write it. */
import type { Sign } from "@gumbel/metrics";
import { z } from "zod";

export const signSchema = z.strictObject({
  name: z.string(),
  what: z.string(),
  hint: z.string(),
}) satisfies z.ZodType<Sign>;
