/** What the user says stands for a missing value. */
import { isMissing, parseDecimal, type RawColumn } from "@gumbel/tables";
import type { FileOptions } from "./options.js";
import type { Table } from "./table.js";

/** Whether a cell of a text table has no value. */
export function missingCells({ missingValues }: FileOptions): (cell: string) => boolean {
  if (missingValues.length === 0) return isMissing;
  const marks = new Set(missingValues);
  return (cell) => isMissing(cell) || marks.has(cell);
}

/** A table in which the values that stand for a missing one are missing, numbers however they are written. */
export function withMissing(table: Table, { missingValues }: FileOptions): Table {
  if (missingValues.length === 0) return table;
  const texts = new Set<string | null>(missingValues);
  const numbers = new Set(missingValues.map(parseDecimal));
  const without = (values: RawColumn): RawColumn =>
    Array.isArray(values)
      ? values.map((value) => (texts.has(value) ? null : value))
      : values.map((value) => (numbers.has(value) ? Number.NaN : value));
  return {
    ...table,
    async *chunks() {
      for await (const chunk of table.chunks()) yield { ...chunk, values: chunk.values.map(without) };
    },
  };
}
