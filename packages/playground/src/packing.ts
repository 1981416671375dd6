/**
 * Packs arrays into few bytes. A matrix or filter is stored as 16-bit multiples of its own step, with half the bytes of float32
 * and a third of float16's error (whose steps are fine only near zero). Other arrays are small and stay float32.
 */
import type { NamedArray } from "@gumbel/engine";

/** Description of one packed array; the headers are in the order of the bytes. */
export interface ArrayHeader {
  name: string;
  shape: number[];
  /** The value of 1 in an int16; null if the values are float32. */
  step: number | null;
}

const isMatrix = ({ shape }: { shape: number[] }): boolean => shape.length === 2 || shape.length === 4;

/** Packs arrays. The error of a value is at most half a step: 1/65,534 of the array's largest value. */
export function pack(arrays: ReadonlyMap<string, NamedArray>): { headers: ArrayHeader[]; bytes: Uint8Array } {
  const headers: ArrayHeader[] = [];
  const parts: Uint8Array[] = [];
  for (const [name, { shape, values }] of arrays) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // An array with a value that is not finite stays float32.
    const step = isMatrix({ shape }) && largest > 0 && Number.isFinite(largest) ? largest / 32767 : null;
    headers.push({ name, shape, step });
    const packed = step === null ? values : Int16Array.from(values, (value) => Math.round(value / step));
    parts.push(new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength));
  }
  return { headers, bytes: Buffer.concat(parts) };
}

/**
 * Unpacks the arrays that `pack` packed.
 *
 * @throws Error if there are fewer or more bytes than the arrays need.
 */
export function unpack(headers: ArrayHeader[], bytes: Uint8Array): Map<string, NamedArray> {
  const arrays = new Map<string, NamedArray>();
  let offset = 0;
  for (const { name, shape, step } of headers) {
    const count = shape.reduce((product, n) => product * n, 1);
    // Copied (a Buffer's own `slice` does not copy), since a typed array must start at a multiple of its element size.
    const part = Uint8Array.prototype.slice.call(bytes, offset, offset + count * (step === null ? 4 : 2));
    offset += part.byteLength;
    const values =
      step === null ? new Float32Array(part.buffer) : multiples(new Int16Array(part.buffer), step);
    if (values.length !== count) throw new Error(`truncated: ${name}`);
    arrays.set(name, { shape, values });
  }
  if (offset !== bytes.byteLength) throw new Error("more bytes than its arrays need");
  return arrays;
}

// A loop, since `Float32Array.from` takes half a second for the weights of MNIST.
function multiples(counts: Int16Array, step: number): Float32Array {
  const values = new Float32Array(counts.length);
  for (let i = 0; i < counts.length; i++) values[i] = counts[i]! * step;
  return values;
}
