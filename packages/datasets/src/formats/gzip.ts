import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { UserError } from "@gumbel/config";
import { damaged } from "./verify.js";

/**
 * The bytes of a small file, whole.
 *
 * @throws UserError where it cannot be read.
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
 * The decompressed bytes of a small gzip file, whole.
 *
 * @throws UserError where it is cut or damaged.
 */
export async function readGzip(file: string): Promise<Buffer> {
  const bytes = await readBytes(file);
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw damaged(file, `not a whole gzip file: ${(error as Error).message}`, "a file compressed by gzip");
  }
}
