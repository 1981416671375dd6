import { expect, test } from "vitest";
import { tensorboardEvents } from "../src/tensorboard.js";

/** CRC-32C bit by bit, independent of the tested table. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
const masked = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};

/** The messages of a TFRecord file; tests both checksums of each. */
function records(bytes: Uint8Array): Buffer[] {
  const file = Buffer.from(bytes);
  const found: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(masked(file.subarray(at, at + 8)));
    const message = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(message));
    found.push(message);
    at += 16 + length;
  }
  return found;
}

test("the checksum is CRC-32C: 123456789 gives E3069283", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("a file has the version and then an event per step, each record with its checksums", () => {
  const [version, first, second] = records(
    tensorboardEvents([
      { step: 547, values: { "loss/total": 195.5, accuracy: 0.42 } },
      { step: 1094, values: { "loss/total": 166.9 } },
    ]),
  );
  expect(version!.toString("latin1")).toContain("brain.Event:2");
  expect(first!.toString("latin1")).toContain("loss/total");
  expect(first!.toString("latin1")).toContain("accuracy");
  // Field 2 (step), a varint: 547 = 0b100_0100011.
  expect([...first!.subarray(9, 12)]).toEqual([0x10, 0xa3, 0x04]);
  expect(second!.toString("latin1")).not.toContain("accuracy");
});

test("equal runs write equal bytes, without wall times", () => {
  const scalars = [{ step: 1, values: { a: 1 } }];
  expect(tensorboardEvents(scalars)).toEqual(tensorboardEvents(scalars));
});
