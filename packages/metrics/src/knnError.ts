import { knnErrors } from "./knn.js";
import { type EvaluatedRun, type Metric, percent, SettingError } from "./metric.js";

/** Name of the figure for k neighbours: `knn@5`. */
export const knnErrorName = (k: number): string => `knn@${k}`;

const pattern = /^knn@([1-9]\d*)$/;

/** The number of neighbours that is usually reported. */
const usual = 5;

/** A minute's search on two cores; every named data set takes less. */
const mostOperations = 2e12;
/** What the ranking of a distance costs beside its products (measured). */
const rankingOperations = 30;

/** The rows that vote and are voted on: labelled training and test examples. */
export interface Voters {
  base: Uint32Array;
  /** Of the labelled test examples, those that are voted on: evenly spaced. */
  queries: Uint32Array;
  /** Number of labelled test examples. */
  of: number;
}

/** Who votes on whom: as many test examples as the settings name, or else as a search of about a minute has time for. */
export function votersOf({
  labels,
  splits,
  latent: { d },
  settings: { knn },
}: Pick<EvaluatedRun, "labels" | "splits" | "latent" | "settings">): Voters {
  const labelled = (rows: Uint32Array): Uint32Array => rows.filter((row) => labels[row]! >= 0);
  const base = labelled(splits.train);
  const test = labelled(splits.test);
  const affordable = Math.floor(mostOperations / (base.length * (d + rankingOperations)));
  const count = Math.min(test.length, knn.queries ?? Math.max(1, affordable));
  const queries = Uint32Array.from({ length: count }, (_, i) => test[Math.floor((i * test.length) / count)]!);
  return { base, queries, of: test.length };
}

/**
 * Error of the vote of the k nearest labelled training examples on the labelled test examples, in percent. One figure
 * for each k of the settings, none if either split has no labels.
 */
export const knnError: Metric = {
  describe(name) {
    const k = pattern.exec(name)?.[1];
    return k === undefined
      ? undefined
      : {
          name,
          title: `kNN error, k = ${k}`,
          words: `test examples whose ${k} nearest training examples in the latent vote for another class`,
          unit: percent,
          range: [0, 100],
          better: "low",
        };
  },
  compute(run) {
    const { labels, latent, search } = run;
    const { knn } = run.settings;
    const { base, queries } = votersOf(run);
    if (base.length === 0 || queries.length === 0) return {};
    const most = Math.max(...knn.k);
    if (most > base.length) {
      throw new SettingError(
        `k is ${most}, but the training split has only ${base.length} labelled examples`,
        "knn.k",
        `numbers from 1 to ${base.length}`,
      );
    }
    const errors = knnErrors({
      base: rowsOf(latent, base),
      baseLabels: Int32Array.from(base, (row) => labels[row]!),
      queries: rowsOf(latent, queries),
      queryLabels: Int32Array.from(queries, (row) => labels[row]!),
      d: latent.d,
      k: knn.k,
      search,
    });
    return Object.fromEntries(errors.map(({ k, error }) => [knnErrorName(k), error]));
  },
  headline: (names) => names.find((name) => name === knnErrorName(usual)) ?? names[0],
};

function rowsOf({ values, d }: EvaluatedRun["latent"], rows: Uint32Array): Float32Array {
  const picked = new Float32Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) picked.set(values.subarray(rows[i]! * d, (rows[i]! + 1) * d), i * d);
  return picked;
}
