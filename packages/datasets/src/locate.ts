/** Where a named data set's files are: GUMBEL_DATA, then the user's cache folder, then its canonical mirrors. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "@gumbel/config";
import { download } from "./download.js";

/** One file of a data set and where it can be had. */
export interface Source {
  /** Its name, as upstream has it. */
  file: string;
  /** Addresses to try in order. */
  mirrors: string[];
}

/** Where downloads are kept. */
export function downloadFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(cache, "gumbel", "datasets");
}

/** Paths under which a file would be found without a download, in order. */
function candidates(dataset: string, file: string): string[] {
  const own = process.env.GUMBEL_DATA;
  return [...(own ? [join(own, dataset, file)] : []), join(downloadFolder(), dataset, file)];
}

/** The path of a file that is here already; undefined where it is not. */
export function findLocal(dataset: string, file: string): string | undefined {
  return candidates(dataset, file).find(existsSync);
}

/**
 * The path of a data set's file, which is downloaded where it is not here yet.
 *
 * @param dataset its folder's name
 * @throws UserError where it is nowhere to be had.
 */
export async function locate(dataset: string, { file, mirrors }: Source, log: (line: string) => void): Promise<string> {
  const local = findLocal(dataset, file);
  if (local) return local;
  const target = join(downloadFolder(), dataset, file);
  const failures: string[] = [];
  for (const mirror of mirrors) {
    try {
      await download(mirror, target, log);
      return target;
    } catch (error) {
      failures.push(`${mirror}: ${reasonOf(error)}`);
    }
  }
  throw new UserError({
    what: `${file} of the data set ${dataset} is not here and could not be downloaded`,
    where: failures.join("\n            ") || "it has no address to download it from",
    expected: candidates(dataset, file).join(" or "),
    hint: `put the file there, or set GUMBEL_DATA to a folder that holds ${dataset}/${file}`,
  });
}

/** What stopped a fetch: its cause says more than "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
