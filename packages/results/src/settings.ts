/** Settings that pages speak of, from the whole configuration as plans and report.json have it. */
import { z } from "zod";

const schema = z.looseObject({
  ingest: z.looseObject({ limit: z.int().nullable().default(null) }).default({ limit: null }),
  labels: z.looseObject({ count: z.int() }).nullable().default(null),
});

export interface Settings {
  /** Only so many examples of the data set were taken in; null: all. */
  limit: number | null;
  /** How many training examples kept their label; null without any, as in the published tables. */
  labels: number | null;
}

export function settingsOf(effective: Record<string, unknown>): Settings {
  const { ingest, labels } = schema.parse(effective);
  return { limit: ingest.limit, labels: labels?.count ?? null };
}
