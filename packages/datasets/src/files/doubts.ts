/** What may be wrong with a column of the user's, though it can be read: said in the log, by `gumbel new` and at the report's top. */
import { type ColumnMethod, type DatasetInfo, parseDecimal } from "@gumbel/tables";
import { methodsOf } from "./open.js";
import type { FileOptions } from "./options.js";
import type { Survey, SurveyedColumn } from "./survey.js";

/** Doubts about the features of a table. */
export function doubtsOf(
  features: SurveyedColumn[],
  options: FileOptions,
): NonNullable<DatasetInfo["columns"]>["doubts"] {
  const named = (suspect: SurveyedColumn["suspect"]): string[] =>
    features.filter((column) => column.suspect === suspect).map(({ name }) => JSON.stringify(name));
  const methodOf = methodsOf(options);
  const codes = features.flatMap((column) => codesIn(column).map((code) => ({ name: column.name, ...code })));
  const found = codes.map(({ name, value, count }) => `${value} in ${JSON.stringify(name)}, ${count} times`);
  const marks = new Set(codes.map(({ value }) => `"${value}"`));
  const ofOneRow = features.filter((column) => isOfOneRow(column, methodOf(column.name)));
  return [
    ...named("label").map((name) => ({
      name: "label-among-features",
      what: `the feature ${name} is the label in other words: clusters agree with the label by it alone`,
      hint: leaveOut(name),
    })),
    ...named("rows").map((name) => ({
      name: "row-name",
      what: `the feature ${name} has another whole number in every row, as if it named them, and counts as a measurement`,
      hint: leaveOut(name),
    })),
    ...(ofOneRow.length > 0
      ? [
          {
            name: "spread-of-one-row",
            what: `nearly all of the spread of ${listed(ofOneRow)} is one row's: beside it the others are alike`,
            hint: 'correct the value if it is wrong; else "prepare": "robust" goes by the quartiles',
          },
        ]
      : []),
    ...(codes.length > 0
      ? [
          {
            name: "code-for-missing",
            what: `${found.slice(0, 20).join("; ")}: far from all other values, as a mark for a missing one, and computed with as a number`,
            hint: `if it is one: "dataset": { "missingValues": [${[...marks].join(", ")}], "missing": "median" } (gumbel new: --missing-values, --missing)`,
          },
        ]
      : []),
  ];
}

const leaveOut = (name: string): string => `leave it out: "dataset": { "ignore": [${name}] }`;

/** Share of a column's variance that one row may have, and the rows from which it is looked at. */
const [mostOfOneRow, fewRows] = [0.9, 20];

function isOfOneRow({ summary }: SurveyedColumn, method: ColumnMethod): boolean {
  if (summary.type !== "number" || summary.count < fewRows || method === "robust" || method === "categories")
    return false;
  const { min, max, mean, deviation, count } = summary;
  return Math.max(max - mean, mean - min) ** 2 > mostOfOneRow * count * deviation ** 2;
}

/** Numbers that may stand for a missing value, as -999 among lengths: repeated whole numbers farther from all others than these lie apart. */
function codesIn({ summary }: SurveyedColumn): { value: number; count: number }[] {
  if (summary.type !== "number" || summary.count < fewRows) return [];
  const { min, max, least, greatest } = summary;
  return [
    { value: min, count: least.count, gap: least.next - min, spread: max - least.next },
    { value: max, count: greatest.count, gap: max - greatest.next, spread: greatest.next - min },
  ].filter(({ value, count, gap, spread }) => {
    const isFar = Number.isFinite(gap) && spread > 0 && gap > spread;
    const isOnlyNegative = value < 0 && least.next >= 0;
    const isMark = /^-?9{2,}$/.test(String(value)) || isOnlyNegative || gap > farFactor * spread;
    return isFar && isMark && count > 1 && Number.isInteger(value);
  });
}

/** How many times the spread of the others a number lies away that is a mark whatever it is. */
const farFactor = 100;

/** The first names of columns, and how many there are if that is not all. */
export const listed = (columns: { name: string }[]): string =>
  `${columns
    .slice(0, 20)
    .map(({ name }) => JSON.stringify(name))
    .join(", ")}${columns.length > 20 ? `, … (${columns.length})` : ""}`;

/** Values that a class may have, whatever they are: a small example has few rows of each. */
const fewClasses = 20;
/** Rows of a class below which whole numbers that are not counted up are no classes. */
const rowsOfCode = 10;

/** Why the values of a label are no classes; undefined if they may be. */
export function problemOfLabel({ classes, rows }: Survey): string | undefined {
  const labelled = [...classes.values()].reduce((sum, count) => sum + count, 0);
  if (classes.size <= fewClasses) return undefined;
  // Of partly labelled rows, a class may well have a single one that is labelled.
  if (classes.size > Math.max(labelled / 2, rows / 10))
    return `${classes.size} different values in ${labelled} rows: clusters are not compared with classes of a row or two`;
  const numbers = [...classes.keys()].map(parseDecimal);
  if (!numbers.every(Number.isFinite)) return undefined;
  const [least, most] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const gaps = most - least + 1 > 1.2 * classes.size;
  return numbers.every(Number.isInteger) && !(gaps && classes.size * rowsOfCode > labelled)
    ? undefined
    : `${classes.size} different numbers from ${least} to ${most}: a measurement, as it seems, and no classes`;
}
