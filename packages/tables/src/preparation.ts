/**
 * How the raw columns of a table become the features of a model: fitted once to the training rows, kept in data.arrow, and
 * applied in the same way to every row, now or later. Everything is computed in double precision before it is stored as float32.
 */
import { UserError } from "@gumbel/config";
import { z } from "zod";
import { beginning } from "./beginning.js";
import { largestFloat32, parseDecimal } from "./decimal.js";
import { type ColumnSummary, isProse, missingAt, mostCategories, type RawColumn, textOf } from "./summary.js";
import { Unseen } from "./unseen.js";

/** How a column is prepared. */
export const columnMethods = ["standardize", "minmax", "robust", "none", "categories"] as const;
export type ColumnMethod = (typeof columnMethods)[number];
/** What stands in for a missing value. */
export type Fill = "mean" | "median" | null;

const numberColumn = z.strictObject({
  kind: z.literal("number"),
  /** Column of the user's table. */
  name: z.string(),
  /** Feature = (value - centre) / scale. */
  centre: z.number(),
  /** Null if the column was constant in training: its feature is always 0. */
  scale: z.number().positive().nullable(),
  /** The least and the greatest value in training. */
  range: z.tuple([z.number(), z.number()]),
  /** Value of a missing one; null if none may be missing. */
  fill: z.number().nullable(),
});
const categoriesColumn = z.strictObject({
  kind: z.literal("categories"),
  name: z.string(),
  /** Each is a feature: 1 if the row has it, else 0. */
  categories: z.array(z.string()).min(1),
  /** Category of a missing value; null if none may be missing. */
  fill: z.string().nullable(),
});
export const preparationSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("table"),
    columns: z.array(z.discriminatedUnion("kind", [numberColumn, categoriesColumn])).min(1),
  }),
  z.strictObject({
    kind: z.literal("text"),
    /** Column of the user's table; absent if each text is a file. */
    column: z.string().optional(),
    /** The term of each feature, and its inverse document frequency. */
    terms: z.array(z.string()),
    inverseFrequencies: z.array(z.number()),
  }),
]);
export type Preparation = z.output<typeof preparationSchema>;
export type TablePreparation = Extract<Preparation, { kind: "table" }>;
type PreparedColumn = TablePreparation["columns"][number];

/** Rows of a table, by column. */
export interface RawRows {
  count: number;
  columns: ReadonlyMap<string, RawColumn>;
  /** Place of a row, for errors. */
  where(row: number): string;
}

/** A feature and its way back: value in the user's unit = feature × scale + centre. */
export interface PreparedFeature {
  /** Its column's name, or `column=category`. */
  name: string;
  column: string;
  /** Null for a number. */
  category: string | null;
  centre: number;
  scale: number;
}

/**
 * Fits the preparation of each column to its training rows. The formulas are those of scikit-learn's StandardScaler,
 * MinMaxScaler, RobustScaler and OneHotEncoder; a constant column becomes 0.
 *
 * @param summaries of the training rows, in the order of the features
 * @param methodOf how a column is prepared; a text column always becomes categories
 * @param fill what stands in for missing numbers, and the most frequent value for missing text; null: nothing may be missing
 * @throws UserError if a column has too many categories, or none.
 */
export function fitPreparation(
  summaries: ColumnSummary[],
  methodOf: (column: string) => ColumnMethod,
  fill: Fill,
): TablePreparation {
  return {
    kind: "table",
    columns: summaries.map((summary) => fitColumn(summary, methodOf(summary.name), fill)),
  };
}

function fitColumn(summary: ColumnSummary, method: ColumnMethod, fill: Fill): PreparedColumn {
  const { name } = summary;
  if (summary.count === 0) {
    throw new UserError({
      what: `the column "${name}" has no value in the training rows`,
      where: `column "${name}"`,
      expected: "values to fit its preparation to",
      hint: `leave the column out: "ignore": ["${name}"]`,
    });
  }
  if (summary.type === "text") {
    const categories = [...summary.values.keys()].sort();
    if (categories.length > mostCategories) {
      throw new UserError({
        what: `the text column "${name}" has more than ${mostCategories} different values, as "${categories.slice(0, 3).map(beginning).join('", "')}"`,
        where: `column "${name}"`,
        expected: `numbers, or text with at most ${mostCategories} different values`,
        hint: `leave the column out: "ignore": ["${name}"]${isProse(summary) ? `; or cluster the rows by its words alone: dataset.text "${name}" (gumbel new: --text)` : ""}`,
      });
    }
    // The first of the most frequent ones in alphabetical order.
    const frequent = categories.reduce((best, each) =>
      summary.values.get(each)! > summary.values.get(best)! ? each : best,
    );
    return { kind: "categories", name, categories, fill: fill && frequent };
  }
  const { mean, deviation, min, max, quartiles } = summary;
  const range = max - min;
  const constant = min === max;
  const ways = {
    standardize: () => ({ centre: mean, scale: deviation || range }),
    minmax: () => ({ centre: min, scale: range }),
    // Without spread between the quartiles there is no unit but the column's own.
    robust: () => ({ centre: quartiles![1], scale: quartiles![2] - quartiles![0] || 1 }),
  };
  const fitted =
    method === "none" || method === "categories"
      ? { centre: 0, scale: 1 }
      : constant
        ? { centre: min, scale: null }
        : ways[method]();
  return {
    kind: "number",
    name,
    ...fitted,
    range: [min, max],
    fill: fill && (fill === "mean" ? mean : quartiles![1]),
  };
}

/** The features of a preparation, in order. */
export function preparedFeatures(preparation: Preparation): PreparedFeature[] {
  if (preparation.kind === "text") {
    return preparation.terms.map((name) => ({ name, column: name, category: null, centre: 0, scale: 1 }));
  }
  return preparation.columns.flatMap((column): PreparedFeature[] =>
    column.kind === "number"
      ? [
          {
            name: column.name,
            column: column.name,
            category: null,
            centre: column.centre,
            scale: column.scale ?? 0,
          },
        ]
      : column.categories.map((category) => ({
          name: `${column.name}=${category}`,
          column: column.name,
          category,
          centre: 0,
          scale: 1,
        })),
  );
}

/** The names of the features: the columns', and `column=category`. */
export const featureNames = (preparation: Preparation): string[] =>
  preparedFeatures(preparation).map(({ name }) => name);

/**
 * Prepares rows of a table.
 *
 * @param unseen is told of a category that training did not have, all of whose column's features are 0 then, and of numbers as far
 *   from those of training as these lie apart
 * @returns rows.count × features, row by row
 * @throws UserError if a column or a value is missing, or a value is no number or too large for float32
 */
export function prepareRows(
  preparation: TablePreparation,
  rows: RawRows,
  unseen = new Unseen("rows"),
): Float32Array {
  const widths = preparation.columns.map((column) =>
    column.kind === "number" ? 1 : column.categories.length,
  );
  const d = widths.reduce((sum, width) => sum + width, 0);
  const features = new Float32Array(rows.count * d);
  let first = 0;
  for (const [c, column] of preparation.columns.entries()) {
    const values = rows.columns.get(column.name);
    if (!values) {
      throw new UserError({
        what: `there is no column "${column.name}"`,
        where: rows.where(0),
        expected: `the columns of training: ${preparation.columns
          .slice(0, 10)
          .map(({ name }) => name)
          .join(", ")}`,
      });
    }
    if (column.kind === "number") prepareNumbers(column, values, rows, features, d, first, unseen);
    else prepareCategories(column, values, rows, features, d, first, unseen);
    first += widths[c]!;
  }
  return features;
}

function prepareNumbers(
  { name, centre, scale, range, fill }: Extract<PreparedColumn, { kind: "number" }>,
  values: RawColumn,
  rows: RawRows,
  features: Float32Array,
  d: number,
  first: number,
  unseen: Unseen,
): void {
  const [least, most] = range;
  const [low, high] = [least - (most - least), most + (most - least)];
  for (let row = 0; row < rows.count; row++) {
    let value = missingAt(values, row) ? (fill ?? missingValue(name, rows.where(row))) : values[row]!;
    if (typeof value === "string") value = parseDecimal(value);
    // True for NaN too.
    if (!(Math.abs(value) <= largestFloat32)) notANumber(name, `${values[row]}`, rows.where(row));
    if (value < low || value > high) unseen.number(name, value, range, rows.where(row));
    const at = row * d + first;
    features[at] = scale === null ? 0 : (value - centre) / scale;
    // A value far outside of those of training is infinite in 32 bits.
    if (!Number.isFinite(features[at])) notANumber(name, `${values[row]}`, rows.where(row));
  }
}

function prepareCategories(
  { name, categories, fill }: Extract<PreparedColumn, { kind: "categories" }>,
  values: RawColumn,
  rows: RawRows,
  features: Float32Array,
  d: number,
  first: number,
  unseen: Unseen,
): void {
  const position = new Map(categories.map((category, i) => [category, i]));
  for (let row = 0; row < rows.count; row++) {
    const value = textOf(values, row) ?? fill ?? missingValue(name, rows.where(row));
    const at = position.get(value);
    if (at === undefined) unseen.category(name);
    else features[row * d + first + at] = 1;
  }
}

function missingValue(column: string, where: string): never {
  throw new UserError({
    what: `a value is missing in the column "${column}"`,
    where,
    expected: "a value, since none was missing in training",
  });
}

function notANumber(column: string, text: string, where: string): never {
  throw new UserError({
    what: `"${text}" in the column "${column}" is not a number that can be computed with`,
    where,
    expected: "a decimal number of at most 3.4e38",
  });
}
