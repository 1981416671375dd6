/** Records of training, epoch by epoch. */
import { readFile } from "node:fs/promises";
import { parseWith } from "@gumbel/config";
import { type Artifacts, type EpochRecord, epochRecordSchema } from "@gumbel/tables";
import { z } from "zod";
import { nullableNumber } from "./number.js";

/** The epochs of one run as training recorded them. A total or term that was not a number is NaN. */
export interface Curve {
  seed: number;
  records: EpochRecord[];
}

const recordSchema = epochRecordSchema.extend({
  totals: z.record(z.string(), nullableNumber),
  terms: z.record(z.string(), nullableNumber),
});

/** Reads the records of one run; none if it has no metrics file. */
export async function readCurve(train: Artifacts, seed: number): Promise<Curve> {
  const name = `seed-${seed}/metrics.jsonl`;
  if (!train.names.includes(name)) return { seed, records: [] };
  const lines = (await readFile(await train.path(name), "utf8")).split("\n").filter((line) => line !== "");
  return {
    seed,
    records: lines.map((line, i) => parseWith(recordSchema, parseJson(line), `train/${name}:${i + 1}`)),
  };
}

/** JSON, or the text itself if it is none: the schema then rejects it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
