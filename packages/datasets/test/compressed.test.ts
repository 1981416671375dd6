/** Frames of LZ4 and Zstandard hold what they say, or are refused before they cost memory. */
import { describe, expect, test } from "vitest";
import { unpackLz4, unpackZstd } from "../src/files/compressed.js";

const u32 = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];
const u64 = (value: bigint): number[] => [...new Uint8Array(BigUint64Array.of(value).buffer)];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("LZ4", () => {
  const raw = (content: string): number[] => [...u32(2 ** 31 + content.length), ...Buffer.from(content)];
  const packed = (...bytes: number[]): number[] => [...u32(bytes.length), ...bytes];
  /** Blocks of at most 64 KiB, without a checksum. */
  const frame = (blocks: number[][], claimed?: bigint): Uint8Array =>
    Uint8Array.from([
      ...u32(0x184d2204),
      ...(claimed === undefined ? [0x40, 0x40] : [0x48, 0x40, ...u64(claimed)]),
      ...[0, ...blocks.flat(), ...u32(0)],
    ]);
  /** Four bytes from four before, then "!". */
  const repeating = packed(0, 4, 0, 0x10, 0x21);

  test.each([undefined, 9n])("a block that refers to the one before it, with the size %s", (claimed) => {
    expect(text(unpackLz4(frame([raw("abcd"), repeating], claimed)))).toBe("abcdabcd!");
  });

  test.each([
    { name: "a size", bytes: frame([raw("abcd")], 2n ** 33n), says: /claim 8589934592 bytes.*at most 4/ },
    { name: "too much", bytes: frame([raw("abcd")], 3n), says: /claim 4 bytes.*at most 3/ },
    { name: "more than there is", bytes: frame([packed(0)], 200n), says: /claim 200 bytes.*at most 0/ },
    { name: "a long block", bytes: frame([u32(2 ** 32 - 1)]), says: /cut short/ },
    { name: "no end", bytes: frame([raw("abcd")]).subarray(0, -4), says: /cut short/ },
  ])("$name that is only claimed is refused", ({ bytes, says }) => {
    expect(() => unpackLz4(bytes)).toThrow(says);
  });
});

describe("Zstandard", () => {
  /** A block that repeats a byte. */
  const repeated = (byte: string, times: number): number[] => [
    ...u32(1 + 2 + 8 * times).slice(0, 3),
    byte.charCodeAt(0),
  ];
  const frame = (...bytes: number[]): Uint8Array => Uint8Array.from([...u32(0xfd2fb528), ...bytes]);

  test("a frame with its size, and one with a window", () => {
    expect(text(unpackZstd(frame(0x20, 3, ...repeated("a", 3))))).toBe("aaa");
    expect(text(unpackZstd(frame(0, 0, ...repeated("a", 3))))).toBe("aaa");
  });

  test.each([
    {
      name: "a size",
      bytes: frame(0xe0, ...u64(2n ** 31n), ...repeated("a", 3)),
      says: /2147483648.*most 3/,
    },
    { name: "a window", bytes: frame(0, 0xa0, ...repeated("a", 3)), says: /need 1073741824 bytes/ },
    { name: "a long block", bytes: frame(0x20, 3, ...repeated("a", 2e6)), says: /claim 2000000 bytes/ },
    { name: "a block that is not there", bytes: frame(0x20, 3), says: /cut short/ },
  ])("$name that is only claimed is refused", ({ bytes, says }) => {
    expect(() => unpackZstd(bytes)).toThrow(says);
  });
});
