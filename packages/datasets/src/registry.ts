import { UserError } from "@gumbel/config";
import type { Dataset } from "./dataset.js";

/**
 * The file of every data set, by the name that pipeline.json uses; it exports the data set by its own name. A new one is one
 * file and one line here.
 */
const files: Record<string, string> = {
  mnist: "mnist",
  usps: "usps",
  svhn: "svhn",
  "reuters-10k": "reuters10k",
  "reuters-21578": "reuters21578",
  glyphs: "glyphs",
  moons: "moons",
  circles: "circles",
  csv: "csv",
};

/** Names of all data sets. */
export const datasetNames: readonly string[] = Object.keys(files);

/**
 * The data set of that name, with its options still unchecked. Its file is loaded now, not before.
 *
 * @throws UserError if there is none.
 */
export async function loadDataset(name: string): Promise<Dataset> {
  const file = fileOf(name);
  // Not in one expression: vite would try to guess the files.
  const path = `./${file}.js`;
  const module = (await import(path)) as Record<string, Dataset>;
  return module[file]!;
}

/**
 * Path of the built file of a data set, from that of this package's index.
 *
 * @throws UserError if there is none of that name.
 */
export const datasetFile = (name: string): string => `${fileOf(name)}.js`;

function fileOf(name: string): string {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file) return file;
  const nearest = nearestName(name);
  throw new UserError({
    what: `there is no data set named "${name}"${nearest ? `; is "${nearest}" meant?` : ""}`,
    where: "dataset in pipeline.json",
    expected: `one of ${datasetNames.join(", ")}`,
    hint: 'your own data: { "name": "csv", "path": "data/mine.csv" }',
  });
}

/** The known name that is spelled most alike, where at most half of it differs. */
function nearestName(name: string): string | undefined {
  const [nearest] = datasetNames
    .map((known) => ({ known, edits: editDistance(name.toLowerCase(), known) }))
    .sort((a, b) => a.edits - b.edits);
  return nearest && nearest.edits <= nearest.known.length / 2 ? nearest.known : undefined;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
