/** Finds the files of a named data set: in GUMBEL_DATA, then in the user's cache folder, else on its canonical mirrors. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { environment, UserError } from "@gumbel/config";
import { cacheFolder } from "@gumbel/workspace";
import { download, type Known, mostBytes } from "./download.js";

/** One file of a data set and its mirrors. */
export interface Source extends Partial<Known> {
  /** Name of the file upstream. */
  file: string;
  /** Addresses to try in order: https alone. */
  mirrors: string[];
}

const downloadFolder = (): string => join(cacheFolder(), "datasets");

/** Paths at which a file is found without a download, in order. */
function candidates(dataset: string, file: string): string[] {
  const { data: own } = environment();
  return [...(own ? [join(own, dataset, file)] : []), join(downloadFolder(), dataset, file)];
}

/** Path of a local file; undefined if it does not exist. */
export function findLocal(dataset: string, file: string): string | undefined {
  return candidates(dataset, file).find((path) => existsSync(path));
}

/**
 * Finds a data set's file, and downloads it if it is not here yet.
 *
 * @param dataset name of its folder
 * @param sources equivalent forms of the file, the preferred one first
 * @param hint another way out if none can be downloaded
 * @returns the path of the file
 * @throws UserError if it cannot be downloaded. The error names the file, the addresses and the paths to put it at.
 */
export async function locate(
  dataset: string,
  sources: readonly [Source, ...Source[]],
  log: (line: string) => void,
  hint?: string,
): Promise<string> {
  for (const { file } of sources) {
    const local = findLocal(dataset, file);
    if (local) return local;
  }
  const failures: string[] = [];
  for (const { file, mirrors, bytes = null, md5 = null, most = mostBytes } of sources) {
    const target = join(downloadFolder(), dataset, file);
    for (const mirror of mirrors) {
      try {
        await download(mirror, target, { bytes, md5, most }, log);
        return target;
      } catch (error) {
        failures.push(`${mirror}: ${reasonOf(error)}`);
        log(`${failures.at(-1)}`);
      }
    }
  }
  const names = sources.map(({ file }) => file).join(" or ");
  throw new UserError({
    what: `${names} of the data set ${dataset} is not here and could not be downloaded`,
    where: failures.join("\n            "),
    expected: sources.flatMap(({ file }) => candidates(dataset, file)).join("\n            or "),
    hint: [
      `put the file there, or set GUMBEL_DATA to a folder that holds ${dataset}/${sources[0].file}`,
      ...(hint ? [hint] : []),
    ].join("; "),
  });
}

/** Paths of files by names that say the same on every machine: that of the data set, and the file's own. */
export const named = (dataset: string, paths: string[]): Record<string, string> =>
  Object.fromEntries(paths.map((path) => [`${dataset}/${basename(path)}`, path]));

/** The reason of a failed fetch, from its cause, since the message is only "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
