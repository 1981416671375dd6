/** The format of the user's data: by the first bytes, by the name, by what is in the folder. */
import { stat } from "node:fs/promises";
import { filesBelow } from "@gumbel/workspace";
import { encodingOfStart, firstBytes, isGzip } from "./encoding.js";
import { isIdxName } from "./idx.js";
import type { FileOptions, Format } from "./options.js";
import { isPicture } from "./pictures.js";
import { missingFile, unreadable } from "./problem.js";

/** @throws UserError if there is no such file, or it is of a format that is not read. */
export async function formatOf(
  path: string,
  { format }: FileOptions,
): Promise<{ format: Format; isFolder: boolean }> {
  const found = await stat(path).catch(() => {
    throw missingFile(path);
  });
  const isFolder = found.isDirectory();
  // A device or a pipe may never end.
  if (!isFolder && !found.isFile())
    throw unreadable(path, "the path is neither a file nor a folder", "a file");
  if (format !== "auto") {
    const wantsFolder = format === "images" || format === "texts";
    if (isFolder !== wantsFolder && format !== "idx") {
      throw unreadable(
        path,
        `dataset.format is "${format}", but the path is a ${isFolder ? "folder" : "file"}`,
        wantsFolder ? "a folder" : "a file",
      );
    }
    return { format, isFolder };
  }
  return { format: isFolder ? await formatOfFolder(path) : await formatOfFile(path), isFolder };
}

async function formatOfFolder(path: string): Promise<Format> {
  const names = await filesBelow(path);
  if (names.some(isPicture)) return "images";
  if (names.some((name) => name.endsWith(".txt"))) return "texts";
  if (names.some(isIdxName)) return "idx";
  throw unreadable(path, "the folder has no data that can be read", "PNG, JPEG, .txt or IDX files");
}

const magic: [string, Format][] = [
  ["PAR1", "parquet"],
  ["ARROW1", "arrow"],
  ["\x93NUMPY", "npy"],
  ["MATLAB 5.0", "mat"],
];

const foreign: [RegExp, string][] = [
  [/\.xlsx?$/i, "an Excel workbook: save the sheet as CSV"],
  [/\.(h5|hdf5)$/i, "HDF5: save the arrays by numpy.savez"],
  [/\.(pkl|pickle|joblib)$/i, "a pickle: save the table by to_parquet"],
];

async function formatOfFile(path: string): Promise<Format> {
  const start = await firstBytes(path, 512);
  const text = start.toString("latin1");
  const known = magic.find(([mark]) => text.startsWith(mark));
  if (known) return known[1];
  if (isIdxName(path)) return "idx";
  const reason =
    foreign.find(([name]) => name.test(path))?.[1] ??
    (text.startsWith("\x89HDF") || text.startsWith("MATLAB 7")
      ? "HDF5: save with -v7 in MATLAB, or by numpy.savez"
      : undefined);
  if (reason)
    throw unreadable(
      path,
      `the file is ${reason}`,
      "one of the formats of docs/data.md",
      "save it in another format",
    );
  if (text.startsWith("PK\x03\x04")) return "npz";
  if (start.includes(0) && !isGzip(start) && encodingOfStart(start) === undefined)
    throw unreadable(
      path,
      "the file is neither text nor of a format that is known",
      "one of the formats of docs/data.md",
    );
  const named = /\.(npy|npz|parquet|arrow|feather|mat)$/i.exec(path)?.[1];
  if (named)
    throw unreadable(
      path,
      `the file has the name of one of ${named}, but does not begin as one`,
      `a file that was written as ${named} and is complete`,
    );
  return /\.(json|jsonl|ndjson)(\.gz)?$/i.test(path) ? "jsonl" : "csv";
}
