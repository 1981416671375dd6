/** docs/records/bench.json: the latest measurement of each benchmark on each kind of machine. */
import { existsSync } from "node:fs";
import { parseWith } from "@gumbel/config";
import { readJson, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";
import type { Result } from "./measure.js";

const range = z.strictObject({ min: z.number(), median: z.number(), max: z.number() });
const bytes = z.number().min(0);

const resultSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  unit: z.string(),
  ours: range,
  peakRssBytes: bytes,
  libraries: z.string(),
  peer: z
    .strictObject({
      title: z.string(),
      figure: range,
      peakRssBytes: bytes,
      libraries: z.string(),
      ratio: range,
    })
    .optional(),
  date: z.iso.date(),
  rounds: z.int().min(1),
});

/** By machine: `AMD EPYC, 2 cores, 2 threads, Node 20.1.0`; in the order of the benchmarks. */
export const recordSchema = z.record(z.string(), z.array(resultSchema));

/**
 * Puts a result into the record; earlier ones of other benchmarks and machines stay.
 *
 * @param order names of all benchmarks
 * @throws UserError if the record is not one
 */
export async function recordResult(
  path: string,
  machine: string,
  result: Result & { date: string; rounds: number },
  order: string[],
): Promise<void> {
  const record = existsSync(path) ? parseWith(recordSchema, await readJson(path), path) : {};
  const kept = (record[machine] ?? []).filter(({ name }) => name !== result.name && order.includes(name));
  record[machine] = [...kept, result].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  await writeFileAtomic(path, toJson(record));
}
