/** The IDX format of MNIST: a magic number, the sizes of the dimensions, then unsigned bytes. http://yann.lecun.com/exdb/mnist */

import { readPlainOrGzip } from "./gzip.js";
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
  const bytes = await readPlainOrGzip(file);
  const rank = wanted ?? bytes[3] ?? 0;
  const header = 4 + 4 * rank;
  const magic = (unsignedByte << 8) | rank;
  if (bytes.length < header || bytes.readUInt32BE(0) !== magic) {
    const found =
      bytes.length >= 4
        ? `0x${bytes.readUInt32BE(0).toString(16).padStart(8, "0")}`
        : `${bytes.length} bytes`;
    throw damaged(
      file,
      "not the expected IDX file",
      `magic number 0x${magic.toString(16).padStart(8, "0")}, found ${found}`,
    );
  }
  const sizes = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== header + count) {
    throw damaged(
      file,
      "the length of the IDX file does not match its header",
      `${header + count} bytes, found ${bytes.length}`,
    );
  }
  return { sizes, values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, count) };
}
