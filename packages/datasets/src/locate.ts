/** Where a named data set's files are: GUMBEL_DATA, then the user's cache folder, then its canonical mirrors. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@gumbel/config";
import { cacheFolder } from "@gumbel/workspace";
import { download } from "./download.js";

/** One file of a data set and where it can be had. */
export interface Source {
  /** Its name, as upstream has it. */
  file: string;
  /** Addresses to try in order. */
  mirrors: string[];
}

const downloadFolder = (): string => join(cacheFolder(), "datasets");

/** Paths under which a file is found without a download, in order. */
function candidates(dataset: string, file: string): string[] {
  const own = process.env.GUMBEL_DATA;
  return [...(own ? [join(own, dataset, file)] : []), join(downloadFolder(), dataset, file)];
}

/** The path of a file that is here already; undefined where it is not. */
export function findLocal(dataset: string, file: string): string | undefined {
  return candidates(dataset, file).find((path) => existsSync(path));
}

/**
 * The path of a data set's file, which is downloaded where it is not here yet.
 *
 * @param dataset its folder's name
 * @param sources forms of the file of which any one will do, the preferred first
 * @param hint what else a person can do where none is to be had
 * @throws UserError where it is nowhere to be had: it names the file, the addresses tried and where to put it.
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
  for (const { file, mirrors } of sources) {
    const target = join(downloadFolder(), dataset, file);
    for (const mirror of mirrors) {
      try {
        await download(mirror, target, log);
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

/** What stopped a fetch: its cause says more than "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
