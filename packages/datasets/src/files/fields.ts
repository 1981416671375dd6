/** Fields of a typed file: a column each, or, if they are lists of numbers as embeddings are, a column for each place in the list. */
import type { RawColumn } from "@gumbel/tables";
import { unreadable } from "./problem.js";
import type { SourceColumn } from "./table.js";
import { rawColumn } from "./typed.js";

/** A field, and its columns: one, or `name[0]`, `name[1]`, … of a list. */
export interface Field {
  name: string;
  isList: boolean;
  columns: SourceColumn[];
}

/** A field of single values. A file may give it no name. */
export const scalarField = (name: string, type: SourceColumn["type"]): Field => ({
  name,
  isList: false,
  columns: [{ name, type, ...(name === "" && { unnamed: true }) }],
});

/** What a field can be; undefined if nothing. */
export type FieldKind = SourceColumn["type"] | "list" | undefined;

/**
 * The fields of a typed file that can be columns, and their places in the file.
 *
 * @param given the fields of the file, in order; `type` for the error
 * @param asText columns whose numbers are names
 * @param isDispensable whether a field that can be no column is left out
 * @param listsOf some rows of a field of lists
 * @throws UserError if a field can be no column and is needed
 */
export async function fieldsOf(
  path: string,
  given: { name: string; kind: FieldKind; type(): string }[],
  asText: ReadonlySet<string>,
  isDispensable: (field: string) => boolean,
  listsOf: (name: string, index: number) => Promise<Iterable<unknown>>,
): Promise<{ fields: (Field & { index: number })[]; leftOut: string[] }> {
  const fields: (Field & { index: number })[] = [];
  const leftOut: string[] = [];
  for (const [index, { name, kind, type }] of given.entries()) {
    if (kind === "list") fields.push({ ...listField(path, name, await listsOf(name, index)), index });
    else if (kind) fields.push({ ...scalarField(name, asText.has(name) ? "text" : kind), index });
    else if (isDispensable(name)) leftOut.push(name);
    else throw unsuitedField(path, name, type());
  }
  return { fields, leftOut };
}

/**
 * A field of lists.
 *
 * @param lists some of its rows, of which the first that is no null has the length of all
 * @throws UserError if there is none, or it has no number
 */
function listField(path: string, name: string, lists: Iterable<unknown>): Field {
  let length = 0;
  for (const list of lists as Iterable<ArrayLike<unknown> | null>) {
    if (list === null) continue;
    length = list.length;
    break;
  }
  if (length === 0)
    throw unreadable(path, `the lists of the column "${name}" are empty`, "a list of numbers in each row");
  return { name, isList: true, columns: placesOf(name, length) };
}

/** The columns of a list. */
export const placesOf = (name: string, length: number): SourceColumn[] =>
  Array.from({ length }, (_, i) => ({ name: `${name}[${i}]`, type: "number", list: name }));

/**
 * The columns' values in some rows.
 *
 * @param values as the reader of the file gives them
 * @param onRounded called with the column if a whole number is none that a double can hold
 * @throws UserError naming the row of a list of another length
 */
export function valuesOfField(
  { name, isList, columns }: Field,
  values: ArrayLike<unknown>,
  where: (row: number) => string,
  onRounded: (column: string) => void,
): RawColumn[] {
  if (!isList) return [rawColumn(values, columns[0]!.type, () => onRounded(name))];
  const lists = values as ArrayLike<ArrayLike<unknown> | null | undefined>;
  for (let row = 0; row < lists.length; row++) {
    const length = lists[row]?.length ?? columns.length;
    if (length !== columns.length)
      throw unreadable(
        where(row),
        `the list in the column "${name}" has ${length} numbers`,
        `${columns.length}, as the first one`,
      );
  }
  return columns.map((column, j) =>
    rawColumn(
      Array.from(lists, (list) => list?.[j] ?? null),
      "number",
      () => onRounded(column.name),
    ),
  );
}

/** What is said of a table's fields. */
export const notesOf = (format: string, fields: Field[]): string[] => [
  `${format}, ${fields.length} columns`,
  ...fields.flatMap(({ name, isList, columns }) =>
    isList ? [`"${name}" has lists of ${columns.length} numbers: a column for each place`] : [],
  ),
];

/** The error for a field that is neither numbers nor text nor lists of numbers. */
export const unsuitedField = (path: string, name: string, type: string): Error =>
  unreadable(
    path,
    `the column "${name}" has the type ${type}`,
    "columns of numbers, of text, or of lists of numbers",
    `write it as a column per value, or leave it out: "ignore": ["${name}"]`,
  );

/** The names of columns that are parts of lists, which their user has not named. */
export const placesIn = (columns: SourceColumn[]): ReadonlySet<string> =>
  new Set(columns.flatMap(({ name, list }) => (list === undefined ? [] : [name])));
