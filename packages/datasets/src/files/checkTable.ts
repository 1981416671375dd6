/** What a table must be to be prepared at all. */
import type { ColumnSummary } from "@gumbel/tables";
import { problemOfLabel } from "./doubts.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import type { Survey, SurveyedColumn } from "./survey.js";

/** @throws UserError naming the first thing that is wrong with the table, and what to do about it. */
export function checkTable(
  path: string,
  survey: Survey,
  features: SurveyedColumn[],
  options: FileOptions,
): void {
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
      options.text === null
        ? 'set dataset.missing (gumbel new: --missing) to "drop", "mean" or "median", or leave the column out by dataset.ignore (--ignore)'
        : 'set dataset.missing (gumbel new: --missing) to "drop"',
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
      `correct the value, leave the column out by dataset.ignore, or take its values as names: "prepare": { "columns": { "${unsuited.name}": "categories" } }${/\d/.test(unsuited.mixed!.text) ? "" : `; if it stands for a missing value: "missingValues": [${JSON.stringify(unsuited.mixed!.text)}]`}`,
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
