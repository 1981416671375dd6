/** Differences between a plan and the published system's defaults, and how they read. */
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

/** The fields of `departureFields`. */
export interface Departing {
  variantOf: string | null;
  departures: Departure[];
}

/** Name of the field of a plan that takes in a part of the examples. */
export const limitField = "ingest.limit";

/** True if a run is one of the published system with its own options and schedule. */
export const isAsPublished = ({ variantOf, departures }: Departing): boolean =>
  variantOf === null && departures.length === 0;

/** `as published`, `departs: epochs 12 (100), + autoencoderStart` or `variant of gumbel-vae, departs: …`. */
export function departuresText({ variantOf, departures }: Departing): string {
  const parts = [
    ...(variantOf === null ? [] : [`variant of ${variantOf}`]),
    ...(departures.length === 0 ? [] : [`departs: ${departures.map(departureText).join(", ")}`]),
  ];
  return parts.length === 0 ? "as published" : parts.join(", ");
}

/** `epochs 12 (100)`; `+ autoencoderStart` for an addition, with its value if that is a single one. */
function departureText({ field, value, published }: Departure): string {
  if (published !== null) return `${field} ${valueText(value)} (${valueText(published)})`;
  return typeof value === "object" ? `+ ${field}` : `+ ${field} ${valueText(value)}`;
}

const valueText = (value: Departure["value"]): string => {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.map(valueText).join("-");
  return typeof value === "object" ? JSON.stringify(value) : `${value}`;
};
