import { UserError } from "@gumbel/config";
import type { Dataset } from "./dataset.js";

/**
 * The file of each data set, by its name in pipeline.json. The file exports the data set under the file's name. A new data
 * set is one file and one line here.
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
  file: "file",
};

/** Names of all data sets. */
export const datasetNames: readonly string[] = Object.keys(files);

/**
 * Loads a data set by name.
 *
 * @throws UserError if no data set has this name.
 */
export async function loadDataset(name: string): Promise<Dataset> {
  const file = fileOf(name);
  // Not in one expression, because vite would try to resolve the files.
  const path = `./${file}.js`;
  const module = (await import(path)) as Record<string, Dataset>;
  return module[file]!;
}

/**
 * Path of a data set's built file, relative to this package's index.
 *
 * @throws UserError if no data set has this name.
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
    hint: "your own data: pnpm gumbel new NAME --data FILE",
  });
}

/** The most similar name of a data set, if at most half of it differs. */
function nearestName(name: string): string | undefined {
  const [nearest] = datasetNames
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.edits - b.edits);
  return nearest && nearest.edits <= nearest.candidate.length / 2 ? nearest.candidate : undefined;
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
