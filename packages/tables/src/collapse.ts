/** A sign that a run found no clusters, as training and evaluation write it. */
import { z } from "zod";

export const collapseSchema = z.strictObject({
  name: z.string(),
  /** One sentence, without a full stop. */
  what: z.string(),
  /** What to try. */
  hint: z.string(),
});
export type Collapse = z.output<typeof collapseSchema>;
