/**
 * MATLAB level 5 MAT-files, read as a stream: a variable larger than memory is read in chunks. https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInflate } from "node:zlib";
import { UserError } from "@gumbel/config";
import { mostOfDeflate } from "./gzip.js";
import { damaged } from "./verify.js";

const compressed = 15;
const matrix = 14;
const bytesOf: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8 };
const expected = "a MAT-file of version 5 (MATLAB's save -v7)";
/** Classes of arrays that have numbers: double to 64-bit integers. Others are text, cells, structures, sparse matrices. */
const isNumeric = (arrayClass: number): boolean => arrayClass >= 6 && arrayClass <= 15;

/** Flag of an array that has an imaginary part as well. */
const complex = 0x08;

/** A numeric variable of the file, whose numbers have not been read yet. */
export interface MatVariable {
  name: string;
  dimensions: number[];
  /** Type code of the stored numbers: 1 int8, 2 uint8, 9 double, … */
  type: number;
  /** Number of bytes of all stored numbers. */
  byteLength: number;
  /** The stored bytes, in chunks of `size` (the last may be shorter), in MATLAB's column-major order. */
  chunks(size: number): AsyncIterable<Buffer>;
}

/** Reads exact numbers of bytes from a stream. */
class ByteReader {
  readonly #iterator: AsyncIterator<Buffer>;
  readonly #file: string;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>, file: string) {
    this.#iterator = source[Symbol.asyncIterator]();
    this.#file = file;
  }

  async read(count: number): Promise<Buffer> {
    const parts = [this.#buffer];
    let have = this.#buffer.length;
    while (have < count) {
      const { value, done } = await this.#iterator.next().catch((error: Error) => {
        throw damaged(this.#file, `not a complete MAT-file: ${error.message}`, expected);
      });
      if (done)
        throw damaged(
          this.#file,
          "the MAT-file ends in the middle of an array",
          `${count - have} bytes more`,
        );
      parts.push(value);
      have += value.length;
    }
    const all = parts.length === 1 ? this.#buffer : Buffer.concat(parts);
    this.#buffer = all.subarray(count);
    return all.subarray(0, count);
  }

  /** Reads the rest, which is padding, so that the checksum at its end is verified. */
  async finish(): Promise<void> {
    for (let left = this.#buffer.length; ; ) {
      if (left > longestHeader)
        throw damaged(this.#file, "an array goes on after its numbers", "the next array");
      const { done, value } = await this.#iterator.next().catch((error: Error) => {
        throw damaged(this.#file, `not a complete MAT-file: ${error.message}`, expected);
      });
      if (done) return;
      left += value.length;
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** First and last byte of each array, from the tags in the file. */
async function elements(file: string): Promise<{ start: number; end: number; isCompressed: boolean }[]> {
  const handle = await open(file, "r").catch((error: Error) => {
    throw new UserError({ what: `the file cannot be read: ${error.message}`, where: file, expected });
  });
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(128);
    if (
      (await handle.read(header, 0, 128, 0)).bytesRead < 128 ||
      header.readUInt16LE(124) !== 0x0100 ||
      header.toString("latin1", 126, 128) !== "IM"
    ) {
      throw damaged(file, "not a MAT-file of version 5", expected);
    }
    const found: { start: number; end: number; isCompressed: boolean }[] = [];
    const tag = Buffer.alloc(8);
    for (let at = 128; at < size; ) {
      if ((await handle.read(tag, 0, 8, at)).bytesRead < 8)
        throw damaged(file, "the MAT-file is cut short", "the tag of an array");
      const [type, length] = [tag.readUInt32LE(0), tag.readUInt32LE(4)];
      const isCompressed = type === compressed;
      if (!isCompressed && type !== matrix)
        throw damaged(file, `an element of type ${type} at byte ${at}`, expected);
      if (at + 8 + length > size)
        throw damaged(file, "the MAT-file is cut short", `${at + 8 + length} bytes, found ${size}`);
      // What is compressed includes the tag of the array.
      found.push({ start: isCompressed ? at + 8 : at, end: at + 8 + length - 1, isCompressed });
      at += 8 + length;
    }
    return found;
  } finally {
    await handle.close();
  }
}

/**
 * Reads the numeric variables of the file in order. A variable's chunks must be read before the next variable, or not at all.
 *
 * @throws UserError if the file is damaged, cut short or of another format.
 */
export async function* matVariables(file: string): AsyncGenerator<MatVariable> {
  for (const { start, end, isCompressed } of await elements(file)) {
    const most = (isCompressed ? mostOfDeflate : 1) * (end + 1 - start);
    const raw = createReadStream(file, { start, end });
    const bytes = isCompressed ? raw.pipe(createInflate()) : raw;
    if (isCompressed) raw.on("error", (error) => bytes.destroy(error));
    // The reader reports errors; a later one must not end the process.
    bytes.on("error", () => {});
    const reader = new ByteReader(bytes, file);
    try {
      const variable = await header(reader, file, most);
      if (variable) yield variable;
    } finally {
      await reader.close();
      raw.destroy();
    }
  }
}

/** Reads a tag, and its bytes if they are packed into it (a "small data element" of up to four bytes). */
async function element(
  reader: ByteReader,
): Promise<{ type: number; bytes: number; data: Buffer | undefined }> {
  const tag = await reader.read(8);
  const small = tag.readUInt16LE(2);
  if (small > 0)
    return { type: tag.readUInt16LE(0), bytes: small, data: Buffer.from(tag.subarray(4, 4 + small)) };
  return { type: tag.readUInt32LE(0), bytes: tag.readUInt32LE(4), data: undefined };
}

/** Most bytes of flags, dimensions or a name; a larger size means that the file is damaged. */
const longestHeader = 1024;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

async function wholeElement(reader: ByteReader, file: string): Promise<Buffer> {
  const { bytes, data } = await element(reader);
  if (bytes > longestHeader) throw damaged(file, `a header of ${bytes} bytes`, expected);
  return data ?? Buffer.from((await reader.read(padded(bytes))).subarray(0, bytes));
}

/** The variable's name and sizes; undefined if it has no numbers. */
async function header(reader: ByteReader, file: string, most: number): Promise<MatVariable | undefined> {
  if ((await element(reader)).type !== matrix)
    throw damaged(file, "a compressed element that is not an array", expected);
  const flags = await wholeElement(reader, file);
  if (!isNumeric(flags[0]!)) return undefined;
  const isComplex = (flags[1]! & complex) !== 0;
  const sizes = await wholeElement(reader, file);
  const dimensions = Array.from({ length: sizes.length / 4 }, (_, i) => sizes.readInt32LE(4 * i));
  const name = (await wholeElement(reader, file)).toString("latin1");
  if (isComplex)
    throw damaged(
      file,
      `the array "${name}" has complex numbers`,
      "real numbers: save real and imaginary part",
    );
  const numbers = await element(reader);
  const width = bytesOf[numbers.type];
  const count = dimensions.reduce((product, size) => product * size, 1);
  if (width === undefined || numbers.bytes !== count * width) {
    throw damaged(
      file,
      `the array "${name}" does not match its header`,
      `${count} numbers, found ${numbers.bytes} bytes of type ${numbers.type}`,
    );
  }
  if (numbers.bytes > most)
    throw damaged(file, `the array "${name}" claims ${numbers.bytes} bytes`, `at most ${most} in this file`);
  return {
    name,
    dimensions,
    type: numbers.type,
    byteLength: numbers.bytes,
    async *chunks(size) {
      if (numbers.data) yield numbers.data;
      else {
        for (let left = numbers.bytes; left > 0; left -= size) yield await reader.read(Math.min(size, left));
      }
      await reader.finish();
    },
  };
}
