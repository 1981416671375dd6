/** The rows of a table that are examples: what is read of them beside their features. */
import { missingAt, type RawColumn, textOf } from "@gumbel/tables";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import type { Role, Survey } from "./survey.js";
import type { Table, TableChunk } from "./table.js";

/** Consecutive rows, without those that are dropped. */
export interface UsedChunk extends TableChunk {
  /** Position of each in the file, from 0. */
  index: Uint32Array;
  /** The class of each, null if unknown. */
  classes: (string | null)[];
  /** 0 for train, 1 for test. */
  split: Uint8Array;
}

/** The rows of a surveyed table that are examples. */
export async function* usedChunks(
  table: Table,
  { columns, label, split }: Survey,
  { missing }: FileOptions,
): AsyncGenerator<UsedChunk> {
  const roles = columns.map(({ role }) => role);
  for await (const chunk of table.chunks()) {
    const used = usedRows(chunk, roles, missing === "drop");
    const rows = [...used.keys()].filter((i) => used[i] === 1);
    if (rows.length === 0) continue;
    const kept = rows.length === chunk.count ? chunk : rowsOf(chunk, rows);
    const labels = kept.values[label];
    yield {
      ...kept,
      index: Uint32Array.from(rows, (i) => chunk.first + i),
      classes: rows.map((_, i) => (labels ? textOf(labels, i) : null)),
      split: splitsOf(kept, split),
    };
  }
}

function rowsOf(chunk: TableChunk, rows: number[]): TableChunk {
  const pick = (values: RawColumn): RawColumn =>
    Array.isArray(values) ? rows.map((i) => values[i]!) : Float64Array.from(rows, (i) => values[i]!);
  return {
    ...chunk,
    count: rows.length,
    values: chunk.values.map(pick),
    where: (row) => chunk.where(rows[row]!),
  };
}

/** Which rows of a chunk are used: 0 if a feature is missing and such rows are dropped. */
export function usedRows(chunk: TableChunk, roles: readonly Role[], drop: boolean): Uint8Array {
  const used = new Uint8Array(chunk.count).fill(1);
  if (!drop) return used;
  for (const [j, values] of chunk.values.entries()) {
    if (roles[j] !== "feature") continue;
    for (let i = 0; i < chunk.count; i++) if (missingAt(values, i)) used[i] = 0;
  }
  return used;
}

/** The split of each row of a chunk: 0 for train, 1 for test. @throws UserError naming the row of any other. */
export function splitsOf(chunk: TableChunk, column: number): Uint8Array {
  const split = new Uint8Array(chunk.count);
  if (column < 0) return split;
  for (let i = 0; i < chunk.count; i++) {
    const value = textOf(chunk.values[column]!, i);
    if (value !== "train" && value !== "test")
      throw unreadable(chunk.where(i), `"${value ?? ""}" is not a split`, "train or test");
    split[i] = value === "train" ? 0 : 1;
  }
  return split;
}
