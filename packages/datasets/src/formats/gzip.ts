/** Small files in memory, of which each reader says how much its format can hold: a few kilobytes of gzip can claim gigabytes. */
import { readFile } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { UserError } from "@gumbel/config";
import { damaged } from "./verify.js";

/** The most bytes of one file, or of one array in it, that are held in memory. */
export const mostInMemory = 2 ** 31;
/** Deflate makes at most so many bytes of one. */
export const mostOfDeflate = 1032;

/**
 * Reads all bytes of a small file.
 *
 * @throws UserError if it cannot be read, or has more than 2 GiB.
 */
export async function readBytes(file: string): Promise<Buffer> {
  return readFile(file).catch((error: Error) => {
    throw new UserError({
      what: `the file cannot be read: ${error.message}`,
      where: file,
      expected: "a readable file of less than 2 GiB",
    });
  });
}

/**
 * Decompresses gzip.
 *
 * @param most bytes that the format can hold
 * @param file for errors
 * @throws UserError if it is cut short, damaged, or holds more.
 */
export function unpack(bytes: Buffer, most: number, file: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(file, most);
    throw damaged(file, `not a complete gzip file: ${(error as Error).message}`, "a file compressed by gzip");
  }
}

/** The start of what gzip compresses, as much as the first kilobytes give; empty if they are no gzip. */
export function startOf(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes.subarray(0, 1024), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** The error for a file that holds more than its format can. */
export const tooLarge = (file: string, most: number): UserError =>
  damaged(file, `the file unpacks to more than ${most} bytes`, `at most ${most} bytes`);
