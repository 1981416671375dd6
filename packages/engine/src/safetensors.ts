/**
 * The safetensors format: 8 bytes of header length, a JSON header, then the raw numbers. PyTorch, JAX and others read it,
 * so weights trained here can be used there.
 */
import type { NamedArray } from "./core/parameters.js";

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Encodes float32 arrays, in the map's order, with optional text metadata. */
export function encodeSafetensors(
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, { shape, values }] of arrays) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  // Padded with spaces so that the numbers start at a multiple of 8.
  const text = JSON.stringify(header);
  const json = Buffer.from(text + " ".repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const bytes = new Uint8Array(8 + json.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let position = 8 + json.length;
  for (const { values } of arrays.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

/**
 * Decodes what `encodeSafetensors` wrote.
 *
 * @throws Error if the bytes are cut short or are not safetensors; the caller adds the file's name.
 */
export function decodeSafetensors(bytes: Uint8Array): {
  arrays: Map<string, NamedArray>;
  metadata: Record<string, string>;
} {
  if (bytes.byteLength < 8) throw new Error("cut short: no safetensors header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.byteLength - 8) throw new Error("cut short: the safetensors header is incomplete");
  const header = parseHeader(Buffer.from(bytes.buffer, bytes.byteOffset + 8, length).toString());
  const arrays = new Map<string, NamedArray>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      metadata = entry as unknown as Record<string, string>;
      continue;
    }
    if (!isEntry(entry)) throw new Error(`not safetensors: ${name} is described as no array of float32`);
    const {
      shape,
      data_offsets: [start, end],
    } = entry;
    const count = shape.reduce((product, n) => product * n, 1);
    if (end - start !== 4 * count || 8 + length + end > bytes.byteLength)
      throw new Error(`cut short: ${name} has fewer values than its shape`);
    // Copied, because a Float32Array must start at a multiple of 4 and the file may start anywhere in its buffer.
    const copy = Uint8Array.prototype.slice.call(bytes, 8 + length + start, 8 + length + end);
    arrays.set(name, { shape, values: new Float32Array(copy.buffer) });
  }
  return { arrays, metadata };
}

function parseHeader(text: string): Record<string, Entry> {
  try {
    return JSON.parse(text) as Record<string, Entry>;
  } catch (error) {
    throw new Error(`not safetensors: its header is not JSON: ${(error as Error).message}`);
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** Whether a parsed value describes an array of float32. */
const isEntry = (value: Partial<Entry> | null): value is Entry =>
  value?.dtype === "F32" &&
  Array.isArray(value.shape) &&
  value.shape.every(isCount) &&
  Array.isArray(value.data_offsets) &&
  value.data_offsets.length === 2 &&
  value.data_offsets.every(isCount);
