/** Parquet: https://parquet.apache.org, one row group in memory at a time. */
import { asyncBufferFromFile, parquetScan, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type SourceColumn, type Table, type TableChunk } from "./table.js";
import { rawColumn } from "./typed.js";

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
  const file = await asyncBufferFromFile(path);
  const scan = await parquetScan({ file, compressors }).catch(failed);
  const columns = parquetSchema(scan.metadata).children.map(({ element, children }): SourceColumn => {
    if (children.length > 0) {
      throw unreadable(
        path,
        `the column "${element.name}" is a list or a structure`,
        "columns of numbers and text",
        "write it as a column per value",
      );
    }
    return { name: element.name, type: asText.has(element.name) ? "text" : typeOf(element) };
  });
  return {
    columns,
    notes: [`Parquet, ${columns.length} columns`],
    async *chunks(): AsyncGenerator<TableChunk> {
      for (const { rowStart, rowEnd } of scan.ranges) {
        const whole = [];
        for (const { name, type } of columns) {
          const values = await scan.readColumn({ column: name, rowStart, rowEnd }).catch(failed);
          whole.push(rawColumn(values, type));
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

/** Dates and times are text, as they would be in a text table. */
function typeOf({ type, converted_type, logical_type }: Element): SourceColumn["type"] {
  const kind = logical_type?.type ?? converted_type ?? "";
  if (/DECIMAL|FLOAT16/.test(kind)) return "number";
  if (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY" || type === "INT96") return "text";
  return /DATE|TIME|INTERVAL/.test(kind) ? "text" : "number";
}
