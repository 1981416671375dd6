/** The interface of a reader of the user's own files: whatever the format, a table with named columns, read in chunks of rows. */
import type { RawColumn } from "@gumbel/tables";

export interface SourceColumn {
  name: string;
  type: "number" | "text";
  /** A text file's column of numbers and text, or of numbers in another notation: the first that is none, and where. */
  mixed?: { text: string; where: string };
  /** The file gives it no name. */
  unnamed?: true;
  /** The field of lists that it is a place of. */
  list?: string;
}

/** Consecutive rows. */
export interface TableChunk {
  /** Position of the first row in the file, from 0. */
  first: number;
  count: number;
  /** The values of each column: Float64Array for numbers, NaN if missing; text otherwise, null if missing. */
  values: RawColumn[];
  /** Place of a row of the chunk, for errors: file and line. */
  where(row: number): string;
}

/** A table whose columns are known and whose rows can be read, several times. */
export interface Table {
  columns: SourceColumn[];
  /** Where the file has the names of its columns; absent if that is no line. */
  namesAt?: string;
  /** What was detected and should be said, a line each. */
  notes: string[];
  /** [height, width, channels] if the rows are images by their format; the columns of pixels are `pixels`. */
  shape?: [number, number, number];
  /** Names of the columns with the class and the split, if the format itself says so: folders, x_train and x_test. */
  label?: string;
  split?: string;
  /** Names of columns that could be the class: proposed, never taken by themselves. */
  proposedLabel?: string;
  /** Columns that are no features: of an image its file. */
  ids?: string[];
  /** Columns that the user has not named: of an image its pixels, of a list its places. They are not in original.arrow. */
  unnamed?: ReadonlySet<string>;
  /** Fields of the file that are ignored and could be no column. */
  leftOut?: string[];
  /** Columns with a whole number that no double has, so that others may have become equal to it; complete when all rows were read. */
  rounded?: ReadonlySet<string>;
  /** @throws UserError naming file, row and column of what cannot be read. */
  chunks(): AsyncIterable<TableChunk>;
}

/** Rows in a chunk of a table with so many columns: 2,000, fewer if they are long. */
export const rowsPerChunk = (columns: number): number =>
  Math.max(1, Math.min(2000, Math.floor(4e6 / Math.max(1, columns))));

/** Bytes of a table that are kept from one reading for the next, and about those of a text beside its characters. */
const [mostKept, textBytes] = [200e6, 64];

/** A table that is read from its file once, if it is small enough to be kept. */
export function readOnce(table: Table): Table {
  let kept: TableChunk[] | undefined;
  return {
    ...table,
    async *chunks(): AsyncGenerator<TableChunk> {
      if (kept) {
        yield* kept;
        return;
      }
      let read: TableChunk[] | undefined = [];
      let bytes = 0;
      for await (const chunk of table.chunks()) {
        bytes += chunk.values.reduce((sum, values) => sum + bytesOf(values), 0);
        if (bytes > mostKept) read = undefined;
        read?.push(chunk);
        yield chunk;
      }
      kept = read;
    },
  };
}

function bytesOf(values: RawColumn): number {
  if (!Array.isArray(values)) return values.byteLength;
  let bytes = 0;
  for (const value of values) bytes += textBytes + (value?.length ?? 0);
  return bytes;
}
