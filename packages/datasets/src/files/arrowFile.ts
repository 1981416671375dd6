/** Arrow IPC files, which are also Feather version 2, one record batch in memory at a time. */
import { readBatches, readSchema } from "@gumbel/tables";
import {
  CompressionType,
  compressionRegistry,
  type Data,
  DataType,
  Precision,
  type RecordBatch,
  Vector,
} from "apache-arrow";
import { unpackLz4, unpackZstd } from "./compressed.js";
import { type FieldKind, fieldsOf, notesOf, placesIn, valuesOfField } from "./fields.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type Table, type TableChunk } from "./table.js";
import { strictText } from "./typed.js";

// pandas compresses Feather by LZ4 unless told otherwise.
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => aligned(unpackLz4(bytes)) });
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => aligned(unpackZstd(bytes)) });

/** Bytes that begin at a multiple of eight, so that numbers can be read in place. */
const aligned = (bytes: Uint8Array): Uint8Array => (bytes.byteOffset % 8 === 0 ? bytes : bytes.slice());

const mostColumns = 20_000;

/** Opens an Arrow IPC file. @throws UserError if it is damaged, or a column is neither numbers nor text nor lists of numbers. */
export async function openArrow(
  path: string,
  _options: FileOptions,
  asText: ReadonlySet<string>,
  isDispensable: (field: string) => boolean,
): Promise<Table> {
  const schema = await readSchema(path).catch((error: unknown) => {
    throw damagedFile(path, error);
  });
  if (schema.fields.length > mostColumns)
    throw unreadable(
      path,
      `the file has ${schema.fields.length} columns`,
      `at most ${mostColumns}, since each record batch costs its reader the square of them`,
      "save it as Parquet, or the values as one array by numpy.save",
    );
  const { fields, leftOut } = await fieldsOf(
    path,
    schema.fields.map(({ name, type }) => ({ name, kind: kindOf(type), type: () => String(type) })),
    asText,
    isDispensable,
    (_, index) => firstRows(path, index),
  ).catch((error: unknown) => {
    throw damagedFile(path, error);
  });
  const columns = fields.flatMap((field) => field.columns);
  const rounded = new Set<string>();
  return {
    columns,
    rounded,
    unnamed: placesIn(columns),
    leftOut,
    notes: notesOf("Arrow", fields),
    async *chunks(): AsyncGenerator<TableChunk> {
      let start = 0;
      try {
        for await (const batch of readBatches(path)) {
          const vectors = fields.map(({ index }) => columnAt(batch, index));
          const step = rowsPerChunk(columns.length);
          for (let from = 0; from < batch.numRows; from += step) {
            const first = start + from;
            const to = Math.min(from + step, batch.numRows);
            const where = (row: number): string => `${path}, row ${first + row + 1}`;
            yield {
              first,
              count: to - from,
              values: fields.flatMap((field, i) =>
                valuesOfField(field, valuesOf(vectors[i]!, from, to), where, (column) => rounded.add(column)),
              ),
              where,
            };
          }
          start += batch.numRows;
        }
      } catch (error) {
        throw damagedFile(path, error);
      }
    },
  };
}

/** A column of a record batch, whose header may have fewer than the file's. @throws Error if it is not there */
function columnAt(batch: RecordBatch, index: number): Vector {
  const column = batch.getChildAt(index);
  if (!column) throw new Error(`a record batch lacks the column ${index + 1}`);
  return column;
}

/** The values of a field in the first batch that has a row. */
async function firstRows(path: string, index: number): Promise<Iterable<unknown>> {
  try {
    for await (const batch of readBatches(path)) if (batch.numRows > 0) return columnAt(batch, index);
  } catch (error) {
    throw damagedFile(path, error);
  }
  return [];
}

const damagedFile = (path: string, error: unknown): Error =>
  (error as Error).name === "UserError"
    ? (error as Error)
    : unreadable(
        path,
        `not a readable Arrow file: ${(error as Error).message}`,
        "a complete Arrow IPC file (Feather version 2)",
      );

/** What a type can be; undefined if nothing. */
function kindOf(type: DataType): FieldKind {
  const isList = DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);
  if (isList) {
    // A damaged file may lack it.
    const [element] = type.children ?? [];
    return element && kindOf(element.type) === "number" ? "list" : undefined;
  }
  // Of type Null is what pandas writes if every value is missing.
  const isNumber = DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
  if (isNumber || DataType.isNull(type)) return "number";
  const isText =
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isDictionary(type) ||
    DataType.isDate(type) ||
    DataType.isTimestamp(type);
  return isText ? "text" : undefined;
}

/**
 * Values of a column. Dates and times, which Arrow gives as milliseconds, are text as they would be in a text table.
 */
function valuesOf(vector: Vector, from: number, to: number): ArrayLike<unknown> {
  // Half precision would be its bits, and Booleans are bits.
  const areStored = DataType.isInt(vector.type) || isFullFloat(vector.type);
  if (areStored && vector.nullCount === 0) return vector.slice(from, to).toArray() as ArrayLike<unknown>;
  const isTime = DataType.isDate(vector.type) || DataType.isTimestamp(vector.type);
  return Array.from({ length: to - from }, (_, i) => {
    const value: unknown = vector.get(from + i);
    // The library puts this character for bytes that are not UTF-8.
    if (typeof value === "string" && value.includes("\uFFFD"))
      for (const part of vector.data) checkText(part);
    // A list.
    if (value instanceof Vector) return Array.from(value);
    return isTime && value !== null ? new Date(Number(value)) : value;
  });
}

const isFullFloat = (type: DataType): boolean => DataType.isFloat(type) && type.precision !== Precision.HALF;

/** @throws Error if a text is not UTF-8. */
function checkText(data: Data): void {
  if (data.dictionary) {
    for (const part of data.dictionary.data) checkText(part);
    return;
  }
  const { values, valueOffsets } = data;
  for (let i = 0; i < data.length; i++)
    strictText(values.subarray(Number(valueOffsets[i]), Number(valueOffsets[i + 1])));
}
