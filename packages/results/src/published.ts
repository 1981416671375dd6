/** The published figures, from J. Arias Figueroa's thesis and the works it cites. */
import { readFileSync } from "node:fs";
import { parseWith } from "@gumbel/config";
import { describeMetric, percent } from "@gumbel/metrics";
import { z } from "zod";

const recordSchema = z.array(
  z.strictObject({
    task: z.enum(["clustering", "semi-supervised", "knn"]),
    dataset: z.string(),
    system: z.string(),
    /** The figure's name in evaluation.json. */
    metric: z.string(),
    value: z.number(),
    std: z.number().nullable(),
    unit: z.enum(["fraction", "%"]),
    /** Number of training examples that kept their label; null if none did. */
    labels: z.int().nullable(),
    setting: z.string(),
    source: z.string(),
    reference: z.string().nullable(),
  }),
);

/** A published figure in the unit that its metric has in evaluation.json. */
export interface Published {
  value: number;
  std: number | null;
  source: string;
}

// Read from src/: the compiler copies no JSON, and Node 20 warns if JSON is imported.
const file = new URL("../src/published.json", import.meta.url);

/**
 * Published figures of a system on a data set, by the metric's name in evaluation.json.
 *
 * @param dataset registry name; a data set that only resembles a published one (a stand-in, reuters-21578) has none
 * @param labels number of training examples that kept their label; null if none did
 * @param source only the figures of this table
 */
export function publishedFor(
  dataset: string,
  system: string,
  labels: number | null,
  source?: string,
): Map<string, Published> {
  const records = parseWith(recordSchema, JSON.parse(readFileSync(file, "utf8")), "published.json");
  const found = new Map<string, Published>();
  for (const record of records) {
    if (record.dataset !== dataset || record.system !== system || record.labels !== labels) continue;
    if (source !== undefined && record.source !== source) continue;
    const name = record.metric;
    const isShare = record.unit === "%" && describeMetric(name).unit !== percent;
    // 82.13 % is 0.8213: rounding removes the error of the division.
    const inUnit = (value: number): number => (isShare ? Number((value / 100).toPrecision(12)) : value);
    // If two tables of the thesis differ, the figure with a standard deviation wins, else the later one.
    const before = found.get(name);
    if (before && before.std !== null) continue;
    found.set(name, {
      value: inUnit(record.value),
      std: record.std === null ? null : inUnit(record.std),
      source: record.reference ? `${record.source}; ${record.reference}` : record.source,
    });
  }
  return found;
}

/** Real data sets that replace a published one that is not available. */
const standIns = new Map([
  ["svhn-stand-in", "SVHN"],
  ["reuters-21578", "REUTERS-10K"],
]);

/** Title of the published data set that this one replaces, whose figures do not apply to it; undefined if it replaces none. */
export const originalOf = (dataset: string): string | undefined => standIns.get(dataset);
