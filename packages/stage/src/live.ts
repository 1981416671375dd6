/**
 * Live files: progress, metrics and pictures of a running training, in artifacts/<pipeline>/scratch/train/live/, outside of
 * the hashed outputs. Each file is written atomically; all are removed when training succeeds.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseWith } from "@gumbel/config";
import { epochRecordSchema } from "@gumbel/tables";
import { artifactPath, isHeld, readJson } from "@gumbel/workspace";
import { z } from "zod";
import { workLock } from "./task.js";

const count = z.int().min(0);

const progressSchema = z.strictObject({
  phase: z.string(),
  /** Index of the random start. */
  start: count,
  /** Epochs done, including the fraction of the current one. */
  epoch: z.number(),
  epochs: count,
  examplesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
export type LiveProgress = z.output<typeof progressSchema>;

/** `run.json`, written by the stage. */
const runSchema = z.strictObject({
  startedAt: z.string(),
  seeds: z.array(count),
  /** Progress by seed. */
  progress: z.record(z.string(), progressSchema),
  /** Reason of a failure; null if there is none. */
  failure: z.string().nullable(),
});
export type LiveRun = z.output<typeof runSchema>;

/** `seed-<s>.json`, written by a worker at the end of an epoch. */
const seedSchema = z.strictObject({
  seed: count,
  /** Records of the current random start. */
  records: z.array(epochRecordSchema),
  /** Epoch after which the samples beside it were drawn; null if there are none. */
  sampled: count.nullable(),
});
export type LiveSeed = z.output<typeof seedSchema>;

/** The live files of one training. */
export interface Live extends LiveRun {
  /** `stopped`: the process has ended without an error. */
  state: "running" | "failed" | "stopped";
  runs: LiveSeed[];
  /** Folder of seed-<s>/generated.arrow and reconstructions.arrow, in the format of the extract stage. */
  folder: string;
}

/** The folder of a pipeline's live files. */
export const liveFolder = (root: string, pipeline: string): string =>
  artifactPath(root, pipeline, "scratch", "train", "live");

/**
 * Reads the live files of a training that runs or has stopped before its end; undefined if there are none.
 *
 * @throws UserError if a file is invalid.
 */
export async function readLive(root: string, pipeline: string): Promise<Live | undefined> {
  const folder = liveFolder(root, pipeline);
  const file = join(folder, "run.json");
  if (!existsSync(file)) return undefined;
  const run = parseWith(runSchema, await readJson(file), file);
  const running = await isHeld(workLock(artifactPath(root, pipeline)));
  const runs: LiveSeed[] = [];
  for (const seed of run.seeds) {
    const path = join(folder, `seed-${seed}.json`);
    if (existsSync(path)) runs.push(parseWith(seedSchema, await readJson(path), path));
  }
  return {
    ...run,
    state: run.failure !== null ? "failed" : running ? "running" : "stopped",
    runs,
    folder,
  };
}
