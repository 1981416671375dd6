/**
 * The latest finished run of each seed, so that other seeds in a plan train only the new ones. They are stored outside of the
 * stage's outputs, which turbo restores as a whole or not at all.
 */
import { existsSync } from "node:fs";
import { constants, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  checkFinished,
  finishedDigest,
  finishedName,
  finishedSchema,
  trainSummarySchema,
} from "@gumbel/tables";
import { readJson, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";
import type { Job, Message } from "./job.js";

export type Done = Extract<Message, { kind: "done" }>;

const doneSchema: z.ZodType<Done> = z.strictObject({
  kind: z.literal("done"),
  seed: z.int(),
  run: trainSummarySchema.shape.runs.element,
  snapshots: z.boolean(),
  clusters: z.int(),
  parameters: z.int(),
  engine: z.record(z.string(), z.string()),
  peakRssBytes: z.number(),
  seconds: z.number(),
});

const recordSchema = finishedSchema.extend({
  /** Key of the checkpoint: digest of the settings, the code, the data and the initial weights. */
  key: z.string(),
  done: doneSchema,
});

const outputsOf = (job: Job, done: Done): string[] => [
  job.weights,
  job.metrics,
  job.events,
  ...(done.snapshots ? [job.snapshots] : []),
];
/** Shares the blocks of the file if the file system can. Not a hard link, since turbo writes into files that it restores. */
const copy = (from: string, to: string): Promise<void> => copyFile(from, to, constants.COPYFILE_FICLONE);

/** The finished runs of one pipeline. */
export class FinishedSeeds {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #folderOf(job: Job): string {
    return join(this.#folder, `seed-${job.seed}`);
  }

  /** Copies a job's outputs from its finished run; undefined if there is none, or its files have changed. */
  async restore(job: Job): Promise<Done | undefined> {
    const folder = this.#folderOf(job);
    if (!existsSync(join(folder, finishedName))) return undefined;
    const described = await readJson(join(folder, finishedName)).catch(() => undefined);
    const record = recordSchema.safeParse(described);
    if (!record.success || record.data.key !== job.key) return undefined;
    try {
      await checkFinished(folder, described);
    } catch {
      return undefined;
    }
    const { done, files } = record.data;
    const outputs = outputsOf(job, done);
    if (!outputs.every((output) => Object.hasOwn(files, basename(output)))) return undefined;
    for (const output of outputs) await copy(join(folder, basename(output)), output);
    return done;
  }

  /** Saves a job's outputs atomically. */
  async save(job: Job, done: Done): Promise<void> {
    const folder = this.#folderOf(job);
    const draft = `${folder}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    const files: Record<string, string> = {};
    for (const output of outputsOf(job, done)) {
      const name = basename(output);
      await copy(output, join(draft, name));
      files[name] = await sha256File(join(draft, name));
    }
    const content = { key: job.key, done, files };
    await writeFileAtomic(join(draft, finishedName), toJson({ ...content, digest: finishedDigest(content) }));
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  }
}
