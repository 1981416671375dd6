/** Arrow IPC files, which are also Feather version 2, one record batch in memory at a time. */
import { readBatches, readSchema } from "@gumbel/tables";
import {
  CompressionType,
  compressionRegistry,
  type Data,
  DataType,
  Precision,
  type Schema,
  type Vector,
} from "apache-arrow";
import { unpackLz4, unpackZstd } from "./compressed.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type SourceColumn, type Table, type TableChunk } from "./table.js";
import { rawColumn, strictText } from "./typed.js";

// pandas compresses Feather by LZ4 unless told otherwise.
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => aligned(unpackLz4(bytes)) });
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => aligned(unpackZstd(bytes)) });

/** Bytes that begin at a multiple of eight, so that numbers can be read in place. */
const aligned = (bytes: Uint8Array): Uint8Array => (bytes.byteOffset % 8 === 0 ? bytes : bytes.slice());

const mostColumns = 20_000;

/** Opens an Arrow IPC file. @throws UserError if it is damaged, or a column is neither numbers nor text. */
export async function openArrow(path: string, asText: ReadonlySet<string>): Promise<Table> {
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
  const columns = columnsOf(schema, path, asText);
  const rounded = new Set<string>();
  return {
    columns,
    rounded,
    notes: [`Arrow, ${columns.length} columns`],
    async *chunks(): AsyncGenerator<TableChunk> {
      let start = 0;
      try {
        for await (const batch of readBatches(path)) {
          const vectors = columns.map((_, i) => batch.getChildAt(i)!);
          const step = rowsPerChunk(columns.length);
          for (let from = 0; from < batch.numRows; from += step) {
            const first = start + from;
            const to = Math.min(from + step, batch.numRows);
            yield {
              first,
              count: to - from,
              values: vectors.map((vector, i) =>
                rawColumn(valuesOf(vector, from, to), columns[i]!.type, () => rounded.add(columns[i]!.name)),
              ),
              where: (row) => `${path}, row ${first + row + 1}`,
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

const damagedFile = (path: string, error: unknown): Error =>
  (error as Error).name === "UserError"
    ? (error as Error)
    : unreadable(
        path,
        `not a readable Arrow file: ${(error as Error).message}`,
        "a complete Arrow IPC file (Feather version 2)",
      );

function columnsOf(schema: Schema, path: string, asText: ReadonlySet<string>): SourceColumn[] {
  return schema.fields.map(({ name, type }): SourceColumn => {
    const number = DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
    const text =
      DataType.isUtf8(type) ||
      DataType.isLargeUtf8(type) ||
      DataType.isDictionary(type) ||
      DataType.isDate(type) ||
      DataType.isTimestamp(type);
    if (!number && !text) {
      throw unreadable(
        path,
        `the column "${name}" has the type ${type}`,
        "columns of numbers and text",
        "write it as a column per value",
      );
    }
    return {
      name,
      type: number && !asText.has(name) ? "number" : "text",
      ...(name === "" && { unnamed: true }),
    };
  });
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
