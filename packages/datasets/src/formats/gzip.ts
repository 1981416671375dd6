import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { damaged } from "../verify.js";

/**
 * The decompressed bytes of a small gzip file, whole.
 *
 * @throws UserError where it is cut or damaged.
 */
export async function readGzip(file: string): Promise<Buffer> {
  const bytes = await readFile(file);
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw damaged(file, `not a whole gzip file: ${(error as Error).message}`, "a file compressed by gzip");
  }
}
