/** The user's file as a table, whatever its format. */
import type { ColumnMethod } from "@gumbel/tables";
import { openArrays } from "./arrays.js";
import { openArrow } from "./arrowFile.js";
import { openDelimited } from "./delimited.js";
import { formatOf } from "./format.js";
import { idxArrays, withIdxArray } from "./idx.js";
import { openImageFolder } from "./imageFolder.js";
import { openJsonl } from "./jsonl.js";
import { matArrays } from "./mat.js";
import { withMissing } from "./missingValues.js";
import { npyArrays, npzArrays } from "./npy.js";
import type { FileOptions, Format } from "./options.js";
import { openParquet } from "./parquet.js";
import { unreadable } from "./problem.js";
import { readOnce, type Table } from "./table.js";

/**
 * @param asText columns whose numbers are names
 * @param isDispensable whether a field is left out if it is neither numbers nor text nor lists of numbers, which else is an error
 */
type Opener = (
  path: string,
  options: FileOptions,
  asText: ReadonlySet<string>,
  isDispensable: (field: string) => boolean,
) => Promise<Table>;

/** One reader per format. A folder of texts is no table: textFolder.ts reads it. */
const openers: Record<Exclude<Format, "texts">, Opener> = {
  csv: openDelimited,
  parquet: openParquet,
  arrow: openArrow,
  jsonl: openJsonl,
  npy: async (path, options) => openArrays(path, await npyArrays(path), options),
  npz: async (path, options) => openArrays(path, await npzArrays(path), options),
  mat: async (path, options) => openArrays(path, await matArrays(path), options),
  async idx(path, options) {
    const { isFolder } = await formatOf(path, options);
    return openArrays(path, await idxArrays(path), withIdxArray(path, options, isFolder));
  },
  images: openImageFolder,
};

/**
 * Opens the user's file or folder of images.
 *
 * @param needed the columns that new rows must have, whatever else the file has or lacks; absent: all, but those that are ignored
 * @throws UserError if it cannot be read, or a column that the options name is not there.
 */
export async function openTable(
  path: string,
  format: Exclude<Format, "texts">,
  options: FileOptions,
  needed?: ReadonlySet<string>,
): Promise<Table> {
  const methods = columnMethodsOf(options);
  const asCategories = [...methods].flatMap(([name, method]) => (method === "categories" ? [name] : []));
  const asText = new Set(
    [options.label, options.split, options.text, ...asCategories].filter((name) => name !== null),
  );
  const table = await openers[format](path, options, asText, (field) =>
    needed ? !needed.has(field) : options.ignore.includes(field),
  );
  const names = new Set<string>();
  for (const { name } of table.columns) {
    if (names.has(name))
      throw unreadable(
        table.namesAt ?? path,
        `two columns are named "${name}"`,
        "a different name for each column",
      );
    names.add(name);
  }
  const unread = new Set([...table.columns.map(({ list }) => list), ...(table.leftOut ?? [])]);
  const ignored = needed ? [] : options.ignore.filter((name) => !unread.has(name));
  const unknown = [...asText, ...ignored, ...methods.keys()].find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw unreadable(
      path,
      `there is no column "${unknown}"`,
      `one of ${[...names].slice(0, 20).join(", ")}${names.size > 20 ? ", …" : ""}`,
    );
  }
  return readOnce(withMissing(table, options));
}

/** How single columns are to be prepared, by their name. */
export const columnMethodsOf = ({ prepare }: FileOptions): ReadonlyMap<string, ColumnMethod> =>
  new Map(typeof prepare === "object" && prepare !== null ? Object.entries(prepare.columns) : []);

/** How each column is prepared: as it is named, else as all are. */
export function methodsOf(options: FileOptions): (column: string) => ColumnMethod {
  const named = columnMethodsOf(options);
  const { prepare } = options;
  const common = (typeof prepare === "string" ? prepare : prepare?.default) ?? "standardize";
  return (column) => named.get(column) ?? common;
}
