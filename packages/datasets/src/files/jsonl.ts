/** JSON: an object per line, or one list of objects; their fields are the columns. */
import { ChunkBuilder, ColumnTypes } from "./cells.js";
import { detectEncoding } from "./encoding.js";
import { notesOf, placesIn, placesOf, scalarField, unsuitedField } from "./fields.js";
import { isStructure, openObjects, type ReadObject } from "./jsonObjects.js";
import { missingCells } from "./missingValues.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type Table, type TableChunk } from "./table.js";

/** Opens a file of objects; a column is there as soon as one object has it. @throws UserError naming the invalid object. */
export async function openJsonl(
  path: string,
  options: FileOptions,
  asText: ReadonlySet<string>,
  isDispensable: (field: string) => boolean,
): Promise<Table> {
  const encoding = options.encoding === "auto" ? await detectEncoding(path) : options.encoding;
  const { read, where, isList } = await openObjects(path, encoding);
  const fields: Fields = new Map();
  const leftOut = new Set<string>();
  const rounded = new Set<string>();
  for await (const { object, at } of read()) {
    for (const [name, value] of Object.entries(object)) {
      if (isStructure(value) && isDispensable(name)) {
        leftOut.add(name);
        continue;
      }
      checkField(fields, name, value, where(at));
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
  if (names.length === 0) throw unreadable(path, "the file has no row", "objects");
  const cells = ({ object, at }: ReadObject): string[] =>
    parts.flatMap(({ name, columns }) => {
      // A column may have the name of a method that every object inherits.
      const value = Object.hasOwn(object, name) ? object[name] : null;
      const values: unknown[] = Array.isArray(value) ? value : columns.map(() => value);
      return values.map((each) => cell(each, name, where(at)));
    });

  const missing = missingCells(options);
  const types = new ColumnTypes(names, asText, missing);
  for await (const row of read()) types.add(cells(row), () => where(row.at));
  const given = parts.flatMap(({ columns }) => columns);
  const columns = types.columns().map((column, j) => ({ ...given[j], ...column }));
  return {
    columns,
    rounded,
    unnamed: placesIn(columns),
    leftOut: [...leftOut],
    notes: notesOf(isList ? "JSON, a list of objects" : "JSON Lines", parts),
    async *chunks(): AsyncGenerator<TableChunk> {
      const builder = new ChunkBuilder(columns, rowsPerChunk(names.length), where, missing);
      for await (const row of read()) {
        const chunk = builder.add(cells(row), row.at);
        if (chunk) yield chunk;
      }
      const last = builder.take();
      if (last) yield last;
    },
  };
}

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
