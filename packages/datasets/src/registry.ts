import { UserError } from "@gumbel/config";
import type { Dataset } from "./dataset.js";

/** Every data set, by the name that pipeline.json uses. A new one is one file and one line here. */
const datasets: Record<string, () => Promise<Dataset>> = {
  mnist: async () => (await import("./mnist.js")).mnist,
  usps: async () => (await import("./usps.js")).usps,
  svhn: async () => (await import("./svhn.js")).svhn,
  "reuters-10k": async () => (await import("./reuters10k.js")).reuters10k,
  "reuters-21578": async () => (await import("./reuters21578.js")).reuters21578,
  glyphs: async () => (await import("./glyphs.js")).glyphs,
  moons: async () => (await import("./moons.js")).moons,
  circles: async () => (await import("./circles.js")).circles,
  csv: async () => (await import("./csv.js")).csv,
};

/** Names of all data sets. */
export const datasetNames: string[] = Object.keys(datasets);

/**
 * The data set of that name, with its options still unchecked.
 *
 * @throws UserError where there is none.
 */
export async function loadDataset(name: string): Promise<Dataset> {
  const load = datasets[name];
  if (!load) {
    throw new UserError({
      what: `there is no data set named "${name}"`,
      where: "dataset in pipeline.json",
      expected: `one of ${datasetNames.join(", ")}`,
      hint: 'your own data: { "name": "csv", "path": "data/mine.csv" }',
    });
  }
  return load();
}
