/** A table of the user's as a data set: prepared features, classes, and the user's own columns beside them. */
import {
  type ColumnSummary,
  type DatasetInfo,
  fitPreparation,
  parseDecimal,
  preparedFeatures,
  prepareRows,
  type RawColumn,
  type RawRows,
  type TablePreparation,
  textOf,
  Unseen,
} from "@gumbel/tables";
import type { OpenDataset, OwnBatch } from "../dataset.js";
import { doubtsOf, problemOfLabel } from "./doubts.js";
import { columnMethodsOf, methodsOf } from "./open.js";
import type { FileOptions } from "./options.js";
import { ownColumns } from "./ownColumns.js";
import { pixelsOf } from "./pixels.js";
import { unreadable } from "./problem.js";
import { Merging, sayPlan } from "./said.js";
import { type Survey, type SurveyedColumn, splitsOf, surveyTable, usedRows } from "./survey.js";
import type { Table, TableChunk } from "./table.js";
import type { TablePlan } from "./tablePlan.js";

/**
 * Opens a table as a data set.
 *
 * @param path for errors, and the title
 * @throws UserError if a value is missing, a column cannot become features, or an option does not fit the table.
 */
export async function openTableSet(
  path: string,
  title: string,
  table: Table,
  options: FileOptions,
  log: (line: string) => void,
): Promise<OpenDataset> {
  for (const note of table.notes) log(note);
  const survey = await surveyTable(table, options);
  const { features, way, info } = prepareTable(path, title, table, options, survey);
  const roles = new Map(survey.columns.map(({ name, role }) => [name, role]));
  const own = ownColumns(table, (name) => roles.get(name) === "feature");
  const plan: TablePlan = { path, table, options, survey, features, way, info, own, log };
  sayPlan(plan);
  return {
    info,
    sizes: survey.sizes,
    original: own.names,
    batches: () => batches(plan),
  };
}

/**
 * The preparation of a surveyed table and the description of its features.
 *
 * @throws UserError if the table cannot be prepared as the options say.
 */
export function prepareTable(
  path: string,
  title: string,
  table: Table,
  options: FileOptions,
  survey: Survey,
): Pick<TablePlan, "features" | "way" | "info"> {
  const features = survey.columns.filter(({ role }) => role === "feature");
  check(path, survey, features, options);
  const shape = options.shape ?? table.shape;
  const way =
    shape && options.prepare === null
      ? { pixels: pixelsOf(path, features) }
      : { preparation: fit(features, options) };
  const d = "pixels" in way ? features.length : preparedFeatures(way.preparation).length;
  if (shape && shape.reduce((product, size) => product * size, 1) !== d)
    throw unreadable(
      "dataset.shape",
      `an image of ${shape.join(" x ")} does not have ${d} values`,
      `a product of ${d}`,
    );
  const info: DatasetInfo = {
    name: "file",
    title,
    kind: shape ? "image" : d === 2 ? "points" : "vector",
    shape: shape ? [...shape] : [d],
    scale: "pixels" in way ? way.pixels.scale : 1,
    offset: 0,
    range: options.range ?? ("pixels" in way ? "unit" : "real"),
    classes: inOrder(survey.classes.keys()),
    source: title,
    ...("preparation" in way && { preparation: way.preparation }),
    columns: {
      label: survey.classes.size === 0 ? null : survey.columns[survey.label]!.name,
      ignored: survey.columns.flatMap(({ name, role }) =>
        role === "ignored" || role === "index" || role === "empty" ? [name] : [],
      ),
      doubts: "pixels" in way ? [] : doubtsOf(features, options),
    },
  };
  return { features, way, info };
}

/** Classes by value if all are numbers, else by name. */
export function inOrder(names: Iterable<string>): string[] {
  const sorted = [...names].sort();
  return sorted.every((name) => Number.isFinite(parseDecimal(name)))
    ? sorted.sort((a, b) => parseDecimal(a) - parseDecimal(b))
    : sorted;
}

function check(path: string, survey: Survey, features: SurveyedColumn[], options: FileOptions): void {
  if (features.length === 0)
    throw unreadable(path, "no column is left for the features", "a column per feature, beside the label");
  const nameless = features.findIndex(({ unnamed }) => unnamed);
  if (nameless >= 0) {
    const { name } = features[nameless]!;
    throw unreadable(
      path,
      `the column ${survey.columns.indexOf(features[nameless]!) + 1} has values, but no name`,
      "a name for each column with values",
      `name it in the file, or leave it out: "ignore": ["${name}"]`,
    );
  }
  const incomplete = features.filter(({ missing }) => missing > 0);
  if (options.missing === "error" && incomplete.length > 0) {
    const { name, firstMissing, missing } = incomplete[0]!;
    const all = incomplete.reduce((sum, column) => sum + column.missing, 0);
    const others = incomplete.length - 1;
    throw unreadable(
      firstMissing!,
      `${missing} ${missing === 1 ? "value is" : "values are"} missing in the column "${name}"${others > 0 ? `, ${all} in ${others + 1} columns together` : ""}`,
      "a value in each row",
      'set dataset.missing (gumbel new: --missing) to "drop", "mean" or "median", or leave the column out by dataset.ignore (--ignore)',
    );
  }
  if (survey.sizes.train === 0) {
    const dropped =
      survey.dropped > 0 ? `: ${survey.dropped} of ${survey.rows} rows miss a value and are dropped` : "";
    throw unreadable(path, `the file has no training example${dropped}`, "a row per example");
  }
  const unsuited = features.find(({ mixed }) => mixed);
  if (unsuited) {
    throw unreadable(
      unsuited.mixed!.where,
      `"${unsuited.mixed!.text}" in the column "${unsuited.name}" is not a decimal number`,
      "decimal numbers alone, or words",
      `correct the value, leave the column out by dataset.ignore, or take its values as names: "prepare": { "columns": { "${unsuited.name}": "categories" } }`,
    );
  }
  if (survey.sizes.train > 1 && features.every(({ summary }) => isConstant(summary)))
    throw unreadable(
      path,
      "every feature has one value in all training rows: there is nothing to cluster",
      "rows that differ",
    );
  const problem = problemOfLabel(survey);
  if (problem !== undefined) {
    const { name } = survey.columns[survey.label]!;
    throw unreadable(
      path,
      `the label "${name}" has ${problem}`,
      "the class of each row",
      `no dataset.label (gumbel new: --label), and the column left out too: dataset.ignore (--ignore) "${name}"`,
    );
  }
}

const isConstant = (summary: ColumnSummary): boolean =>
  summary.type === "number" ? summary.min === summary.max : summary.values.size === 1;

function fit(features: SurveyedColumn[], options: FileOptions): TablePreparation {
  const methods = columnMethodsOf(options);
  const named = features.find(
    ({ name, type }) => type === "text" && (methods.get(name) ?? "categories") !== "categories",
  );
  if (named)
    throw unreadable(
      "dataset.prepare",
      `the column "${named.name}" has text`,
      `"categories" for it, or nothing`,
    );
  const fill = options.missing === "mean" || options.missing === "median" ? options.missing : null;
  return fitPreparation(
    features.map(({ summary }) => summary),
    methodsOf(options),
    fill,
  );
}

async function* batches(plan: TablePlan): AsyncGenerator<OwnBatch> {
  const { table, options, survey, info, own } = plan;
  const roles = survey.columns.map(({ role }) => role);
  const labelOf = new Map(info.classes.map((name, label) => [name, label]));
  const unseen = new Unseen("test rows");
  const merging = "preparation" in plan.way ? new Merging(plan.way.preparation) : undefined;
  for await (const whole of table.chunks()) {
    const used = usedRows(whole, roles, options.missing === "drop");
    const chunk = used.includes(0) ? rowsOf(whole, used) : { ...whole, rows: undefined };
    if (chunk.count === 0) continue;
    const positions = Array.from({ length: chunk.count }, (_, i) => chunk.first + (chunk.rows?.[i] ?? i));
    const labels = chunk.values[survey.label];
    merging?.add(chunk.values.filter((_, j) => survey.columns[j]!.role === "feature"));
    yield {
      features: featuresOf(plan, chunk, unseen),
      labels: Int32Array.from({ length: chunk.count }, (_, i) =>
        labels ? (labelOf.get(textOf(labels, i) ?? "") ?? -1) : -1,
      ),
      split: splitsOf(chunk, survey.split),
      index: Uint32Array.from(positions),
      original: own.of(chunk, positions),
    };
  }
  for (const line of [...(merging?.lines() ?? []), ...unseen.lines()]) plan.log(line);
}

/** Some rows of a chunk. */
function rowsOf(chunk: TableChunk, used: Uint8Array): TableChunk & { rows: number[] } {
  const rows = [...used.keys()].filter((i) => used[i] === 1);
  const pick = (values: RawColumn): RawColumn =>
    Array.isArray(values) ? rows.map((i) => values[i]!) : Float64Array.from(rows, (i) => values[i]!);
  return {
    ...chunk,
    count: rows.length,
    values: chunk.values.map(pick),
    where: (row) => chunk.where(rows[row]!),
    rows,
  };
}

function featuresOf(
  { survey, way, info, features: columns, options }: TablePlan,
  chunk: TableChunk,
  unseen: Unseen,
): Uint8Array | Float32Array {
  const raw = chunk.values.filter((_, j) => survey.columns[j]!.role === "feature");
  if ("pixels" in way) {
    const d = raw.length;
    const features = new way.pixels.Stored(chunk.count * d);
    const most = Math.round(1 / way.pixels.scale);
    for (let j = 0; j < d; j++) {
      for (let i = 0; i < chunk.count; i++) {
        const value = Number(raw[j]![i] ?? Number.NaN);
        // True for a missing one too. The range is that of the training rows.
        if (!(value >= 0 && value <= most))
          throw unreadable(chunk.where(i), `the pixel "${columns[j]!.name}" is ${value}`, `0 to ${most}`);
        features[i * d + j] = value;
      }
    }
    return features;
  }
  const rows: RawRows = {
    count: chunk.count,
    columns: new Map(columns.map(({ name }, j) => [name, raw[j]!])),
    where: chunk.where,
  };
  const features = prepareRows(way.preparation, rows, unseen);
  if (options.range === "unit") checkUnit(features, way.preparation, info.shape, chunk, raw, columns);
  return features;
}

/** @throws UserError naming the first value that is not in [0, 1]. */
function checkUnit(
  features: Float32Array,
  preparation: TablePreparation,
  shape: number[],
  chunk: TableChunk,
  raw: RawColumn[],
  columns: SurveyedColumn[],
): void {
  const at = features.findIndex((value) => !(value >= 0 && value <= 1));
  if (at < 0) return;
  const d = shape.reduce((product, size) => product * size, 1);
  const row = Math.floor(at / d);
  const { column } = preparedFeatures(preparation)[at % d]!;
  const value = raw[columns.findIndex(({ name }) => name === column)]![row];
  throw unreadable(
    chunk.where(row),
    `the value ${value} of the column "${column}" becomes ${features[at]}`,
    'a number in [0, 1], since dataset.range is "unit"',
    '"prepare": "minmax" brings the training rows into [0, 1]; or let dataset.range be "real"',
  );
}
