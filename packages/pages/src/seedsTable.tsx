import type { MetricDescription } from "@gumbel/metrics";
import type { ComponentChildren } from "preact";
import { figure } from "./format.js";
import { Scroll } from "./scroll.js";

interface SeedsTableProps {
  pipeline: string;
  metrics: MetricDescription[];
  runs: { seed: number; figures: Record<string, number | null> }[];
  /** Further rows, with a cell for each seed. */
  children?: ComponentChildren;
}

/** Every figure of every seed of a pipeline: a column for each seed. */
export function SeedsTable({ pipeline, metrics, runs, children }: SeedsTableProps) {
  return (
    <Scroll label={`Seeds of ${pipeline}`}>
      <table>
        <caption class="hidden">Seeds of {pipeline}</caption>
        <thead>
          <tr>
            <th scope="col">seed</th>
            {runs.map(({ seed }) => (
              <th scope="col" key={seed}>
                {seed}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <tr key={metric.name}>
              <th scope="row">{metric.title}</th>
              {runs.map(({ seed, figures }) => {
                const value = figures[metric.name] ?? null;
                return <td key={seed}>{value === null ? "—" : figure(value, metric)}</td>;
              })}
            </tr>
          ))}
          {children}
        </tbody>
      </table>
    </Scroll>
  );
}
