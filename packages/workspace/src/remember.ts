/**
 * What was computed from files and holds until one of them changes, kept in the user's cache folder: digests of data, which are
 * asked for in every run.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "./cacheFolder.js";
import { filesBelow, readJson, sha256, sha256Path, toJson, writeFileAtomic } from "./files.js";

const rememberedSchema = z.strictObject({ state: z.string(), value: z.string() });

/** A file that has changed so short ago may change again within the resolution of its times. */
const settledMilliseconds = 2000;

/**
 * The state of a file, or of all files below a folder, as far as it can be seen without reading them: name, size, times and the
 * number that the disk knows it by. Every write changes the time of the last change, which programs cannot set.
 */
export async function stateOf(path: string): Promise<string> {
  return (await lookAt(path)).state;
}

async function lookAt(path: string): Promise<{ state: string; changed: number }> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? await filesBelow(path) : [""];
  let changed = 0;
  const lines: string[] = [];
  for (const name of names) {
    const { size, mtimeNs, ctimeNs, ctimeMs, ino } = await stat(join(path, name), { bigint: true });
    changed = Math.max(changed, Number(ctimeMs));
    lines.push([name, size, mtimeNs, ctimeNs, ino].join(" "));
  }
  return { state: sha256(lines.join("\n")), changed };
}

/** SHA-256 of a file or folder, as by `sha256Path`; it is read only if it has changed since the last time. */
export async function rememberedDigest(path: string): Promise<string> {
  return rememberedOf(path, [path], () => sha256Path(path));
}

/**
 * A value that follows from the contents of some files and folders, computed only if one of them has changed since the last time.
 *
 * @param name says whose value it is
 */
export async function rememberedOf(
  name: string,
  paths: string[],
  compute: () => Promise<string>,
): Promise<string> {
  const found = await Promise.all(paths.map(lookAt));
  if (found.some(({ changed }) => Date.now() - changed < settledMilliseconds)) return compute();
  return remembered(name, sha256(found.map(({ state }) => state).join("\n")), compute);
}

/**
 * A value that follows from `state` alone, computed once.
 *
 * @param name says whose value it is; a new state replaces the value of the last one
 * @param keep false for a value that is to be computed again
 */
export async function remembered(
  name: string,
  state: string,
  compute: () => Promise<string>,
  keep: (value: string) => boolean = () => true,
): Promise<string> {
  const file = join(cacheFolder(), "remembered", `${sha256(name).slice(0, 32)}.json`);
  const found = rememberedSchema.safeParse(await readJson(file).catch(() => undefined)).data;
  if (found?.state === state) return found.value;
  const value = await compute();
  // Without a cache folder that can be written, it is computed each time.
  if (keep(value)) await writeFileAtomic(file, toJson({ state, value })).catch(() => {});
  return value;
}
