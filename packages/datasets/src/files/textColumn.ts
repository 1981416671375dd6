/** A column of the user's table as texts. */
import { type RawColumn, textOf } from "@gumbel/tables";
import { checkTable } from "./checkTable.js";
import type { FileOptions } from "./options.js";
import { ownColumns } from "./ownColumns.js";
import { unreadable } from "./problem.js";
import type { Survey } from "./survey.js";
import type { Table } from "./table.js";
import type { TextSource } from "./textSet.js";
import { usedChunks } from "./usedRows.js";

/**
 * The texts of the column that `options.text` names.
 *
 * @param path for errors
 * @throws UserError if a text is missing, or all are alike.
 */
export function textColumn(path: string, table: Table, survey: Survey, options: FileOptions): TextSource {
  const texts = survey.columns.filter(({ role }) => role === "feature");
  if (options.missing === "mean" || options.missing === "median")
    throw unreadable(
      "dataset.missing",
      `texts have no ${options.missing} to stand in for a missing one`,
      '"error" or "drop"',
    );
  checkTable(path, survey, texts, options);
  const { name } = texts[0]!;
  const column = table.columns.findIndex((each) => each.name === name);
  const own = ownColumns(table, () => false, survey.rows);
  return {
    path,
    sizes: survey.sizes,
    classes: survey.classes.keys(),
    columns: {
      label: survey.classes.size > 0 ? survey.columns[survey.label]!.name : null,
      text: name,
      ignored: survey.columns.flatMap(({ name, role }) => (role === "ignored" ? [name] : [])),
    },
    original: own.names,
    async *batches() {
      for await (const chunk of usedChunks(table, survey, options)) {
        const { classes: labels, split, index } = chunk;
        yield {
          texts: textsOf(chunk.values[column]!),
          labels,
          split,
          index,
          original: own.of(chunk, index),
        };
      }
    },
    notes: () => [
      ...table.notes,
      ...(survey.dropped > 0
        ? [`${survey.dropped} of ${survey.rows} rows have no text and are dropped`]
        : []),
    ],
  };
}

/** The texts of a column in which none is missing. */
export const textsOf = (values: RawColumn): string[] =>
  Array.from({ length: values.length }, (_, i) => textOf(values, i)!);
