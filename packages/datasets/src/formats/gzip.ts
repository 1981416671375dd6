import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { UserError } from "@gumbel/config";
import { damaged } from "./verify.js";

/**
 * Reads all bytes of a small file.
 *
 * @throws UserError if it cannot be read.
 */
export async function readBytes(file: string): Promise<Buffer> {
  return readFile(file).catch((error: Error) => {
    throw new UserError({
      what: `the file cannot be read: ${error.message}`,
      where: file,
      expected: "a readable file",
    });
  });
}

/**
 * Reads and decompresses a small gzip file.
 *
 * @throws UserError if it is cut short or damaged.
 */
export async function readGzip(file: string): Promise<Buffer> {
  const bytes = await readBytes(file);
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw damaged(file, `not a complete gzip file: ${(error as Error).message}`, "a file compressed by gzip");
  }
}

/**
 * Reads a small file, decompressed if it is gzip by its name.
 *
 * @throws UserError if it cannot be read, is cut short or damaged.
 */
export const readPlainOrGzip = (file: string): Promise<Buffer> =>
  file.endsWith(".gz") ? readGzip(file) : readBytes(file);
