/** Mean ± standard deviation of every figure over the runs, and the table that is printed of it. */
import { describeMetrics, summarize } from "@gumbel/metrics";
import type { Evaluation, TrainSummary } from "@gumbel/tables";

type Summary = Evaluation["summary"];

/** Every figure over the runs, by name; null if no run has it. */
export function summarizeRuns(runs: Evaluation["runs"]): Summary {
  const names = [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = runs.flatMap(({ figures }) => figures[name] ?? []);
      return [name, values.length > 0 ? summarize(values) : null];
    }),
  );
}

/** The seed with the lowest total loss, the earlier of equals; the first if no run has a loss. Looks at no label. */
export function selectSeed(runs: TrainSummary["runs"]): number {
  let selected = runs[0]!;
  for (const run of runs) {
    if (run.loss !== null && (selected.loss === null || run.loss < selected.loss)) selected = run;
  }
  return selected.seed;
}

/** `ACC  0.693 ± 0.021 (3)`, a line per figure, with its unit in brackets. */
export function renderSummary(summary: Summary): string {
  const lines = describeMetrics(Object.keys(summary)).map(({ name, title, unit }): [string, string] => {
    const heading = unit.symbol === "" ? title : `${title} (${unit.symbol})`;
    const entry = summary[name];
    if (!entry) return [heading, "none"];
    const std = entry.std === null ? "" : ` ± ${entry.std.toFixed(unit.digits)}`;
    return [heading, `${entry.mean.toFixed(unit.digits)}${std} (${entry.n})`];
  });
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines.map(([title, text]) => `${title.padEnd(width)}  ${text}`).join("\n");
}
