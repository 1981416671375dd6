/** The user's own columns, which stand beside every answer so that its rows can be told apart. */
import { freeName, type RawColumn } from "@gumbel/tables";
import type { Table, TableChunk } from "./table.js";

/** The most columns that are kept, and those that are kept of a table of more than `mostValues` values, which take minutes to write. */
const [mostColumns, mostOfLargeTable, mostValues] = [1000, 100, 10e6];

export interface OwnColumns {
  names: string[];
  /**
   * Their values.
   *
   * @param rows positions in the file of the chunk's rows if some were dropped
   */
  of(chunk: TableChunk, rows?: Uint32Array): RawColumn[];
}

/**
 * The columns that are kept of a table: those that its user has named. If some are left out, the first one is `row`, the row's
 * position in the file, from 0, unless the table has names for its rows already.
 *
 * @param rows of the table; 0 if they are not known yet
 */
export function ownColumns(table: Table, isFeature: (name: string) => boolean, rows: number): OwnColumns {
  const { columns, unnamed, ids } = table;
  const named = columns.flatMap(({ name }, j) => (unnamed?.has(name) ? [] : [j]));
  const kept =
    named.length <= (named.length * rows <= mostValues ? mostColumns : mostOfLargeTable)
      ? named
      : named.filter((j) => !isFeature(columns[j]!.name) || ids?.includes(columns[j]!.name));
  const names = kept.map((j) => columns[j]!.name);
  const of = (chunk: TableChunk): RawColumn[] => kept.map((j) => chunk.values[j]!);
  if (kept.length === columns.length || ids) return { names, of };
  return {
    names: [freeName("row", new Set(names)), ...names],
    of: (chunk, rows) => [
      Float64Array.from({ length: chunk.count }, (_, i) => rows?.[i] ?? chunk.first + i),
      ...of(chunk),
    ],
  };
}
