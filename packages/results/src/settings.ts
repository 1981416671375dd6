/** Settings that pages mention, from the effective configuration in plans and report.json. */
import { z } from "zod";

const schema = z.looseObject({
  ingest: z.looseObject({ limit: z.int().nullable().default(null) }).default({ limit: null }),
  labels: z.looseObject({ count: z.int() }).nullable().default(null),
  train: z.looseObject({ epochs: z.int().default(0) }).default({ epochs: 0 }),
});

export interface Settings {
  /** Most examples that ingest reads; null: all. */
  limit: number | null;
  /** Number of training examples that kept their label; null if none did, as in the published tables. */
  labels: number | null;
  /** Of the main phase; 0 if it has none. */
  epochs: number;
}

export function settingsOf(effective: Record<string, unknown>): Settings {
  const { ingest, labels, train } = schema.parse(effective);
  return { limit: ingest.limit, labels: labels?.count ?? null, epochs: train.epochs };
}
