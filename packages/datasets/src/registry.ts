import { UserError } from "@gumbel/config";
import type { Dataset } from "./dataset.js";

/** Every data set, by the name that pipeline.json uses. A new one is one file, named alike in camel case, and one line here. */
const datasets: Record<string, () => Promise<Dataset>> = {
  mnist: async () => (await import("./mnist.js")).mnist,
  usps: async () => (await import("./usps.js")).usps,
  svhn: async () => (await import("./svhn.js")).svhn,
  "reuters-10k": async () => (await import("./reuters10k.js")).reuters10k,
  "reuters-21578": async () => (await import("./reuters21578.js")).reuters21578,
  glyphs: async () => (await import("./glyphs.js")).glyphs,
  moons: async () => (await import("./moons.js")).moons,
  circles: async () => (await import("./circles.js")).circles,
  file: async () => (await import("./file.js")).file,
};

/** Names of all data sets. */
export const datasetNames: readonly string[] = Object.keys(datasets);

/**
 * Loads a data set by name.
 *
 * @throws UserError if no data set has this name.
 */
export async function loadDataset(name: string): Promise<Dataset> {
  return entryOf(name)();
}

/**
 * Path of a data set's built file, relative to this package's index.
 *
 * @throws UserError if no data set has this name.
 */
export function datasetFile(name: string): string {
  entryOf(name);
  return `${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}.js`;
}

function entryOf(name: string): () => Promise<Dataset> {
  const entry = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (entry) return entry;
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
