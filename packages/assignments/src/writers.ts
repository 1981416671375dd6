/** Tables in the formats that answers are written in: some rows at a time, under a temporary name until the last. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { extname } from "node:path";
import { UserError } from "@gumbel/config";
import { TableWriter } from "@gumbel/tables";
import { csvFormatRows } from "d3-dsv";
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { NamedColumn } from "./assign.js";

/** Writes a table with the same columns in every call. */
export interface AnswerWriter {
  write(columns: NamedColumn[]): void;
  /** The file appears. */
  close(): void;
  /** Nothing is left. */
  abort(): void;
}

const writers: Record<string, (path: string) => AnswerWriter> = {
  ".csv": csvWriter,
  ".parquet": parquetWriter,
  ".arrow": arrowWriter,
};

/** @throws UserError if the name ends with no format that is written. */
export function answerWriter(path: string): AnswerWriter {
  const format = extname(path);
  const writer = Object.hasOwn(writers, format) ? writers[format] : undefined;
  if (writer) return writer(path);
  throw new UserError({
    what: `answers cannot be written as "${format}"`,
    where: path,
    expected: `a name that ends with ${Object.keys(writers).join(", ")}`,
  });
}

/** Values that are text at the same time. */
const textValues = 250_000;

function csvWriter(path: string): AnswerWriter {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, "w");
  let header = true;
  return {
    write(columns) {
      const append = (lines: string[][]) => writeSync(file, `${csvFormatRows(lines)}\n`);
      if (header) append([columns.map(({ name }) => name)]);
      header = false;
      const rows = columns[0]?.values.length ?? 0;
      const atOnce = Math.ceil(textValues / columns.length);
      for (let from = 0; from < rows; from += atOnce) {
        append(
          Array.from({ length: Math.min(atOnce, rows - from) }, (_, i) =>
            columns.map(({ values }) => textOf(values[from + i])),
          ),
        );
      }
    },
    close() {
      closeSync(file);
      renameSync(temporary, path);
    },
    abort() {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

/** A missing value is blank. */
const textOf = (value: number | string | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? "" : String(value);

function arrowWriter(path: string): AnswerWriter {
  const table = new TableWriter(path);
  return {
    write: (columns) => table.write(columns.map(({ name, values }) => [name, { values, width: 1 }] as const)),
    close: () => table.close(),
    abort: () => table.abort(),
  };
}

function parquetWriter(path: string): AnswerWriter {
  const temporary = `${path}.tmp`;
  const file = fileWriter(temporary);
  let table: ParquetWriter | undefined;
  return {
    write(columns) {
      const columnData = columns.map(({ name, values }): ColumnSource => {
        const isText = Array.isArray(values);
        // A number is null if it is missing, as in pandas.
        const data = isText ? values : Array.from(values, (value) => (Number.isNaN(value) ? null : value));
        return { name, data, type: isText ? "STRING" : "DOUBLE" };
      });
      table ??= new ParquetWriter({ writer: file, schema: schemaFromColumnData({ columnData }) });
      table.write({ columnData });
    },
    close() {
      table?.finish();
      renameSync(temporary, path);
    },
    abort: () => rmSync(temporary, { force: true }),
  };
}
