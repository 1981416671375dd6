/** A look at the user's file before there is a pipeline: what is in it, and what could be its classes. */
import { basename } from "node:path";
import { type DatasetInfo, isProse } from "@gumbel/tables";
import { alikeIn } from "./alike.js";
import { formatOf } from "./format.js";
import { openTable } from "./open.js";
import { type FileOptions, optionsSchema } from "./options.js";
import { type Survey, type SurveyedColumn, surveyTable } from "./survey.js";
import type { Table } from "./table.js";
import { prepareTable } from "./tableSet.js";
import { textColumn } from "./textColumn.js";
import { textFolder } from "./textFolder.js";
import { openTextSet } from "./textSet.js";

export interface Look {
  /** How the file is read, a line each. */
  notes: string[];
  /** Rows that training sees. */
  training: number;
  /** Each column, a line each; empty for pixels and texts. */
  columns: string[];
  /** Names of the classes; empty if there is no label. */
  classes: string[];
  /** Rows that have a class, of the test as well. */
  labelled: number;
  /** The column or array that could be the label; null if none looks like one, or one is chosen. */
  proposedLabel: string | null;
  /** A column of sentences, whose words could be the features in place of all columns; null if there is none, or one is chosen. */
  proposedText: string | null;
  /**
   * The description of the prepared data.
   *
   * @throws UserError if the file cannot be prepared as the options say.
   */
  info(): Promise<DatasetInfo>;
}

/**
 * Looks at a file or a folder.
 *
 * @param given some of the options of the data set `file`
 * @throws UserError if it cannot be read.
 */
export async function lookAt(path: string, given: Partial<FileOptions>): Promise<Look> {
  const options = optionsSchema.parse({ ...given, path });
  const { format } = await formatOf(path, options);
  if (format === "texts") {
    const notes: string[] = [];
    const source = await textFolder(path, options);
    const { info, sizes } = await openTextSet(source, basename(path), options, (line) => notes.push(line));
    return {
      notes,
      training: sizes.train,
      columns: [],
      classes: info.classes,
      labelled: info.classes.length > 0 ? sizes.train + sizes.test : 0,
      proposedLabel: null,
      proposedText: null,
      info: async () => info,
    };
  }
  const table = await openTable(path, format, options);
  const survey = await surveyTable(table, options);
  const { sizes, classes, columns, rows } = survey;
  return {
    notes: [
      `${rows} rows${sizes.test > 0 ? `, ${sizes.test} of them for the test` : ""}, ${format}`,
      ...table.notes,
    ],
    training: sizes.train,
    columns: columns
      .filter(({ name }) => !table.unnamed?.has(name))
      .map((column) => describeColumn(column, options)),
    classes: [...classes.keys()],
    labelled: [...classes.values()].reduce((sum, count) => sum + count, 0),
    proposedLabel: proposedLabel(table, survey, options),
    proposedText: proposedText(survey, options),
    async info() {
      if (options.text === null) return prepareTable(path, basename(path), table, options, survey).info;
      const source = textColumn(path, table, survey, options);
      return (await openTextSet(source, basename(path), options, () => {})).info;
    },
  };
}

function describeColumn(
  { name, role, summary, missing, mixed }: SurveyedColumn,
  { text }: FileOptions,
): string {
  const values =
    summary.type === "number"
      ? summary.count === 0
        ? "no number"
        : `${rounded(summary.min)} to ${rounded(summary.max)}`
      : `text, ${summary.values.size > mostListed ? `more than ${mostListed} values` : [...summary.values.keys()].sort().join(", ")}`;
  const roles = {
    feature: text === null ? "" : "the text, whose words are the features: ",
    label: "the label: ",
    split: "the split: ",
    ignored: "left out: ",
    index: "left out, since it numbers the rows: ",
    empty: "left out, since it has no value: ",
  };
  const notes = [
    missing > 0 && `${missing} missing`,
    summary.type === "text" && alikeIn(summary.values.keys()),
    mixed && `"${mixed.text}" is not a decimal number (${mixed.where})`,
  ];
  return [`"${name}"  ${roles[role]}${values}`, ...notes].filter(Boolean).join(", ");
}

const mostListed = 8;
const rounded = (value: number): string => String(Number(value.toPrecision(6)));

/** Names under which people keep the class. */
const labelNames = new Set(["label", "labels", "class", "target", "species", "y", "category"]);
/** A text column with so few values could be the class, whatever its name. */
const mostClasses = 20;

function proposedLabel(table: Table, { columns, label }: Survey, options: FileOptions): string | null {
  if (label >= 0 || options.label !== null) return null;
  const features = columns.filter(({ role }) => role === "feature");
  const named = features.find(({ name }) => labelNames.has(name.toLowerCase()));
  const few = features.find(
    ({ summary }) => summary.type === "text" && summary.values.size > 1 && summary.values.size <= mostClasses,
  );
  return table.proposedLabel ?? named?.name ?? few?.name ?? null;
}

function proposedText({ columns }: Survey, options: FileOptions): string | null {
  if (options.text !== null) return null;
  const ofSentences = columns.filter(({ role, summary }) => role === "feature" && isProse(summary));
  return ofSentences.length === 1 ? ofSentences[0]!.name : null;
}
