/** Mean and standard deviation of every figure over the runs, and their printed table. */
import { ari, contingency, describeMetrics, summarize } from "@gumbel/metrics";
import { type Evaluation, summaryOf, type TrainSummary } from "@gumbel/tables";

type Summary = Evaluation["summary"];

/** Statistics of every figure over the runs, by name; null if no run has the figure. */
export function summarizeRuns(runs: Evaluation["runs"]): Summary {
  const names = [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))];
  return Object.fromEntries(names.map((name) => [name, summaryOf(runs, name)]));
}

/** Mean adjusted Rand index between the clusters of every two runs; null for a single run. @param clusters of each run */
export function agreementOf(clusters: readonly Int32Array[]): number | null {
  const pairs = clusters.flatMap((one, i) =>
    clusters.slice(i + 1).map((other) => ari.compute(contingency(one, other))),
  );
  return pairs.length > 0 ? summarize(pairs).mean : null;
}

/** The seed with the lowest loss, the first of equal ones; the first seed if no run has a loss. Uses no label. */
export function selectSeed(runs: TrainSummary["runs"]): number {
  let selected = runs[0]!;
  for (const run of runs) {
    if (run.loss !== null && (selected.loss === null || run.loss < selected.loss)) selected = run;
  }
  return selected.seed;
}

/** A table with one line per figure, with its unit in brackets: `kNN error, k = 3 (%)  16.67 ± 23.57 (2)`. */
export function renderSummary(summary: Summary): string {
  const lines = describeMetrics(Object.keys(summary)).flatMap(({ name, title, unit }): [string, string][] => {
    const heading = unit.symbol === "" ? title : `${title} (${unit.symbol})`;
    const entry = summary[name];
    if (!entry) return [];
    const std = entry.std === null ? "" : ` ± ${entry.std.toFixed(unit.digits)}`;
    return [[heading, `${entry.mean.toFixed(unit.digits)}${std} (${entry.n})`]];
  });
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines.map(([title, text]) => `${title.padEnd(width)}  ${text}`).join("\n");
}
