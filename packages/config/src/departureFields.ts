/** Schema of the differences between a plan and the published system's defaults. */
import { z } from "zod";

export const departureSchema = z.strictObject({
  field: z
    .string()
    .describe(
      "An option of the system or a field of its schedule, by dotted name: `zSize`, `temperature.start`, `epochs`.",
    ),
  value: z.json().describe("The plan's."),
  published: z.json().describe("The published system's default; null if it has none."),
});
/** One setting that differs from the published system's default. */
export type Departure = z.output<typeof departureSchema>;

/** Fields of everything that holds figures: a plan, a record, a report. */
export const departureFields = {
  variantOf: z
    .string()
    .nullable()
    .describe(
      "The published system of which this one is a variant with additions of ours; null if it is one.",
    ),
  departures: z.array(departureSchema).describe("What differs from the published system's defaults."),
};
