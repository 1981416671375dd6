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
import { npyArrays, npzArrays } from "./npy.js";
import type { FileOptions, Format } from "./options.js";
import { openParquet } from "./parquet.js";
import { unreadable } from "./problem.js";
import { readOnce, type Table } from "./table.js";

type Opener = (path: string, options: FileOptions, asText: ReadonlySet<string>) => Promise<Table>;

/** One reader per format. A folder of texts is no table: textFolder.ts reads it. */
const openers: Record<Exclude<Format, "texts">, Opener> = {
  csv: openDelimited,
  parquet: (path, _, asText) => openParquet(path, asText),
  arrow: (path, _, asText) => openArrow(path, asText),
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
 * @throws UserError if it cannot be read, or a column that the options name is not there.
 */
export async function openTable(
  path: string,
  format: Exclude<Format, "texts">,
  options: FileOptions,
): Promise<Table> {
  const methods = columnMethodsOf(options);
  const asCategories = [...methods].flatMap(([name, method]) => (method === "categories" ? [name] : []));
  const asText = new Set(
    [options.label, options.split, options.text, ...asCategories].filter((name) => name !== null),
  );
  const table = await openers[format](path, options, asText);
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
  const named = [...asText, ...options.ignore, ...methods.keys()];
  const unknown = named.find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw unreadable(
      path,
      `there is no column "${unknown}"`,
      `one of ${[...names].slice(0, 20).join(", ")}${names.size > 20 ? ", …" : ""}`,
    );
  }
  return readOnce(table);
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
