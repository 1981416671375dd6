/**
 * Arrow IPC files: the format of every table that stages exchange, readable by pyarrow, polars and DuckDB.
 * A matrix is a FixedSizeList column; record batches are written to disk one at a time.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { UserError } from "@gumbel/config";
import {
  AsyncByteQueue,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint8,
  Uint32,
  Utf8,
} from "apache-arrow";
import { openBatches, readBatches, readSchema } from "./arrowFile.js";

type Values = Uint8Array | Int32Array | Uint32Array | Float32Array;

/** One column: rows × width values, row by row. */
export interface Column<V extends Values = Values> {
  values: V;
  /** Values per row: 1 is a plain column, more a FixedSizeList. */
  width: number;
}

/** A column of text or of double-precision numbers, as in a user's own table: a value per row, null if it is missing. */
interface OwnColumn {
  values: Float64Array | (string | null)[];
  width: 1;
}

/** A table in memory, by column name. Every column has the same number of rows. */
export type Columns = { [name: string]: Column };

/** A table as `readTable` returns it: its columns and the schema's metadata. */
export interface ArrowTable {
  rows: number;
  columns: Columns;
  metadata: Map<string, string>;
}

function arrowType(values: Values | OwnColumn["values"]): DataType {
  if (Array.isArray(values)) return new Utf8();
  if (values instanceof Uint8Array) return new Uint8();
  if (values instanceof Int32Array) return new Int32();
  if (values instanceof Uint32Array) return new Uint32();
  return values instanceof Float64Array ? new Float64() : new Float32();
}

function fieldOf(name: string, { values, width }: Column | OwnColumn, isVector: boolean): Field {
  const type = arrowType(values);
  const nullable = Array.isArray(values);
  return new Field(
    name,
    isVector ? new FixedSizeList(width, new Field("item", type, false)) : type,
    nullable,
  );
}

/** Text as Arrow has it: all bytes, where each value ends, and a bit per value that is there. */
function textData(values: (string | null)[]): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  values.forEach((value, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + (value === null ? 0 : Buffer.byteLength(value));
    if (value === null) nullCount++;
    else nullBitmap[i >> 3]! |= 1 << (i & 7);
  });
  const data = Buffer.from(values.map((value) => value ?? "").join(""));
  return makeData({ type: new Utf8(), length: values.length, nullCount, nullBitmap, valueOffsets, data });
}

function dataOf(type: DataType, { values, width }: Column | OwnColumn): Data {
  if (Array.isArray(values)) return textData(values);
  if (type instanceof FixedSizeList) {
    const child = makeData({
      type: type.children[0]!.type,
      length: values.length,
      nullCount: 0,
      data: values,
    } as never);
    return makeData({ type, length: values.length / width, nullCount: 0, child } as never);
  }
  return makeData({ type, length: values.length, nullCount: 0, data: values } as never);
}

/** Writes Arrow's output straight to a file, so that memory holds one record batch at a time. */
class FileSink extends AsyncByteQueue {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    super();
    this.#descriptor = descriptor;
  }

  override write(chunk: Uint8Array): void {
    for (let offset = 0; offset < chunk.byteLength; ) {
      offset += writeSync(this.#descriptor, chunk, offset);
    }
  }
}

/**
 * Writes a table batch by batch, to a temporary file that `close` renames to the final name.
 *
 * The first batch determines the columns. A column of width 1 is plain; name it in `vectors` to force a list.
 */
export class TableWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #writer = new RecordBatchFileWriter();
  readonly #metadata: Map<string, string>;
  readonly #vectors: ReadonlySet<string>;
  #schema: Schema | undefined;

  constructor(path: string, options: { metadata?: Record<string, string>; vectors?: string[] } = {}) {
    this.#path = path;
    this.#temporary = `${path}.tmp`;
    this.#descriptor = openSync(this.#temporary, "w");
    this.#metadata = new Map(Object.entries(options.metadata ?? {}));
    this.#vectors = new Set(options.vectors ?? []);
  }

  /** Appends one record batch; the arrays may be reused after it returns. */
  write(columns: Columns | (readonly [string, Column | OwnColumn])[]): void {
    const entries = Array.isArray(columns) ? columns : Object.entries(columns);
    if (!this.#schema) {
      const fields = entries.map(([name, column]) =>
        fieldOf(name, column, column.width > 1 || this.#vectors.has(name)),
      );
      this.#schema = new Schema(fields, this.#metadata);
      this.#writer.reset(new FileSink(this.#descriptor) as never, this.#schema);
    }
    const schema = this.#schema;
    const children = schema.fields.map((field, i) => dataOf(field.type, entries[i]![1]));
    const rows = children[0]!.length;
    const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
    this.#writer.write(new RecordBatch(schema, data));
  }

  /** Completes the file and renames it to its final name. */
  close(): void {
    if (!this.#schema) throw new Error(`no record batch was written to ${this.#path}`);
    this.#writer.finish();
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    renameSync(this.#temporary, this.#path);
  }

  /** Closes and removes the unfinished file. */
  abort(): void {
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }
}

/** Writes a whole table at once. */
export function writeTable(
  path: string,
  columns: Columns,
  options: { metadata?: Record<string, string>; vectors?: string[] } = {},
): void {
  const writer = new TableWriter(path, options);
  try {
    writer.write(columns);
    writer.close();
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/**
 * Reads a whole Arrow IPC file, of which memory holds one record batch twice at a time.
 *
 * @throws UserError if it is not one.
 */
export async function readTable(path: string): Promise<ArrowTable> {
  try {
    const { schema, rows, batches } = await openBatches(path);
    const columns: Columns = Object.fromEntries(
      schema.fields.map(({ name, type }) => [name, { values: new Float32Array(), width: widthOf(type) }]),
    );
    let from = 0;
    for await (const batch of batches) {
      schema.fields.forEach(({ name, type }, i) => {
        const part = batch.data.children[i]!;
        const column = columns[name]!;
        const leaf = type instanceof FixedSizeList ? part.children[0]! : part;
        const values = (leaf.values as Values).subarray(0, part.length * column.width);
        // A single batch is the table itself.
        if (part.length === rows) column.values = values;
        else {
          if (from === 0)
            column.values = new (values.constructor as new (length: number) => Values)(rows * column.width);
          column.values.set(values as never, from * column.width);
        }
      });
      from += batch.numRows;
    }
    return { rows, columns, metadata: new Map(schema.metadata) };
  } catch (error) {
    throw notArrow(path, error);
  }
}

const widthOf = (type: DataType): number => (type instanceof FixedSizeList ? type.listSize : 1);

/** Schema and record batches of an Arrow IPC file. @throws UserError if it is not one. */
export async function wholeFile(path: string): Promise<{ schema: Schema; batches: RecordBatch[] }> {
  const batches: RecordBatch[] = [];
  try {
    for await (const batch of readBatches(path)) batches.push(batch);
    return { schema: batches[0]?.schema ?? (await readSchema(path)), batches };
  } catch (error) {
    throw notArrow(path, error);
  }
}

const notArrow = (path: string, error: unknown): UserError =>
  new UserError({
    what: `not a readable Arrow IPC file: ${(error as Error).message}`,
    where: path,
    expected: "the file as its stage wrote it",
  });

/**
 * Reads the schema's metadata of an Arrow IPC file, and none of its rows.
 *
 * @throws UserError if it is not one.
 */
export async function readMetadata(path: string): Promise<Map<string, string>> {
  try {
    return new Map((await readSchema(path)).metadata);
  } catch (error) {
    throw notArrow(path, error);
  }
}

/**
 * One column of a table, checked for its element type.
 *
 * @throws UserError if it is missing or of another type.
 */
export function column<V extends Values>(
  table: ArrowTable,
  name: string,
  type: { new (length: number): V; readonly name: string },
): Column<V> {
  const found = table.columns[name];
  if (!found || !(found.values instanceof type)) {
    throw new UserError({
      what: `an Arrow file lacks the column "${name}" of ${type.name}`,
      expected: `found ${Object.entries(table.columns)
        .map(([n, c]) => `${n}: ${c.values.constructor.name}`)
        .join(", ")}`,
      hint: "it was written by another version: run the stage that writes it again",
    });
  }
  return found as Column<V>;
}
