/** A table of the user's as a data set: prepared features, classes, and the user's own columns beside them. */
import {
  type DatasetInfo,
  fitPreparation,
  parseDecimal,
  preparedFeatures,
  prepareRows,
  type RawColumn,
  type RawRows,
  type TablePreparation,
  Unseen,
} from "@gumbel/tables";
import type { OpenDataset, OwnBatch } from "../dataset.js";
import { checkTable } from "./checkTable.js";
import { doubtsOf } from "./doubts.js";
import { columnMethodsOf, methodsOf } from "./open.js";
import type { FileOptions } from "./options.js";
import { ownColumns } from "./ownColumns.js";
import { pixelsOf } from "./pixels.js";
import { unreadable } from "./problem.js";
import { Merging, sayPlan } from "./said.js";
import { type Survey, type SurveyedColumn, surveyTable } from "./survey.js";
import type { Table, TableChunk } from "./table.js";
import type { TablePlan } from "./tablePlan.js";
import { usedChunks } from "./usedRows.js";

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
  const own = ownColumns(table, (name) => roles.get(name) === "feature", survey.rows);
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
  checkTable(path, survey, features, options);
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
  const labelOf = new Map(info.classes.map((name, label) => [name, label]));
  const unseen = new Unseen("test rows");
  const merging = "preparation" in plan.way ? new Merging(plan.way.preparation) : undefined;
  for await (const chunk of usedChunks(table, survey, options)) {
    merging?.add(chunk.values.filter((_, j) => survey.columns[j]!.role === "feature"));
    yield {
      features: featuresOf(plan, chunk, unseen),
      labels: Int32Array.from(chunk.classes, (name) => labelOf.get(name ?? "") ?? -1),
      split: chunk.split,
      index: chunk.index,
      original: own.of(chunk, chunk.index),
    };
  }
  for (const line of [...(merging?.lines() ?? []), ...unseen.lines()]) plan.log(line);
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
