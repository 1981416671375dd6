/** A folder of the user's texts: a file each, a subfolder per class or none. */
import { beginning } from "@gumbel/tables";
import { batchRows } from "../dataset.js";
import { readWholeText } from "./encoding.js";
import { type FolderFile, folderColumns, listFolder } from "./folder.js";
import type { FileOptions } from "./options.js";
import type { TextSource } from "./textSet.js";

/** The texts of a folder. @throws UserError if it has none. */
export async function textFolder(folder: string, { encoding }: FileOptions): Promise<TextSource> {
  const files = await listFolder(folder, (name) => name.endsWith(".txt"), ".txt file");
  const classes = new Set(files.flatMap(({ label }) => label ?? []));
  const train = files.filter(({ split }) => split === "train").length;
  const converted = new Set<string>();
  async function read({ path, name }: FolderFile): Promise<string> {
    const { text, encoding: found } = await readWholeText(path, encoding);
    if (found === "windows-1252") converted.add(name);
    return text;
  }
  return {
    path: folder,
    sizes: { train, test: files.length - train },
    classes,
    columns: {
      label: classes.size > 0 ? folderColumns.label : null,
      text: null,
      ignored: [folderColumns.file],
    },
    original: [folderColumns.file, folderColumns.label, folderColumns.text],
    async *batches() {
      for (let first = 0; first < files.length; first += batchRows) {
        const some = files.slice(first, first + batchRows);
        const texts: string[] = [];
        for (const file of some) texts.push(await read(file));
        yield {
          texts,
          labels: some.map(({ label }) => label),
          split: Uint8Array.from(some, ({ split }) => (split === "train" ? 0 : 1)),
          index: Uint32Array.from(some, (_, i) => first + i),
          original: [some.map(({ name }) => name), some.map(({ label }) => label), texts.map(beginning)],
        };
      }
    },
    notes: () => [
      ...(converted.size > 0 ? [`${converted.size} of them are not UTF-8 and are read as windows-1252`] : []),
      classes.size > 0 ? "the subfolders are the classes" : "no subfolders: the classes are unknown",
    ],
  };
}
