/** MATLAB's arrays: each numeric matrix of a MAT-file. */
import { mostInMemory } from "../formats/gzip.js";
import { matVariables } from "../formats/mat.js";
import type { NamedArray, Numbers } from "./arrays.js";
import { firstBytes } from "./encoding.js";
import { rowMajor } from "./npy.js";
import { unreadable } from "./problem.js";

/** The arrays of a MAT-file. @throws UserError if it is damaged or of another version. */
export async function matArrays(path: string): Promise<NamedArray[]> {
  if (!(await firstBytes(path, 10)).toString("latin1").startsWith("MATLAB 5.0"))
    throw unreadable(path, "not a MAT-file of version 5", "a file written by save -v7 or scipy.io.savemat");
  const arrays: NamedArray[] = [];
  for await (const { name, dimensions, type, byteLength, chunks } of matVariables(path)) {
    if (byteLength > mostInMemory)
      throw unreadable(path, `the array "${name}" has ${byteLength} bytes`, `at most ${mostInMemory}`);
    const parts: Buffer[] = [];
    for await (const part of chunks(byteLength || 1)) parts.push(Buffer.from(part));
    const values = numbersOf(type, Buffer.concat(parts));
    // A vector is a matrix with a side of 1.
    const shape = dimensions.length === 2 && dimensions[0] === 1 ? [dimensions[1]!] : dimensions;
    arrays.push({ name, shape, read: async () => rowMajor(values, shape) });
  }
  return arrays;
}

const types: Record<number, new (buffer: ArrayBuffer) => Numbers> = {
  1: Int8Array,
  2: Uint8Array,
  3: Int16Array,
  4: Uint16Array,
  5: Int32Array,
  6: Uint32Array,
  7: Float32Array,
  9: Float64Array,
  12: BigInt64Array,
  13: BigUint64Array,
};

const numbersOf = (type: number, bytes: Buffer): Numbers =>
  new types[type]!(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
