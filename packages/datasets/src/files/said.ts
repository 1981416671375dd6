/** What is said of the user's table: everything that is not as in the file. */
import type { RawColumn, TablePreparation } from "@gumbel/tables";
import { alikeIn } from "./alike.js";
import { listed } from "./doubts.js";
import type { SurveyedColumn } from "./survey.js";
import type { TablePlan } from "./tablePlan.js";

/** What a reader of the log should know: everything that is not as in the file. */
export function sayPlan({ table, survey, way, features, options, info, own, log }: TablePlan): void {
  const names = (role: string): string =>
    survey.columns.flatMap(({ name, role: other }) => (role === other ? [`"${name}"`] : [])).join(", ");
  if (names("index")) log(`left out, since it numbers the rows: ${names("index")}`);
  if (names("empty")) log(`left out, since it has no value: ${names("empty")}`);
  if (survey.dropped > 0) log(`${survey.dropped} of ${survey.rows} rows miss a value and are dropped`);
  const filled = features.filter(({ missing }) => missing > 0);
  if (options.missing !== "drop" && filled.length > 0)
    log(
      `missing values filled: ${filled
        .map(({ name, missing }) => `"${name}" ${missing}`)
        .slice(0, 20)
        .join(", ")}`,
    );
  const rounded = features.filter(({ name }) => table.rounded?.has(name));
  if (rounded.length > 0)
    log(
      `whole numbers beyond 2^53 are rounded to 53 bits, so that different ones may become equal: ${listed(rounded)}; if they are names, "categories" or "ignore" keeps them apart`,
    );
  for (const { what, hint } of info.columns?.doubts ?? []) log(`${what}; to try: ${hint}`);
  const inClasses = alikeIn(info.classes);
  if (inClasses) log(`classes: ${inClasses}`);
  if ("pixels" in way) {
    log(`pixels: value x ${info.scale === 1 ? 1 : `1/${Math.round(1 / info.scale)}`}`);
    return;
  }
  const { columns } = way.preparation;
  const constant = columns.filter((column) => column.kind === "number" && column.scale === null);
  if (constant.length > 0) log(`constant, and so 0: ${listed(constant)}`);
  for (const { name, step } of coarse(way.preparation, features))
    log(
      `"${name}": 32-bit numbers are ${step} apart there, and its differences are lost; "standardize" keeps them`,
    );
  const categories = columns.flatMap((column) =>
    column.kind === "categories" ? [`"${column.name}" ${column.categories.length}`] : [],
  );
  if (categories.length > 0) log(`text columns, a feature per value: ${categories.join(", ")}`);
  for (const column of columns) {
    const pair = column.kind === "categories" && alikeIn(column.categories);
    if (pair) log(`"${column.name}": ${pair}`);
  }
  log(`${columns.length} columns become ${info.shape[0]} features`);
  if (columns.length > own.names.length)
    log(
      `the answer has ${own.names.map((name) => `"${name}"`).join(", ")} beside the cluster, not all columns`,
    );
}

/** Columns taken as they are whose spread float32 does not resolve, and its step at their largest value. */
function coarse({ columns }: TablePreparation, features: SurveyedColumn[]): { name: string; step: number }[] {
  return columns.flatMap((column, j) => {
    const { summary } = features[j]!;
    if (column.kind !== "number" || summary.type !== "number" || column.centre !== 0 || column.scale !== 1)
      return [];
    const largest = Math.max(Math.abs(summary.min), Math.abs(summary.max));
    // 24 bits of fraction, and nothing smaller than 2^-149.
    const step = 2 ** Math.max(-149, Math.floor(Math.log2(largest)) - 23);
    return summary.min < summary.max && step > summary.deviation / 100 ? [{ name: column.name, step }] : [];
  });
}

/** Share of a column's different values that may become equal to their neighbour before it is said. */
const toleratedShare = 0.01;

/** Finds the columns of numbers in which different values become one 32-bit feature, as 1 and 2 do beside 1e12. */
export class Merging {
  readonly #columns: { j: number; centre: number; scale: number; name: string }[];
  readonly #found = new Map<string, string>();

  constructor({ columns }: TablePreparation) {
    this.#columns = columns.flatMap((column, j) =>
      column.kind === "number" && column.scale !== null
        ? [{ j, name: column.name, centre: column.centre, scale: column.scale }]
        : [],
    );
  }

  /** Adds rows, a column of raw values for each column of the preparation. */
  add(raw: RawColumn[]): void {
    for (const { j, name, centre, scale } of this.#columns) {
      if (this.#found.has(name)) continue;
      const sorted = Float64Array.from(raw[j] as Float64Array).sort();
      let [different, merged, pair] = [0, 0, ""];
      for (let i = 1; i < sorted.length; i++) {
        const [before, value] = [sorted[i - 1]!, sorted[i]!];
        if (!(value > before)) continue;
        different++;
        if (Math.fround((value - centre) / scale) !== Math.fround((before - centre) / scale)) continue;
        merged++;
        pair ||= `${before} and ${value}`;
      }
      if (merged > different * toleratedShare) this.#found.set(name, pair);
    }
  }

  /** A line for each column. */
  lines(): string[] {
    return [...this.#found].map(
      ([name, pair]) => `"${name}": different values become equal 32-bit features, as ${pair}`,
    );
  }
}
