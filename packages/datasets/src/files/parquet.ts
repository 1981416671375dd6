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
import { type FieldKind, fieldsOf, notesOf, placesIn, valuesOfField } from "./fields.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type SourceColumn, type Table, type TableChunk } from "./table.js";
import { strictText } from "./typed.js";

const compressors = { ...libraries, ZSTD: unpackZstd };

type SchemaTree = ReturnType<typeof parquetSchema>;

/** Opens a Parquet file. @throws UserError if it is damaged, or a column is neither numbers nor text nor lists of numbers. */
export async function openParquet(
  path: string,
  _options: FileOptions,
  asText: ReadonlySet<string>,
  isDispensable: (field: string) => boolean,
): Promise<Table> {
  const failed = (error: unknown): never => {
    throw unreadable(
      path,
      `not a readable Parquet file: ${(error as Error).message}`,
      "a complete Parquet file",
    );
  };
  const file = await openBytes(path);
  const metadata = await parquetMetadataAsync(file).catch(failed);
  const trees = parquetSchema(metadata).children;
  const scans = await scansOf(file, metadata, trees).catch(failed);
  const ranges = [...scans.values()][0]?.ranges ?? [];
  /** All values of one field in some rows. */
  const readField = async (name: string, rowStart: number, rowEnd: number): Promise<ArrayLike<unknown>> => {
    const values = await scans.get(name)!.readColumn({ column: name, rowStart, rowEnd });
    if (values.length !== rowEnd - rowStart)
      throw new Error(`the column "${name}" has ${values.length} of ${rowEnd - rowStart} values`);
    return values;
  };
  const { fields, leftOut } = await fieldsOf(
    path,
    trees.map((tree) => ({
      name: tree.element.name,
      kind: kindOf(tree),
      type: () => "of a list or a structure",
    })),
    asText,
    isDispensable,
    async (name) => {
      const { rowStart, rowEnd } = ranges[0] ?? { rowStart: 0, rowEnd: 0 };
      return rowEnd > rowStart ? Array.from(await readField(name, rowStart, rowEnd).catch(failed)) : [];
    },
  );
  const columns = fields.flatMap((field) => field.columns);
  const largest = metadata.row_groups.reduce((most, { num_rows }) => Math.max(most, Number(num_rows)), 0);
  const values = largest * columns.length;
  if (values > mostValues)
    throw unreadable(
      path,
      `a row group has ${values} values`,
      `at most ${mostValues}`,
      "write it with smaller row groups",
    );
  const rounded = new Set<string>();
  return {
    columns,
    rounded,
    unnamed: placesIn(columns),
    leftOut,
    notes: notesOf("Parquet", fields),
    async *chunks(): AsyncGenerator<TableChunk> {
      for (const { rowStart, rowEnd } of ranges) {
        const inRange = (row: number): string => `${path}, row ${rowStart + row + 1}`;
        const whole: RawColumn[] = [];
        for (const field of fields) {
          const values = await readField(field.name, rowStart, rowEnd).catch(failed);
          whole.push(...valuesOfField(field, values, inRange, (column) => rounded.add(column)));
        }
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

/** The scan that reads each column. */
async function scansOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  trees: SchemaTree[],
): Promise<Map<string, Scan>> {
  const scans = new Map<string, Scan>();
  for (let from = 0; from < trees.length; from += scanColumns) {
    const part = partOf(metadata, trees, from, from + scanColumns);
    const scan = await parquetScan({ file, compressors, metadata: part, parsers });
    for (const { element } of trees.slice(from, from + scanColumns)) scans.set(element.name, scan);
  }
  return scans;
}

/** Some columns of a file, as if it had no others. */
function partOf(metadata: FileMetaData, trees: SchemaTree[], from: number, to: number): FileMetaData {
  const some = trees.slice(from, to);
  const sum = (of: SchemaTree[], count: (tree: SchemaTree) => number): number =>
    of.reduce((total, tree) => total + count(tree), 0);
  // The elements of the schema follow the root, each before its children; a row group has the leaves alone.
  const elements = (tree: SchemaTree): number => tree.count;
  const [root, ...schema] = metadata.schema;
  const firstElement = sum(trees.slice(0, from), elements);
  const firstLeaf = sum(trees.slice(0, from), leavesOf);
  return {
    ...metadata,
    schema: [
      { ...root!, num_children: some.length },
      ...schema.slice(firstElement, firstElement + sum(some, elements)),
    ],
    row_groups: metadata.row_groups.map((group) => ({
      ...group,
      columns: group.columns.slice(firstLeaf, firstLeaf + sum(some, leavesOf)),
    })),
  };
}

const leavesOf = ({ children }: SchemaTree): number =>
  children.length === 0 ? 1 : children.reduce((total, child) => total + leavesOf(child), 0);

const parsers = { stringFromBytes: (bytes: Uint8Array) => bytes && strictText(bytes) };

/** What a column can be; undefined if nothing. */
function kindOf({ element, children }: SchemaTree): FieldKind {
  if (children.length === 0) return typeOf(element);
  // A list has one child, its repeated part, which has the element.
  const inner = children.length === 1 && element.converted_type === "LIST" ? children[0]!.children : [];
  const ofNumbers =
    inner.length === 1 && inner[0]!.children.length === 0 && typeOf(inner[0]!.element) === "number";
  return ofNumbers ? "list" : undefined;
}

/** Dates and times are text, as they would be in a text table. */
function typeOf({ type, converted_type, logical_type }: SchemaTree["element"]): SourceColumn["type"] {
  const kind = logical_type?.type ?? converted_type ?? "";
  if (/DECIMAL|FLOAT16/.test(kind)) return "number";
  if (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY" || type === "INT96") return "text";
  return /DATE|TIME|INTERVAL/.test(kind) ? "text" : "number";
}
