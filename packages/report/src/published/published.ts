/** The published figures, from J. Arias Figueroa's thesis and the works it cites. */
import { readFileSync } from "node:fs";
import { parseWith } from "@gumbel/config";
import { z } from "zod";

const recordSchema = z.array(
  z.strictObject({
    task: z.enum(["clustering", "semi-supervised", "knn"]),
    dataset: z.string(),
    system: z.string(),
    metric: z.enum(["acc", "nmi", "error"]),
    value: z.number(),
    std: z.number().nullable(),
    unit: z.enum(["fraction", "%"]),
    labels: z.int().nullable(),
    /** Neighbours that vote, for kNN errors. */
    k: z.int().nullable(),
    setting: z.string(),
    source: z.string(),
    reference: z.string().nullable(),
  }),
);

/** A published figure in the unit of evaluation.json: fractions for accuracy and NMI, percent for errors. */
export interface Published {
  value: number;
  std: number | null;
  source: string;
}

// Beside the source, since the compiler copies no JSON: dist/published → src/published.
const file = new URL("../../src/published/published.json", import.meta.url);

/** What is published for a system on a data set, by the metric's name in evaluation.json. */
export function publishedFor(dataset: string, system: string, labels: number | null): Map<string, Published> {
  const records = parseWith(recordSchema, JSON.parse(readFileSync(file, "utf8")), file.pathname);
  const found = new Map<string, Published>();
  for (const record of records) {
    if (record.dataset !== dataset || record.system !== system || record.labels !== labels) continue;
    const name =
      record.task === "knn" ? `knn@${record.k}` : record.metric === "acc" ? "accuracy" : record.metric;
    const factor = record.unit === "%" && record.task === "clustering" ? 0.01 : 1;
    // Where two tables of the thesis differ, the later one, which has the spread over runs, stands.
    const before = found.get(name);
    if (before && before.std !== null) continue;
    found.set(name, {
      value: record.value * factor,
      std: record.std === null ? null : record.std * factor,
      source: record.reference ? `${record.source}; ${record.reference}` : record.source,
    });
  }
  return found;
}
