/** The characters of the user's text files: decoded strictly, so that no two different texts become the same. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserError } from "@gumbel/config";
import type { Encoding } from "./options.js";
import { missingFile, unreadable } from "./problem.js";

/** The first bytes of a file, at most `count`. @throws UserError if there is no such file. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path).catch(() => {
    throw missingFile(path);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether a file is compressed by gzip, from its first bytes. */
export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A table of zeros may shrink much; a file that is made to fill a disk shrinks a thousandfold. */
const [mostUnpacked, freeBytes] = [200, 2 ** 30];

/** The bytes of a file in blocks, decompressed if it is gzip. @throws UserError if it cannot be read to its end. */
export async function* readBlocks(path: string): AsyncGenerator<Buffer> {
  const gzip = isGzip(await firstBytes(path, 2));
  const raw = createReadStream(path, { highWaterMark: 1 << 20 });
  const source: Readable = gzip ? raw.pipe(createGunzip({ chunkSize: 1 << 20 })) : raw;
  raw.on("error", (error) => source.destroy(error));
  // The loop below reports errors; a later one must not end the process.
  source.on("error", () => {});
  const { size } = await stat(path);
  let unpacked = 0;
  try {
    for await (const block of source as AsyncIterable<Buffer>) {
      unpacked += block.length;
      if (unpacked > Math.max(freeBytes, size * mostUnpacked))
        throw unreadable(
          path,
          `the file unpacks to more than ${mostUnpacked} times its size`,
          "a table, of which gzip makes a tenth",
          "unpack it, if it is what you mean",
        );
      yield block;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(
      path,
      `the file cannot be read to its end: ${(error as Error).message}`,
      gzip ? "a complete file, compressed by gzip" : "a readable file",
    );
  } finally {
    raw.destroy();
    source.destroy();
  }
}

/** Characters of a line, or of a text that is an example: 100,000 columns have a hundredth of it. */
export const longestLine = 2 ** 26;

/** The error for a line without end. */
export const endlessLine = (where: string): UserError =>
  unreadable(where, "the line does not end", `at most ${longestLine} characters`);

/** The encoding that the first bytes tell by a mark or by zeros between the letters; undefined if they are like UTF-8. */
export function encodingOfStart(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) return "utf-16le";
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0) return "utf-16be";
  return undefined;
}

/**
 * The encoding of a whole file: by its first bytes, else UTF-8 if every byte is, else windows-1252.
 *
 * @throws UserError if the file cannot be read.
 */
export async function detectEncoding(path: string): Promise<Encoding> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let first = true;
  for await (const block of readBlocks(path)) {
    const found = first ? encodingOfStart(block) : undefined;
    if (found) return found;
    first = false;
    if (!decodes(decoder, block)) return "windows-1252";
  }
  return decodes(decoder) ? "utf-8" : "windows-1252";
}

function decodes(decoder: InstanceType<typeof TextDecoder>, block?: Buffer): boolean {
  try {
    decoder.decode(block, { stream: block !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** The text of a file in blocks, without a byte order mark. @throws UserError if a byte is not of that encoding. */
export async function* readText(path: string, encoding: Encoding): AsyncGenerator<string> {
  if (encoding === "windows-1252") {
    for await (const block of readBlocks(path)) yield decodeWindows1252(block);
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  const decode = (block?: Buffer): string => {
    try {
      return decoder.decode(block, { stream: block !== undefined });
    } catch {
      throw unreadable(
        path,
        `the text is not ${encoding} after byte ${offset}`,
        `text in ${encoding}`,
        'set dataset.encoding: "auto" finds UTF-8, UTF-16 and windows-1252',
      );
    }
  };
  for await (const block of readBlocks(path)) {
    yield decode(block);
    offset += block.length;
  }
  yield decode();
}

/** A whole small file as text, and whether it is windows-1252. @throws UserError if it cannot be read. */
export async function readWholeText(
  path: string,
  given: Encoding | "auto",
): Promise<{ text: string; encoding: Encoding }> {
  const encoding = given === "auto" ? await detectEncoding(path) : given;
  let text = "";
  for await (const block of readText(path, encoding)) {
    text += block;
    if (text.length > longestLine)
      throw unreadable(path, "the text is too long", `at most ${longestLine} characters`);
  }
  return { text, encoding };
}

/** Characters of the bytes 0x80 to 0x9f, where windows-1252 differs from latin-1: https://encoding.spec.whatwg.org/index-windows-1252.txt */
const high =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

/** Not by TextDecoder, which some versions of Node let decode as latin-1. */
const decodeWindows1252 = (bytes: Buffer): string =>
  bytes.toString("latin1").replace(/[\x80-\x9f]/g, (byte) => high[byte.charCodeAt(0) - 0x80]!);
