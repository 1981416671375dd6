/** `gumbel verify`: every artifact, checkpoint, record and entry of turbo's cache against what was written down when it was made. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, posix, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline as streams } from "node:stream/promises";
import { parseWith, stageNames, UserError } from "@gumbel/config";
import { readRecord } from "@gumbel/records";
import { Artifacts, checkedBytes, checkFinished, finishedName, manifestSchema } from "@gumbel/tables";
import {
  artifactPath,
  filesBelow,
  listPipelines,
  parseJson,
  readJson,
  recordStudies,
  sha256,
  toJson,
} from "@gumbel/workspace";
import { decompress } from "fzstd";
import { Parser, type ReadEntry } from "tar";
import type { z } from "zod";
import type { ForPrograms } from "./forPrograms.js";
import type { verifySchema } from "./shapes.js";

/** What was looked at, and what is wrong with it. */
export type Verified = z.output<typeof verifySchema>;

/**
 * Compares every file that a manifest lists with its digest, in the output folders of the pipelines and in the entries of turbo's
 * cache, and every checkpoint, finished seed and record with its own digest.
 *
 * @param cache turbo's cache folder
 */
export async function verify(root: string, cache: string): Promise<Verified> {
  const found: Verified = { artifacts: 0, kept: 0, records: 0, cached: 0, problems: [] };
  const look = async (what: string, hint: string, check: () => Promise<void>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      const text = error instanceof UserError ? error.problem.what : String(error);
      const where = error instanceof UserError && error.problem.where;
      found.problems.push({ what: `${what}: ${text}${where ? ` (${relative(root, where)})` : ""}`, hint });
    }
  };
  for (const { name, study } of await listPipelines(root)) {
    const force = `pnpm turbo run ${study ? "evaluate" : "report"} --force --filter=@pipelines/${name}`;
    for (const stage of stageNames) {
      const folder = artifactPath(root, name, stage);
      if (!existsSync(join(folder, "manifest.json"))) continue;
      found.artifacts++;
      await look(`${name}/${stage}`, `write it anew: ${force}`, async () => {
        const artifacts = await Artifacts.open(folder);
        for (const file of artifacts.names) await artifacts.path(file);
      });
    }
    const scratch = artifactPath(root, name, "scratch");
    for (const path of existsSync(scratch) ? await filesBelow(scratch) : []) {
      const check = checkOf(join(scratch, path));
      if (!check) continue;
      found.kept++;
      await look(`${name}/scratch`, "training does not use it and begins this seed anew", check);
    }
  }
  for (const [pipeline, study] of await recordStudies(root)) {
    await look(`record of ${pipeline}`, "restore it from git, or record the run anew", async () => {
      if (await readRecord(root, study, pipeline)) found.records++;
    });
  }
  const entries = existsSync(cache) ? (await readdir(cache)).filter((name) => name.endsWith(".tar.zst")) : [];
  for (const name of entries) {
    found.cached++;
    const hint = "turbo would restore it as it is: run with --force what it belongs to";
    await look(`cache entry ${name}`, hint, async () => checkEntry(await readFile(join(cache, name)), name));
  }
  return found;
}

/** How a file that training keeps is checked; undefined for any other file. */
function checkOf(path: string): (() => Promise<void>) | undefined {
  if (path.endsWith(".checkpoint"))
    return async () => {
      if (!checkedBytes(await readFile(path)))
        throw new UserError({ what: "a checkpoint is damaged", where: path });
    };
  const isFinished = basename(path) === finishedName && basename(dirname(dirname(path))) === "finished";
  if (isFinished) return async () => checkFinished(dirname(path), await readJson(path));
  return undefined;
}

/** @throws Error if an entry cannot be unpacked; UserError if a file in it is not what its manifest lists. */
async function checkEntry(bytes: Uint8Array, name: string): Promise<void> {
  const digests = new Map<string, string>();
  const manifests = new Map<string, string>();
  const parser = new Parser({ strict: true });
  const reads: Promise<void>[] = [];
  const read = async (entry: ReadEntry): Promise<void> => {
    const content = await entry.concat();
    digests.set(entry.path, sha256(content));
    if (posix.basename(entry.path) === "manifest.json") manifests.set(entry.path, content.toString());
  };
  parser.on("entry", (entry: ReadEntry) => reads.push(read(entry)));
  await streams(Readable.from([Buffer.from(decompress(bytes))]), parser as unknown as NodeJS.WritableStream);
  await Promise.all(reads);
  for (const [path, text] of manifests) {
    const { files, pipeline, stage } = parseWith(manifestSchema, parseJson(text, path), path);
    for (const file of files) {
      const found = digests.get(posix.join(dirname(path), file.name));
      if (found === file.sha256) continue;
      throw new UserError({
        what: `${found === undefined ? "lacks" : "has another"} ${file.name} of ${pipeline}/${stage}`,
        where: name,
      });
    }
  }
}

/** Prints what `verify` finds and sets the exit code. */
export async function printVerified(root: string, { json }: ForPrograms): Promise<void> {
  const cache = process.env.TURBO_CACHE_DIR ?? join(root, ".turbo", "cache");
  const verified = await verify(root, cache);
  const { artifacts, kept, records, cached, problems } = verified;
  if (problems.length > 0) process.exitCode = 1;
  if (json) return void process.stdout.write(toJson(verified));
  for (const { what, hint } of problems) console.error(`damaged: ${what}\n  to do: ${hint}`);
  console.log(
    `${artifacts} outputs of stages, ${kept} checkpoints and finished seeds, ${records} records and ${cached} cache entries: ${problems.length} damaged`,
  );
}
