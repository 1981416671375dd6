/** NumPy's arrays: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, alone or in a zip file (npz). */
import { open as openFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parseDecimal } from "@gumbel/tables";
import { type Entry, open, type ZipFile } from "yauzl";
import { mostInMemory, readBytes } from "../formats/gzip.js";
import type { NamedArray, Numbers } from "./arrays.js";
import { unreadable } from "./problem.js";

/** The array of an npy file. @throws UserError if it is damaged or of objects. */
export async function npyArrays(path: string): Promise<NamedArray[]> {
  const bytes = await readBytes(path);
  return [decoded("array", bytes, path)];
}

/** The arrays of an npz file. @throws UserError if it is damaged or has arrays of objects. */
export async function npzArrays(path: string): Promise<NamedArray[]> {
  const entries = await zipEntries(path);
  const names = new Set(entries.map(({ name }) => name));
  if (names.has("format.npy") && names.has("shape.npy"))
    throw unreadable(
      path,
      "the file has a sparse matrix of SciPy",
      "an array with every value",
      'save it so: numpy.save("data.npy", matrix.toarray())',
    );
  return entries.map(({ name, bytes }) => decoded(name.replace(/\.npy$/, ""), bytes, `${path}, ${name}`));
}

/** The files in a zip file. */
async function zipEntries(path: string): Promise<{ name: string; bytes: Buffer }[]> {
  const failed = (error: unknown): never => {
    throw unreadable(
      path,
      `not a readable npz file: ${(error as Error).message}`,
      "a file written by numpy.savez",
    );
  };
  const zip = await promisify<string, { lazyEntries: boolean; autoClose: boolean }, ZipFile>(open)(path, {
    lazyEntries: true,
    autoClose: false,
  }).catch(failed);
  try {
    const entries = await new Promise<Entry[]>((resolve, reject) => {
      const found: Entry[] = [];
      zip.on("entry", (entry) => {
        found.push(entry);
        zip.readEntry();
      });
      zip.on("end", () => resolve(found));
      zip.on("error", reject);
      zip.readEntry();
    });
    await checkCount(path, zip);
    for (const entry of entries) await checkName(zip, entry);
    const arrays = entries.filter(({ fileName }) => fileName.endsWith(".npy"));
    const claimed = arrays.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    if (claimed > mostInMemory)
      throw new Error(`its arrays have ${claimed} bytes, more than ${mostInMemory}`);
    const contents = [];
    for (const entry of arrays) {
      const stream = await promisify(
        zip.openReadStream.bind(zip) as (
          entry: Entry,
          done: (error: Error | null, stream: NodeJS.ReadableStream) => void,
        ) => void,
      )(entry);
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      const bytes = Buffer.concat(parts);
      if (crc32(bytes) !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} is another`);
      contents.push({ name: entry.fileName, bytes });
    }
    return contents;
  } catch (error) {
    return failed(error);
  } finally {
    zip.close();
  }
}

/** No checksum covers the number of entries, which is written twice in the 22 bytes in front of the comment. @throws Error if it differs. */
async function checkCount(path: string, { fileSize, comment }: ZipFile): Promise<void> {
  const file = await openFile(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(22), 0, 22, fileSize - comment.length - 22);
    const [here, inAll] = [buffer.readUInt16LE(8), buffer.readUInt16LE(10)];
    if (here !== inAll) throw new Error(`it has ${here} or ${inAll} arrays`);
  } finally {
    await file.close();
  }
}

/** A name, which decides what an array is used for, is written twice as well. @throws Error if it differs. */
async function checkName(zip: ZipFile, entry: Entry): Promise<void> {
  const { fileName } = await zip.readLocalFileHeaderPromise(entry);
  if (!fileName.equals(entry.fileNameRaw))
    throw new Error(`${entry.fileName} has another name in front of its data`);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** The checksum of zip files, which their reader leaves to us, and Node has from version 22 on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const expected = "an array of numbers or of text, as numpy.save writes it";

/** The header of an array, whose values are decoded when they are read. */
function decoded(name: string, bytes: Buffer, where: string): NamedArray {
  if (bytes.length < 10 || bytes.toString("latin1", 1, 6) !== "NUMPY")
    throw unreadable(where, "not an array of NumPy", expected);
  const wide = bytes[6]! > 1;
  const start = wide ? 12 : 10;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const header = bytes.toString("utf8", start, start + length);
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*True/.test(header);
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (!type || sizes === undefined)
    throw unreadable(
      where,
      "an array of records, which have several types",
      expected,
      "save each field as an array",
    );
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [parseDecimal(size.trim())]));
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw unreadable(where, `the array has the shape (${sizes})`, "whole numbers");
  const count = shape.reduce((product, size) => product * size, 1);
  const data = bytes.subarray(start + length);
  const width = widthOf(type, where);
  if (data.length < count * width) {
    throw unreadable(
      where,
      "the array is cut short",
      `${count * width} bytes of values, found ${data.length}`,
    );
  }
  if (data.length > count * width)
    throw unreadable(
      where,
      `${data.length - count * width} bytes follow the array`,
      "one array per file",
      "save several arrays by numpy.savez",
    );
  return {
    name,
    shape,
    async read() {
      const values = decode(type, data, count, where);
      return fortran && shape.length > 1 ? rowMajor(values, shape) : values;
    },
  };
}

const kinds = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

function widthOf(type: string, where: string): number {
  const [kind, size] = [type[1]!, Number(type.slice(2))];
  if (kind === "U") return 4 * size;
  if (kind === "S") return size;
  if (`${kind}${size}` in kinds || type.slice(1) === "f2") return size;
  throw unreadable(
    where,
    type.includes("O") ? "the array has Python objects" : `the array has the type ${type}`,
    expected,
    "save it as numbers: array.astype(float)",
  );
}

function decode(type: string, bytes: Buffer, count: number, where: string): Numbers | string[] {
  const [kind, size] = [type[1]!, Number(type.slice(2))];
  // A copy, since its values must begin at a multiple of their size.
  const own = Buffer.from(bytes);
  const isBig = type.startsWith(">");
  if (kind === "S")
    return Array.from({ length: count }, (_, i) =>
      untilZero(own.toString("latin1", i * size, (i + 1) * size)),
    );
  if (isBig) swap(own, kind === "U" ? 4 : size);
  const buffer = own.buffer.slice(own.byteOffset, own.byteOffset + own.length) as ArrayBuffer;
  if (kind === "U") {
    const points = new Uint32Array(buffer);
    const wrong = points.find((point) => point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff));
    if (wrong !== undefined)
      throw unreadable(where, `the text has the character number ${wrong}`, "characters of Unicode");
    return Array.from({ length: count }, (_, i) =>
      untilZero(String.fromCodePoint(...points.subarray(i * size, (i + 1) * size))),
    );
  }
  if (type.slice(1) === "f2") return Float32Array.from(new Uint16Array(buffer), half);
  return new kinds[`${kind}${size}` as keyof typeof kinds](buffer);
}

const untilZero = (text: string): string => text.replace(/\0+$/, "");

function swap(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
  if (size === 8) bytes.swap64();
}

/** IEEE 754 half precision as a number. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** Values stored with the first index running fastest, as NumPy's Fortran order and MATLAB do, in row-major order. */
export function rowMajor<Values extends Numbers | string[]>(values: Values, shape: number[]): Values {
  const from = values as unknown as number[];
  const to = (values as unknown as number[]).slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, at = 0; i < to.length; i++) {
    to[i] = from[at]!;
    // The next index in row-major order: the last axis runs fastest.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return to as unknown as Values;
}
