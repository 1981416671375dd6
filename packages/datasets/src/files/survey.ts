/** One reading of a table before it is prepared: what each column is for, what is in it, and what is missing. */
import {
  type ColumnSummary,
  missingAt,
  NumberSummarizer,
  parseDecimal,
  type RawColumn,
  type Summarizer,
  TextSummarizer,
  textOf,
} from "@gumbel/tables";
import { methodsOf } from "./open.js";
import type { FileOptions } from "./options.js";
import { LabelTwins, namesRows, RowNames } from "./suspects.js";
import type { SourceColumn, Table, TableChunk } from "./table.js";
import { splitsOf, usedRows } from "./usedRows.js";

/** What a column is for. */
export type Role = "feature" | "label" | "split" | "ignored" | "index" | "empty";

export interface SurveyedColumn extends SourceColumn {
  role: Role;
  /** Of the rows that training fits: the training split, without rows that are dropped. */
  summary: ColumnSummary;
  /** Number of missing values, in all rows, and the place of the first. */
  missing: number;
  firstMissing: string | null;
  /** Why a feature may be none: it is the label in other words, or names the rows. */
  suspect: "label" | "rows" | null;
}

export interface Survey {
  /** Rows of the file; rows dropped for a missing value; rows left, by split. */
  rows: number;
  dropped: number;
  sizes: { train: number; test: number };
  columns: SurveyedColumn[];
  /** How many rows that are left have each class; empty without a label. */
  classes: ReadonlyMap<string, number>;
  /** The columns of the label and the split. */
  label: number;
  split: number;
}

/**
 * Surveys a table.
 *
 * @throws UserError naming the row of a split that is neither train nor test, and what reading the table throws.
 */
export async function surveyTable(table: Table, options: FileOptions): Promise<Survey> {
  const roles = table.columns.map((column) => roleOf(column, table, options));
  const pass = new Pass(table, options, roles);
  await pass.read();
  // What looked like numbers of the rows and is none, is a feature; what has no value at all is none: both change which rows
  // are dropped, and what the others are fitted to.
  const corrected = roles.map((role, j): Role => {
    const isUndecided = role === "feature" || (role === "index" && !pass.numbersRows(j));
    return isUndecided ? (pass.isEmpty(j) ? "empty" : "feature") : role;
  });
  if (corrected.every((role, j) => role === roles[j])) return pass.finish();
  const again = new Pass(table, options, corrected);
  await again.read();
  return again.finish();
}

function roleOf(
  { name, list }: SourceColumn,
  table: Table,
  { label, split, text, ignore }: FileOptions,
): Role {
  const isIgnored = ignore.includes(name) || (list !== undefined && ignore.includes(list));
  if (isIgnored || table.ids?.includes(name)) return name === (table.split ?? split) ? "split" : "ignored";
  if (name === (table.label ?? label)) return "label";
  if (name === (table.split ?? split)) return "split";
  if (text !== null) return name === text ? "feature" : "ignored";
  return namesRows(name) ? "index" : "feature";
}

/** One reading of all rows. */
class Pass {
  readonly #table: Table;
  readonly #roles: Role[];
  readonly #drop: boolean;
  readonly #summarizers: Summarizer[];
  readonly #missing: { count: number; first: string | null }[];
  /** The first number of a column that is infinite. */
  readonly #infinite = new Map<number, NonNullable<SourceColumn["mixed"]>>();
  /** What the first row's number would be in a column that numbers the rows; NaN if it does not. */
  readonly #start: Float64Array;
  readonly #classes = new Map<string, number>();
  readonly #label: number;
  readonly #split: number;
  readonly #rowNames: RowNames;
  readonly #twins: LabelTwins;
  #rows = 0;
  #sizes = { train: 0, test: 0 };

  constructor(table: Table, options: FileOptions, roles: Role[]) {
    this.#table = table;
    this.#roles = roles;
    this.#drop = options.missing === "drop";
    const methodOf = methodsOf(options);
    const quartiles = (name: string): boolean => options.missing === "median" || methodOf(name) === "robust";
    this.#summarizers = table.columns.map(({ name, type }) =>
      type === "number" ? new NumberSummarizer(name, quartiles(name)) : new TextSummarizer(name),
    );
    this.#missing = table.columns.map(() => ({ count: 0, first: null }));
    this.#start = Float64Array.from(roles, (role) => (role === "index" ? 0 : Number.NaN));
    this.#label = roles.indexOf("label");
    this.#split = roles.indexOf("split");
    const features = [...roles.keys()].filter((j) => roles[j] === "feature");
    this.#rowNames = new RowNames(features.filter((j) => namesRows(table.columns[j]!.name)));
    this.#twins = new LabelTwins(this.#label < 0 ? [] : features, this.#label);
  }

  async read(): Promise<void> {
    for await (const chunk of this.#table.chunks()) {
      const used = usedRows(chunk, this.#roles, this.#drop);
      const split = splitsOf(chunk, this.#split);
      const training = used.map((use, i) => (use === 1 && split[i] === 0 ? 1 : 0));
      for (let i = 0; i < chunk.count; i++) {
        if (used[i] === 1) this.#sizes[split[i] === 0 ? "train" : "test"]++;
      }
      for (const [j, values] of chunk.values.entries()) {
        this.#summarizers[j]!.add(values, training);
        this.#countMissing(j, values, chunk);
        this.#findInfinite(j, values, chunk);
        if (this.#roles[j] === "index") this.#followIndex(j, values, chunk.first);
      }
      if (this.#label >= 0) this.#countClasses(chunk.values[this.#label]!, used);
      this.#rowNames.add(chunk.values, used);
      this.#twins.add(chunk.values, used);
      this.#rows += chunk.count;
    }
  }

  numbersRows = (column: number): boolean => this.#rows > 1 && !Number.isNaN(this.#start[column]!);
  isEmpty = (column: number): boolean => this.#rows > 0 && this.#missing[column]!.count === this.#rows;

  finish(): Survey {
    const twins = this.#twins.found(this.#classes.size);
    const rowNames = this.#rowNames.found();
    const columns = this.#table.columns.map((column, j): SurveyedColumn => {
      const { count, first } = this.#missing[j]!;
      const infinite = this.#infinite.get(j);
      return {
        ...column,
        ...(infinite && { mixed: infinite }),
        role: this.#roles[j]!,
        summary: this.#summarizers[j]!.finish(),
        missing: count,
        firstMissing: first,
        suspect: twins.includes(j) ? "label" : rowNames.includes(j) ? "rows" : null,
      };
    });
    const kept = this.#sizes.train + this.#sizes.test;
    return {
      rows: this.#rows,
      dropped: this.#rows - kept,
      sizes: this.#sizes,
      columns,
      classes: this.#classes,
      label: this.#label,
      split: this.#split,
    };
  }

  #countMissing(column: number, values: RawColumn, chunk: TableChunk): void {
    const missing = this.#missing[column]!;
    for (let i = 0; i < chunk.count; i++) {
      if (!missingAt(values, i)) continue;
      if (missing.count++ === 0) missing.first = chunk.where(i);
    }
  }

  #findInfinite(column: number, values: RawColumn, chunk: TableChunk): void {
    if (this.#infinite.has(column) || Array.isArray(values)) return;
    const row = values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
    if (row >= 0) this.#infinite.set(column, { text: String(values[row]), where: chunk.where(row) });
  }

  /** Checks that a column goes on as 0, 1, 2, … or 1, 2, 3, …. */
  #followIndex(column: number, values: RawColumn, first: number): void {
    const start = first === 0 ? numberAt(values, 0) : this.#start[column]!;
    const goesOn =
      (start === 0 || start === 1) &&
      everyRow(values.length, (i) => numberAt(values, i) === start + first + i);
    this.#start[column] = goesOn ? start : Number.NaN;
  }

  #countClasses(values: RawColumn, used: Uint8Array): void {
    for (let i = 0; i < values.length; i++) {
      const value = textOf(values, i);
      if (used[i] === 1 && value !== null) this.#classes.set(value, (this.#classes.get(value) ?? 0) + 1);
    }
  }
}

function everyRow(count: number, holds: (row: number) => boolean): boolean {
  for (let i = 0; i < count; i++) if (!holds(i)) return false;
  return true;
}

/** The number of a value, also if it is written as text; NaN if it is none. */
function numberAt(values: RawColumn, row: number): number {
  const value = values[row] ?? "";
  return typeof value === "number" ? value : parseDecimal(value);
}
