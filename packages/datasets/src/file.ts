import { basename, dirname, join, relative, resolve } from "node:path";
import type { Dataset } from "./dataset.js";
import { formatOf } from "./files/format.js";
import { isIdxName } from "./files/idx.js";
import { openTable } from "./files/open.js";
import { type FileOptions, optionsSchema } from "./files/options.js";
import { surveyTable } from "./files/survey.js";
import { openTableSet } from "./files/tableSet.js";
import { textColumn } from "./files/textColumn.js";
import { textFolder } from "./files/textFolder.js";
import { openTextSet } from "./files/textSet.js";

/**
 * Your own data: a table, arrays, a folder of images or of texts. Its preparation is fitted to the training rows and kept in
 * data.arrow; the user's own columns go beside it. Classes are numbered by value if all are numbers, else by name.
 */
export const file: Dataset<FileOptions> = {
  title: "your own file",
  optionsSchema,
  async files({ path, label }, { folder }) {
    const data = resolve(folder, path);
    // The labels of IDX files are in a file of their own.
    const paths = label !== null && isIdxName(path) ? [data, join(dirname(data), label)] : [data];
    return Object.fromEntries(paths.map((each) => [relative(folder, each), each]));
  },

  async open(options, { folder, log }) {
    const path = resolve(folder, options.path);
    const title = basename(path);
    const { format } = await formatOf(path, options);
    log(`reading ${options.path} as ${format}`);
    if (format === "texts") return openTextSet(await textFolder(path, options), title, options, log);
    const table = await openTable(path, format, options);
    if (options.text === null) return openTableSet(path, title, table, options, log);
    const source = textColumn(path, table, await surveyTable(table, options), options);
    return openTextSet(source, title, options, log);
  },
};
