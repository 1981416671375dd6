/**
 * Arrow IPC files, one record batch in memory at a time, checked first. The library believes what is written: a footer that claims
 * two thousand million record batches is counted to the end, and a column of a million million rows in eight bytes is walked
 * through.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import {
  Bool,
  type Data,
  Dictionary,
  FixedSizeList,
  Message,
  Null,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
  Table,
  tableToIPC,
} from "apache-arrow";
import { ByteBuffer } from "flatbuffers";

// Every list in the headers of the format is read by its length, which is checked here once for all of them.
const lengthOf = ByteBuffer.prototype.__vector_len;
ByteBuffer.prototype.__vector_len = function (offset) {
  const length = lengthOf.call(this, offset);
  if (!(length >= 0 && length <= this.capacity()))
    throw new Error(`a list of ${length} entries in a header of ${this.capacity()} bytes`);
  return length;
};

const mark = "ARROW1";
/** Bytes in front of the first message: the mark, padded. */
const firstMessage = 8;
/** Rows that a byte can hold: eight bits, and 255 times as many if LZ4 has compressed them. */
const [rowsPerByte, rowsPerCompressedByte] = [8, 8 * 255];

/** Reads the schema of a file and none of its rows. @throws Error in words that a sentence can end with, if it is not complete. */
export async function readSchema(path: string): Promise<Schema> {
  await checkFile(path);
  return schemaInFooter(path);
}

/** A file that is complete: its schema, its number of rows by the headers alone, and its record batches, which are read in turn. */
interface OpenFile {
  schema: Schema;
  rows: number;
  batches: AsyncGenerator<RecordBatch>;
}

/** Opens a file. @throws Error in words that a sentence can end with, if it is not complete. */
export async function openBatches(path: string): Promise<OpenFile> {
  const { hasSchema, rows } = await checkFile(path);
  const schema = await schemaInFooter(path);
  return { schema, rows, batches: checkedBatches(path, hasSchema ? null : schema) };
}

/** Reads a file's record batches. @throws Error in words that a sentence can end with, if it is not complete. */
export async function* readBatches(path: string): AsyncGenerator<RecordBatch> {
  yield* (await openBatches(path)).batches;
}

async function* checkedBatches(path: string, schema: Schema | null): AsyncGenerator<RecordBatch> {
  for await (const batch of await RecordBatchReader.from(messages(path, schema))) {
    checkBatch(batch);
    yield batch;
  }
}

async function schemaInFooter(path: string): Promise<Schema> {
  const file = await open(path);
  try {
    return (await (await RecordBatchReader.from(file)).open()).schema;
  } finally {
    await file.close();
  }
}

/** The messages of a file as a stream, in which a schema comes first: apache-arrow itself writes it into the footer alone. */
async function* messages(path: string, schema: Schema | null): AsyncGenerator<Uint8Array> {
  // A table without rows ends with the mark of the end, of eight bytes.
  if (schema) yield tableToIPC(new Table(schema), "stream").subarray(0, -8);
  yield* createReadStream(path, { start: firstMessage });
}

/**
 * Checks that a file is complete: the marks at both ends, and between them messages that lie inside of the file and claim no
 * more than it can hold. Only the headers are read. Batches are found by going from message to message, so that no place in the
 * footer is believed.
 */
async function checkFile(path: string): Promise<{ hasSchema: boolean; rows: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = await bytesAt(file, 0, mark.length, size);
    const end = await bytesAt(file, size - 10, 10, size);
    if (start.toString("latin1") !== mark || end.toString("latin1", 4) !== mark)
      throw new Error("it does not begin and end with the mark of the format");
    const footer = size - 10 - end.readInt32LE(0);
    let at = firstMessage;
    let hasSchema = false;
    let rows = 0;
    while (at < footer) {
      let length = (await bytesAt(file, at, 4, footer)).readInt32LE(0);
      at += 4;
      if (length === -1) {
        length = (await bytesAt(file, at, 4, footer)).readInt32LE(0);
        at += 4;
      }
      if (length === 0) return { hasSchema, rows };
      const message = Message.decode(await bytesAt(file, at, length, footer));
      hasSchema ||= message.isSchema();
      if (message.isRecordBatch()) rows += Number(message.header().length);
      at += length + bodyOf(message);
      if (at > footer) throw new Error("a record batch is cut short");
    }
    throw new Error("its record batches do not end before its footer");
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, at: number, length: number, size: number): Promise<Buffer> {
  if (!(at >= 0 && length >= 0 && at + length <= size)) throw new Error("it is cut short");
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new Error("it is cut short");
  return buffer;
}

/** Bytes of a message's body. @throws Error if it claims more than they hold. */
function bodyOf(message: Message): number {
  const { bodyLength } = message;
  if (!(bodyLength >= 0)) throw new Error(`a body of ${bodyLength} bytes`);
  if (message.isSchema()) return bodyLength;
  const { length, nodes, buffers, compression } = message.header() as {
    compression?: unknown;
    length: number;
    nodes: { length: number; nullCount: number }[];
    buffers: { offset: number; length: number }[];
  };
  for (const rows of [length, ...nodes.map((node) => node.length)]) {
    if (!(rows >= 0 && rows <= bodyLength * (compression ? rowsPerCompressedByte : rowsPerByte)))
      throw new Error(`${rows} rows in a record batch of ${bodyLength} bytes`);
  }
  for (const buffer of buffers) {
    if (!(buffer.offset >= 0 && buffer.length >= 0 && buffer.offset + buffer.length <= bodyLength))
      throw new Error("a column lies outside of its record batch");
  }
  return bodyLength;
}

/** Checks that the columns of a record batch hold as many values as they say. */
function checkBatch({ data, schema }: RecordBatch): void {
  data.children.forEach((child, i) => {
    if (child.length !== data.length || !holds(child))
      throw new Error(`the column "${schema.fields[i]?.name}" has fewer than ${data.length} values`);
  });
}

function holds(data: Data): boolean {
  const { type, length, values, valueOffsets, nullBitmap, nullCount } = data;
  if (nullCount > 0 && nullBitmap && nullBitmap.length * 8 < length) return false;
  if (type instanceof FixedSizeList) {
    const [child] = data.children;
    return child !== undefined && type.listSize > 0 && child.length >= length * type.listSize && holds(child);
  }
  if (type instanceof Dictionary) {
    const size = data.dictionary?.length ?? 0;
    return values.length >= length && inside(data, size) && (data.dictionary?.data.every(holds) ?? false);
  }
  if (type instanceof Null) return true;
  if (data.children.length > 0) {
    const ends = valueOffsets ?? [];
    const fit = ends.length === 0 || data.children.every((child) => ascending(ends, length, child.length));
    return fit && data.children.every(holds);
  }
  if (type instanceof Bool) return values.length * 8 >= length;
  if (valueOffsets && valueOffsets.length > 0) return ascending(valueOffsets, length, values.length);
  return values ? values.length >= length * data.stride : length === 0;
}

/** Whether each value that is there names an entry of a dictionary of that size. */
function inside(data: Data, size: number): boolean {
  for (let i = 0; i < data.length; i++) {
    if (data.getValid(i) && !(data.values[i] >= 0 && data.values[i] < size)) return false;
  }
  return true;
}

function ascending(offsets: ArrayLike<number | bigint>, length: number, bytes: number): boolean {
  if (offsets.length < length + 1 || Number(offsets[0]) < 0) return false;
  for (let i = 0; i < length; i++) if (offsets[i]! > offsets[i + 1]!) return false;
  return Number(offsets[length]) <= bytes;
}
