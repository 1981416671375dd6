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
    /** How many training examples kept their label; null without any. */
    labels: z.int().nullable(),
    setting: z.string(),
    source: z.string(),
    reference: z.string().nullable(),
  }),
);

/** A published figure in the unit of evaluation.json: that of its metric. */
export interface Published {
  value: number;
  std: number | null;
  source: string;
}

// Beside the source, since the compiler copies no JSON, and Node 20 warns of one that is imported.
const file = new URL("../src/published.json", import.meta.url);

/**
 * What is published for a system on a data set, by the metric's name in evaluation.json.
 *
 * @param dataset registry name; one that only resembles a published one (a stand-in, reuters-21578) has none
 * @param labels how many training examples kept their label; null without any
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
    // 82.13 % is 0.8213, without the last bits that a division leaves.
    const inUnit = (value: number): number => (isShare ? Number((value / 100).toPrecision(12)) : value);
    // If two tables of the thesis differ, the one with a spread over runs stands, else the later one.
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

/** Real data sets that stand for a published one that cannot be had. */
const standIns: Record<string, string> = { "svhn-stand-in": "SVHN", "reuters-21578": "REUTERS-10K" };

/** The published data set that this one stands for, and whose figures do not belong to it; undefined if it is itself. */
export const originalOf = (dataset: string): string | undefined => standIns[dataset];
