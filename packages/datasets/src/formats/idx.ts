/** The IDX format of MNIST: a magic number, the sizes of the dimensions, then unsigned bytes. http://yann.lecun.com/exdb/mnist */

import { mostInMemory, mostOfDeflate, readBytes, startOf, unpack } from "./gzip.js";
import { damaged } from "./verify.js";

const unsignedByte = 0x08;

/**
 * Reads an IDX file of unsigned bytes, plain or compressed by gzip.
 *
 * @param wanted number of dimensions: 1 for labels, 3 for images; absent: any
 * @returns the sizes and all values in row-major order
 * @throws UserError if it is not one, or is cut short.
 */
export async function readIdx(
  file: string,
  wanted?: number,
): Promise<{ sizes: number[]; values: Uint8Array }> {
  const stored = await readBytes(file);
  const isGzip = file.endsWith(".gz");
  const start = isGzip ? startOf(stored) : stored;
  const rank = wanted ?? start[3] ?? 0;
  const header = 4 + 4 * rank;
  const magic = (unsignedByte << 8) | rank;
  if (start.length < header || start.readUInt32BE(0) !== magic) {
    // What is no gzip at all is said so.
    if (isGzip && start.length === 0) unpack(stored, header, file);
    const found =
      start.length >= 4
        ? `0x${start.readUInt32BE(0).toString(16).padStart(8, "0")}`
        : `${start.length} bytes`;
    throw damaged(
      file,
      "not the expected IDX file",
      `magic number 0x${magic.toString(16).padStart(8, "0")}, found ${found}`,
    );
  }
  const sizes = Array.from({ length: rank }, (_, i) => start.readUInt32BE(4 + 4 * i));
  const count = sizes.reduce((product, size) => product * size, 1);
  const most = Math.min(mostInMemory, (isGzip ? mostOfDeflate : 1) * stored.length);
  if (count > most)
    throw damaged(file, `the header claims ${sizes.join("x")} bytes`, `at most ${most} in this file`);
  const bytes = isGzip ? unpack(stored, header + count, file) : stored;
  if (bytes.length !== header + count) {
    throw damaged(
      file,
      "the length of the IDX file does not match its header",
      `${header + count} bytes, found ${bytes.length}`,
    );
  }
  return { sizes, values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, count) };
}
