/**
 * What training leaves to be looked at while it runs: artifacts/<pipeline>/scratch/train/live/, outside of the hashed
 * outputs. Each file is written atomically; all are gone once training has ended well.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseWith } from "@gumbel/config";
import { epochRecordSchema } from "@gumbel/tables";
import { artifactPath, isHeld, readJson } from "@gumbel/workspace";
import { z } from "zod";

const count = z.int().min(0);

const progressSchema = z.strictObject({
  phase: z.string(),
  /** Index of the random start. */
  start: count,
  /** Epochs done, with the fraction of the one under way. */
  epoch: z.number(),
  epochs: count,
  examplesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
export type LiveProgress = z.output<typeof progressSchema>;

/** `run.json`, by the stage. */
const runSchema = z.strictObject({
  startedAt: z.string(),
  seeds: z.array(count),
  /** By seed. */
  progress: z.record(z.string(), progressSchema),
  /** Why it ended; null while it runs. */
  failure: z.string().nullable(),
});
export type LiveRun = z.output<typeof runSchema>;

/** `seed-<s>.json`, by a worker, at the end of an epoch. */
const seedSchema = z.strictObject({
  seed: count,
  /** Of the start under way. */
  records: z.array(epochRecordSchema),
  /** After which epoch the samples beside it were drawn; null where there are none. */
  sampled: count.nullable(),
});
export type LiveSeed = z.output<typeof seedSchema>;

export interface Live extends LiveRun {
  /** `stopped`: the process is gone and said nothing. */
  state: "running" | "failed" | "stopped";
  runs: LiveSeed[];
  /** Holds seed-<s>/generated.arrow and reconstructions.arrow, as the extract stage writes them. */
  folder: string;
}

/** Where a pipeline's training leaves it. */
export const liveFolder = (root: string, pipeline: string): string =>
  artifactPath(root, pipeline, "scratch", "train", "live");

/**
 * Training that runs, or that ended half-way; undefined where there is neither.
 *
 * @throws UserError where a file is not what training writes.
 */
export async function readLive(root: string, pipeline: string): Promise<Live | undefined> {
  const folder = liveFolder(root, pipeline);
  const file = join(folder, "run.json");
  if (!existsSync(file)) return undefined;
  const run = parseWith(runSchema, await readJson(file), file);
  const running = await isHeld(artifactPath(root, pipeline, "locks", "train.lock"));
  const runs: LiveSeed[] = [];
  for (const seed of run.seeds) {
    const of = join(folder, `seed-${seed}.json`);
    if (existsSync(of)) runs.push(parseWith(seedSchema, await readJson(of), of));
  }
  return {
    ...run,
    state: run.failure !== null ? "failed" : running ? "running" : "stopped",
    runs,
    folder,
  };
}
