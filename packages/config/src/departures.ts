/** Differences between a plan and the published system's defaults, and how they read. */
import type { Departure } from "./departureFields.js";

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
