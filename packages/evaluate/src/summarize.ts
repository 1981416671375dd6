/** Mean ± standard deviation of every figure over the runs, and the table that is printed of it. */

import { labelMetrics, summarize } from "@gumbel/metrics";
import type { Evaluation, TrainSummary } from "@gumbel/tables";

type Runs = Evaluation["runs"];
type Summary = Evaluation["summary"];

/** The figures of a run by name, in the order in which they are shown. */
function figures(run: Runs[number]): [string, number | null][] {
  return [
    ...labelMetrics.map(({ name }): [string, number | null] => [name, run[name] as number | null]),
    ["accuracySimple", run.accuracySimple],
    ["testError", run.testError],
    ...(run.knn ?? []).map(({ k, error }): [string, number] => [`knn@${k}`, error]),
  ];
}

/** Every figure over the runs; null where the runs do not have it. Neighbours stand as `knn@k`. */
export function summarizeRuns(runs: Runs): Summary {
  const values = new Map<string, number[]>();
  for (const run of runs) {
    for (const [name, value] of figures(run)) {
      values.set(name, [...(values.get(name) ?? []), ...(value === null ? [] : [value])]);
    }
  }
  return Object.fromEntries(
    [...values].map(([name, list]) => [name, list.length > 0 ? summarize(list) : null]),
  );
}

/** The seed with the lowest total loss, the earlier of equals; the first where no run has a loss. Looks at no label. */
export function selectSeed(runs: TrainSummary["runs"]): number {
  let selected = runs[0]!;
  for (const run of runs) {
    if (run.loss !== null && (selected.loss === null || run.loss < selected.loss)) selected = run;
  }
  return selected.seed;
}

const fractions: Record<string, string> = {
  ...Object.fromEntries(labelMetrics.map(({ name, title }) => [name, title])),
  accuracySimple: "ACC (simple approach)",
};

/** `ACC (Hungarian)  0.6933 ± 0.0214 (3)`, a line per figure; errors in percent. */
export function renderSummary(summary: Summary): string {
  const lines = Object.entries(summary).map(([name, entry]): [string, string] => {
    const error = name === "testError" ? "test error" : name.replace("knn@", "kNN error, k = ");
    const title = fractions[name] ?? `${error} (%)`;
    if (!entry) return [title, "none"];
    const digits = name in fractions ? 4 : 2;
    const std = entry.std === null ? "" : ` ± ${entry.std.toFixed(digits)}`;
    return [title, `${entry.mean.toFixed(digits)}${std} (${entry.n})`];
  });
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines.map(([title, text]) => `${title.padEnd(width)}  ${text}`).join("\n");
}
