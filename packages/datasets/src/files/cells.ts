/** Text cells as typed columns: first the type of each column is found, then chunks are filled with values. */
import { largestFloat32, parseDecimal, type RawColumn } from "@gumbel/tables";
import { unreadable } from "./problem.js";
import type { SourceColumn, TableChunk } from "./table.js";

/** A number in another notation, as 1,234.5 or 12 % or 0x10, or a date: no name of a category, unless it is said to be. */
const likeNumber = /^(0[xX][\da-fA-F]+|[-+]?[€$£]?\s?\d[\d.,'\s]*\s?[%€$£]?|-?[Ii]nf(inity)?)$/;

/** Finds the type of each column: numbers, unless a cell is text. */
export class ColumnTypes {
  readonly #names: string[];
  readonly #isMissing: (cell: string) => boolean;
  readonly #asText: boolean[];
  readonly #texts: ({ text: string; where: string } | undefined)[];
  readonly #hasNumber: Uint8Array;
  /** Columns with a whole number that no double has. */
  readonly rounded = new Set<string>();

  /**
   * @param asText columns that are text even if all of their cells are numbers
   * @param isMissing whether a cell has no value
   */
  constructor(names: string[], asText: ReadonlySet<string>, isMissing: (cell: string) => boolean) {
    this.#names = names;
    this.#isMissing = isMissing;
    this.#asText = names.map((name) => asText.has(name));
    this.#texts = new Array(names.length).fill(undefined);
    this.#hasNumber = new Uint8Array(names.length);
  }

  add(cells: readonly string[], where: () => string): void {
    for (let j = 0; j < cells.length; j++) {
      const cell = cells[j]!;
      if (this.#asText[j] || (this.#texts[j] && this.#hasNumber[j]) || this.#isMissing(cell)) continue;
      const value = parseDecimal(cell);
      if (!Number.isNaN(value)) this.#hasNumber[j] = 1;
      else this.#texts[j] ??= { text: cell, where: where() };
      // Fewer digits always fit.
      if (cell.length > 15 && /^-?\d+$/.test(cell) && BigInt(cell) !== wholeOf(value))
        this.rounded.add(this.#names[j]!);
    }
  }

  columns(): SourceColumn[] {
    return this.#names.map((name, j) => {
      const text = this.#texts[j];
      if (this.#asText[j]) return { name, type: "text" };
      if (!text) return { name, type: "number" };
      const isMixed = this.#hasNumber[j] === 1 || likeNumber.test(text.text);
      return { name, type: "text", ...(isMixed && { mixed: text }) };
    });
  }
}

const wholeOf = (value: number): bigint | null => (Number.isFinite(value) ? BigInt(value) : null);

/** Fills chunks with the values of rows of cells. */
export class ChunkBuilder {
  readonly #columns: SourceColumn[];
  readonly #capacity: number;
  readonly #where: (line: number) => string;
  readonly #isMissing: (cell: string) => boolean;
  #values: RawColumn[];
  #lines: number[] = [];
  #first = 0;

  /**
   * @param where place of a line
   * @param isMissing whether a cell has no value
   */
  constructor(
    columns: SourceColumn[],
    capacity: number,
    where: (line: number) => string,
    isMissing: (cell: string) => boolean,
  ) {
    this.#isMissing = isMissing;
    this.#columns = columns;
    this.#capacity = capacity;
    this.#where = where;
    this.#values = this.#empty();
  }

  /** Adds a row; the chunk that it fills, if it does. @throws UserError if a number is too large. */
  add(cells: readonly string[], line: number): TableChunk | undefined {
    const row = this.#lines.length;
    for (let j = 0; j < this.#columns.length; j++) {
      const cell = cells[j]!;
      const missing = this.#isMissing(cell);
      const values = this.#values[j]!;
      if (Array.isArray(values)) values.push(missing ? null : cell);
      else values[row] = missing ? Number.NaN : this.#number(cell, j, line);
    }
    this.#lines.push(line);
    return this.#lines.length === this.#capacity ? this.take() : undefined;
  }

  /** The chunk of the rows since the last one; undefined if there are none. */
  take(): TableChunk | undefined {
    const [lines, values, first] = [this.#lines, this.#values, this.#first];
    if (lines.length === 0) return undefined;
    this.#lines = [];
    this.#values = this.#empty();
    this.#first += lines.length;
    return {
      first,
      count: lines.length,
      values: values.map((column) => (Array.isArray(column) ? column : column.subarray(0, lines.length))),
      where: (row) => this.#where(lines[row]!),
    };
  }

  #number(cell: string, column: number, line: number): number {
    const value = parseDecimal(cell);
    if (Math.abs(value) <= largestFloat32) return value;
    throw unreadable(
      this.#where(line),
      `"${cell}" in the column "${this.#columns[column]!.name}" is ${Number.isNaN(value) ? "not a number" : "too large"}`,
      "a decimal number between -3.4e38 and 3.4e38",
    );
  }

  #empty(): RawColumn[] {
    return this.#columns.map(({ type }) => (type === "number" ? new Float64Array(this.#capacity) : []));
  }
}
