/** JSON Lines: an object per line, its fields are the columns. */
import { ChunkBuilder, ColumnTypes } from "./cells.js";
import { detectEncoding, endlessLine, longestLine, readText } from "./encoding.js";
import { notesOf, placesIn, placesOf, scalarField, unsuitedField } from "./fields.js";
import { missingCells } from "./missingValues.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type Table, type TableChunk } from "./table.js";

/** Opens a file of JSON Lines; a column is there as soon as one line has it. @throws UserError naming the invalid line. */
export async function openJsonl(
  path: string,
  options: FileOptions,
  asText: ReadonlySet<string>,
  isDispensable: (field: string) => boolean,
): Promise<Table> {
  const encoding = options.encoding === "auto" ? await detectEncoding(path) : options.encoding;
  const objects = (): AsyncGenerator<Line> => readObjects(readText(path, encoding), path);
  const fields: Fields = new Map();
  const leftOut = new Set<string>();
  const rounded = new Set<string>();
  for await (const { object, text, line } of objects()) {
    checkNames(object, text, `${path}:${line}`);
    for (const [name, value] of Object.entries(object)) {
      if (isStructure(value) && isDispensable(name)) {
        leftOut.add(name);
        continue;
      }
      checkField(fields, name, value, `${path}:${line}`);
      // JSON.parse has rounded it already, if it is no double.
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) rounded.add(name);
    }
  }
  const parts = [...fields].map(([name, length]) =>
    length === null || length === undefined
      ? scalarField(name, "text")
      : { name, isList: true, columns: placesOf(name, length) },
  );
  const names = parts.flatMap(({ columns }) => columns.map(({ name }) => name));
  if (names.length === 0) throw unreadable(path, "the file has no row", "an object per line");
  const cells = ({ object, line }: Line): string[] =>
    parts.flatMap(({ name, columns }) => {
      // A column may have the name of a method that every object inherits.
      const value = Object.hasOwn(object, name) ? object[name] : null;
      const values: unknown[] = Array.isArray(value) ? value : columns.map(() => value);
      return values.map((each) => cell(each, name, `${path}:${line}`));
    });

  const missing = missingCells(options);
  const types = new ColumnTypes(names, asText, missing);
  for await (const row of objects()) types.add(cells(row), () => `${path}:${row.line}`);
  const given = parts.flatMap(({ columns }) => columns);
  const columns = types.columns().map((column, j) => ({ ...given[j], ...column }));
  return {
    columns,
    rounded,
    unnamed: placesIn(columns),
    leftOut: [...leftOut],
    notes: notesOf("JSON Lines", parts),
    async *chunks(): AsyncGenerator<TableChunk> {
      const builder = new ChunkBuilder(
        columns,
        rowsPerChunk(names.length),
        (line) => `${path}:${line}`,
        missing,
      );
      for await (const row of objects()) {
        const chunk = builder.add(cells(row), row.line);
        if (chunk) yield chunk;
      }
      const last = builder.take();
      if (last) yield last;
    },
  };
}

interface Line {
  object: Record<string, unknown>;
  /** The object as it is written. */
  text: string;
  line: number;
}

/** Whether a value is neither a number or a text nor a list of numbers. */
const isStructure = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !isListOfNumbers(value);

const isListOfNumbers = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number" || each === null);

/** Length of each field's lists; null if it has single values, undefined while it had none. */
type Fields = Map<string, number | null | undefined>;

/** Takes note of what a field is. @throws UserError if it cannot be columns, or was something else before */
function checkField(fields: Fields, name: string, value: unknown, where: string): void {
  if (isStructure(value)) throw unsuitedField(where, name, "of a list or an object");
  if (value === null || value === undefined) {
    if (!fields.has(name)) fields.set(name, undefined);
    return;
  }
  const length = Array.isArray(value) ? value.length : null;
  const before = fields.get(name);
  if (before !== undefined && before !== length)
    throw unreadable(
      where,
      `"${name}" is ${length === null ? "no list" : `a list of ${length} numbers`}`,
      before === null ? "a single value, as before" : `a list of ${before} numbers, as before`,
    );
  fields.set(name, length);
}

/** Of a name that an object has twice, JSON.parse keeps the last value without a word. @throws UserError naming it. */
function checkNames(object: Record<string, unknown>, text: string, where: string): void {
  // The names inside of another object are no columns.
  if (Object.values(object).some(isStructure)) return;
  const seen = new Set<string>();
  for (const name of namesIn(text)) {
    if (seen.has(name)) throw unreadable(where, `the object has "${name}" twice`, "each name once");
    seen.add(name);
  }
}

/** The names of an object, from the text that JSON.parse has taken: strings with a colon after them. */
function* namesIn(text: string): Generator<string> {
  const colon = /\s*:/y;
  let start = -1;
  for (const { 0: mark, index } of text.matchAll(/\\.|"/g)) {
    if (mark !== '"') continue;
    if (start >= 0) {
      colon.lastIndex = index + 1;
      const name = text.slice(start + 1, index);
      if (colon.test(text)) yield name.includes("\\") ? (JSON.parse(`"${name}"`) as string) : name;
    }
    start = start < 0 ? index : -1;
  }
}

async function* readObjects(blocks: AsyncIterable<string>, path: string): AsyncGenerator<Line> {
  let line = 0;
  for await (const text of linesOf(blocks, path)) {
    line++;
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw unreadable(
        `${path}:${line}`,
        `the line is not JSON: ${(error as Error).message}`,
        "an object per line",
      );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw unreadable(
        `${path}:${line}`,
        `the line is not an object: ${text.slice(0, 40)}`,
        "an object per line",
      );
    yield { object: value as Record<string, unknown>, text, line };
  }
}

async function* linesOf(blocks: AsyncIterable<string>, path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const block of blocks) {
    const end = block.lastIndexOf("\n");
    if (end >= 0) yield* (rest + block.slice(0, end)).split("\n");
    rest = end >= 0 ? block.slice(end + 1) : rest + block;
    if (rest.length > longestLine) throw endlessLine(path);
  }
  if (rest !== "") yield rest;
}

/** A value as the cell of a table. @throws UserError if it is no text of Unicode. */
function cell(value: unknown, name: string, where: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "1" : "0";
  const text = String(value);
  // As UTF-8 all halves of a pair are the same character.
  if (/\p{Surrogate}/u.test(text))
    throw unreadable(where, `"${name}" has half of a pair of UTF-16, as \\ud800`, "characters of Unicode");
  return text;
}
