/**
 * TensorBoard's event file: TFRecords (length, masked CRC-32C, bytes, masked CRC-32C) of `Event` messages in protocol buffers
 * (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto). No maintained library for Node writes it.
 *
 * The wall time of an event is its step, so that equal runs write equal bytes.
 */

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32C with TFRecord's mask. */
function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function record(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(message.length));
  const crc = (bytes: Uint8Array) => {
    const four = Buffer.alloc(4);
    four.writeUInt32LE(maskedCrc(bytes));
    return four;
  };
  return Buffer.concat([length, crc(length), message, crc(message)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt(value);
  do {
    const more = left >> 7n ? 128 : 0;
    bytes.push(Number(left & 127n) | more);
    left >>= 7n;
  } while (left);
  return Buffer.from(bytes);
}

const tag = (field: number, wireType: number): Buffer => varint((field << 3) | wireType);
const asBytes = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);
const asDouble = (field: number, value: number): Buffer => {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), eight]);
};
const asFloat = (field: number, value: number): Buffer => {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), four]);
};

/** The bytes of an event file with these scalars. */
export function tensorboardEvents(scalars: { step: number; values: Record<string, number> }[]): Uint8Array {
  const version = Buffer.concat([asDouble(1, 0), asBytes(3, Buffer.from("brain.Event:2"))]);
  const events = scalars.map(({ step, values }) => {
    const summary = Object.entries(values).map(([name, value]) =>
      asBytes(1, Buffer.concat([asBytes(1, Buffer.from(name)), asFloat(2, value)])),
    );
    return Buffer.concat([asDouble(1, step), tag(2, 0), varint(step), asBytes(5, Buffer.concat(summary))]);
  });
  return Buffer.concat([version, ...events].map(record));
}
