import { readFile } from "node:fs/promises";
import { parseWith, UserError } from "@gumbel/config";
import { z } from "zod";
import type { Result } from "./measure.js";

const range = z.object({ min: z.number(), median: z.number(), max: z.number() });
const recordSchema = z.object({
  machine: z.object({ cpu: z.string() }),
  results: z.array(z.object({ name: z.string(), peer: z.object({ ratio: range }).optional() })),
});
/** An earlier bench.json, in what is compared. */
export type Earlier = z.output<typeof recordSchema>;

/**
 * Reads an earlier bench.json.
 *
 * @throws UserError if it was measured on another processor, whose ratios are others.
 */
export async function readEarlier(path: string, cpu: string): Promise<Earlier> {
  const earlier = parseWith(recordSchema, JSON.parse(await readFile(path, "utf8")), path);
  if (earlier.machine.cpu === cpu) return earlier;
  throw new UserError({
    what: `it was measured on another processor, ${earlier.machine.cpu}`,
    where: path,
    expected: cpu,
    hint: "measure both states on one machine",
  });
}

/** A benchmark whose time, as a share of its peer's, has grown by more than both measurements' spread. */
export interface Slower {
  name: string;
  before: number;
  now: number;
}

/** The benchmarks that got slower beside their peers: every round's ratio is above every earlier one. */
export function slowerThan({ results: earlier }: Earlier, results: Result[]): Slower[] {
  return results.flatMap(({ name, peer }) => {
    const before = earlier.find((each) => each.name === name)?.peer?.ratio;
    if (!peer || !before || peer.ratio.min <= before.max) return [];
    return [{ name, before: before.median, now: peer.ratio.median }];
  });
}
