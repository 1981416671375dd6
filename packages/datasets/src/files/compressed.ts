/**
 * Frames of LZ4 and Zstandard, walked through before their libraries read them: those believe every size that is written, so that
 * a kilobyte costs gigabytes and minutes.
 */
/// <reference path="./lz4js.d.ts" />
import { decompress } from "fzstd";
import { decompressBlock } from "lz4js";

/** A byte of LZ4 stands for at most so many. */
const mostOfLz4 = 255;
/** The most that a block of Zstandard holds. */
const zstdBlock = 2 ** 17;
/** Bytes that a decoder should keep by the format (RFC 8878) if a frame does not say how many it holds. */
const mostWindow = 2 ** 23;

/** A part of the bytes. @throws Error if they end before it. */
function part(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new Error("compressed data are cut short");
  return bytes.subarray(at, at + length);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const holdsLess = (most: number, claimed: number | bigint): Error =>
  new Error(`compressed data claim ${claimed} bytes and hold at most ${most}`);

/**
 * Decompresses a frame of LZ4: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 *
 * @throws Error if it is damaged.
 */
export function unpackLz4(frame: Uint8Array): Uint8Array {
  const bytes = asBuffer(frame);
  const header = part(bytes, 0, 7);
  const [flags, size] = [header[4]!, header[5]!];
  if (header.readUInt32LE(0) !== 0x184d2204 || flags >> 6 !== 1 || size >> 4 < 4)
    throw new Error("not a frame of LZ4");
  if (flags & 1) throw new Error("a frame of LZ4 with a dictionary");
  const claimed = flags & 8 ? part(bytes, 6, 8).readBigUInt64LE() : undefined;
  const checksum = flags & 16 ? 4 : 0;
  const largest = 2 ** (8 + 2 * (size >> 4));

  const blocks: { block: Buffer; packed: boolean }[] = [];
  let most = 0;
  for (let at = claimed === undefined ? 7 : 15; ; ) {
    const word = part(bytes, at, 4).readUInt32LE();
    if (word === 0) break;
    const [packed, length] = [word < 2 ** 31, word % 2 ** 31];
    const block = part(bytes, at + 4, length);
    blocks.push({ block, packed });
    most += Math.min(largest, packed ? mostOfLz4 * length : length);
    at += 4 + length + checksum;
  }
  if (claimed !== undefined && claimed > most) throw holdsLess(most, claimed);

  const content = new Uint8Array(claimed === undefined ? most : Number(claimed));
  let end = 0;
  for (const { block, packed } of blocks) {
    // Blocks refer to what earlier ones hold, and so are decompressed into one array.
    if (packed) end = decompressBlock(block, content, 0, block.length, end);
    else if (end + block.length <= content.length) content.set(block, end);
    if (!packed) end += block.length;
    if (end > content.length) throw holdsLess(content.length, end);
  }
  if (claimed !== undefined && end < content.length) throw holdsLess(end, claimed);
  return end === content.length ? content : content.slice(0, end);
}

/**
 * Decompresses frames of Zstandard: https://www.rfc-editor.org/rfc/rfc8878
 *
 * @throws Error if they are damaged.
 */
export function unpackZstd(frames: Uint8Array): Uint8Array {
  const bytes = asBuffer(frames);
  for (let at = 0; at < bytes.length; ) at = endOfFrame(bytes, at);
  return decompress(frames);
}

/** Where a frame of Zstandard ends. @throws Error if it claims more than its blocks can hold. */
function endOfFrame(bytes: Buffer, start: number): number {
  const magic = part(bytes, start, 8).readUInt32LE();
  if (magic >>> 4 === 0x184d2a5) return start + 8 + bytes.readUInt32LE(start + 4);
  if (magic !== 0xfd2fb528) throw new Error("not a frame of Zstandard");
  const flags = bytes[start + 4]!;
  const isSingle = (flags & 32) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3]!;
  const width = flags >> 6 ? 2 ** (flags >> 6) : Number(isSingle);
  const window = bytes[start + 5]!;
  let at = start + 5 + Number(!isSingle) + dictionary;
  const number = [...part(bytes, at, width)].reduceRight((sum, byte) => 256 * sum + byte, 0);
  const claimed = number + (width === 2 ? 256 : 0);
  at += width;

  let most = 0;
  for (let isLast = false; !isLast; ) {
    const word = part(bytes, at, 3).readUIntLE(0, 3);
    const [type, length] = [(word >> 1) & 3, word >> 3];
    isLast = word % 2 === 1;
    if (length > zstdBlock) throw holdsLess(zstdBlock, length);
    most += type === 2 ? zstdBlock : length;
    at += 3 + (type === 1 ? 1 : length);
  }
  if (claimed > most) throw holdsLess(most, claimed);
  const kept = 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
  if (!isSingle && claimed === 0 && kept > mostWindow)
    throw new Error(`compressed data need ${kept} bytes of memory, more than ${mostWindow}`);
  return at + (flags & 4);
}
