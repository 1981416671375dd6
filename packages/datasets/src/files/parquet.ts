/** Parquet: https://parquet.apache.org, one row group in memory at a time. */

import { readFile, stat } from "node:fs/promises";
import type { RawColumn } from "@gumbel/tables";
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from "hyparquet";
import { compressors as libraries } from "hyparquet-compressors";
import { unpackZstd } from "./compressed.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type SourceColumn, type Table, type TableChunk } from "./table.js";
import { rawColumn, strictText } from "./typed.js";

const compressors = { ...libraries, ZSTD: unpackZstd };

type Element = ReturnType<typeof parquetSchema>["element"];

/** Opens a Parquet file. @throws UserError if it is damaged, or a column is neither numbers nor text. */
export async function openParquet(path: string, asText: ReadonlySet<string>): Promise<Table> {
  const failed = (error: unknown): never => {
    throw unreadable(
      path,
      `not a readable Parquet file: ${(error as Error).message}`,
      "a complete Parquet file",
    );
  };
  const file = await openBytes(path);
  const metadata = await parquetMetadataAsync(file).catch(failed);
  const rounded = new Set<string>();
  const largest = metadata.row_groups.reduce((most, { num_rows }) => Math.max(most, Number(num_rows)), 0);
  const values = largest * parquetSchema(metadata).children.length;
  if (values > mostValues)
    throw unreadable(
      path,
      `a row group has ${values} values`,
      `at most ${mostValues}`,
      "write it with smaller row groups",
    );
  const columns = parquetSchema(metadata).children.map(({ element, children }): SourceColumn => {
    if (children.length > 0) {
      throw unreadable(
        path,
        `the column "${element.name}" is a list or a structure`,
        "columns of numbers and text",
        "write it as a column per value",
      );
    }
    return {
      name: element.name,
      type: asText.has(element.name) ? "text" : typeOf(element),
      ...(element.name === "" && { unnamed: true }),
    };
  });
  const scans: Scan[] = [];
  for (let from = 0; from < columns.length; from += scanColumns) {
    const part = columnsOf(metadata, from, from + scanColumns);
    scans.push(await parquetScan({ file, compressors, metadata: part, parsers }).catch(failed));
  }
  const ranges = scans[0]?.ranges ?? [];
  /** All values of one column in some rows. */
  const valuesOf = async (j: number, rowStart: number, rowEnd: number): Promise<RawColumn> => {
    const { name, type } = columns[j]!;
    const scan = scans[Math.floor(j / scanColumns)]!;
    const values = await scan.readColumn({ column: name, rowStart, rowEnd });
    if (values.length !== rowEnd - rowStart)
      throw new Error(`the column "${name}" has ${values.length} of ${rowEnd - rowStart} values`);
    return rawColumn(values, type, () => rounded.add(name));
  };
  return {
    columns,
    rounded,
    notes: [`Parquet, ${columns.length} columns`],
    async *chunks(): AsyncGenerator<TableChunk> {
      for (const { rowStart, rowEnd } of ranges) {
        const whole: RawColumn[] = [];
        for (const j of columns.keys()) whole.push(await valuesOf(j, rowStart, rowEnd).catch(failed));
        const step = rowsPerChunk(columns.length);
        for (let first = rowStart; first < rowEnd; first += step) {
          const [from, to] = [first - rowStart, Math.min(first + step, rowEnd) - rowStart];
          yield {
            first,
            count: to - from,
            values: whole.map((values) =>
              Array.isArray(values) ? values.slice(from, to) : values.subarray(from, to),
            ),
            where: (row) => `${path}, row ${first + row + 1}`,
          };
        }
      }
    },
  };
}

/** Values of a row group, which is in memory as doubles. */
const mostValues = 2 ** 28;

/** The largest file that is read at once; of a larger one each column is a read of its own. */
const mostInMemory = 128e6;

async function openBytes(path: string): Promise<AsyncBuffer> {
  if ((await stat(path)).size > mostInMemory) return asyncBufferFromFile(path);
  const { buffer, byteOffset, length } = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
}

type Scan = Awaited<ReturnType<typeof parquetScan>>;

/** Columns that are read together: a column costs the reader time in proportion to how many there are. */
const scanColumns = 64;

/** Some columns of a file, as if it had no others. */
function columnsOf(metadata: FileMetaData, from: number, to: number): FileMetaData {
  const [root, ...columns] = metadata.schema;
  const some = columns.slice(from, to);
  return {
    ...metadata,
    schema: [{ ...root!, num_children: some.length }, ...some],
    row_groups: metadata.row_groups.map((group) => ({ ...group, columns: group.columns.slice(from, to) })),
  };
}

const parsers = { stringFromBytes: (bytes: Uint8Array) => bytes && strictText(bytes) };

/** Dates and times are text, as they would be in a text table. */
function typeOf({ type, converted_type, logical_type }: Element): SourceColumn["type"] {
  const kind = logical_type?.type ?? converted_type ?? "";
  if (/DECIMAL|FLOAT16/.test(kind)) return "number";
  if (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY" || type === "INT96") return "text";
  return /DATE|TIME|INTERVAL/.test(kind) ? "text" : "number";
}
