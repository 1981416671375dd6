import { describeMetrics, type MetricDescription } from "@gumbel/metrics";
import { figure, plural, Scroll, signed, spread } from "@gumbel/pages";
import type { ReportData } from "../data/data.js";
import { selectedRun } from "../data/select.js";
import type { Section } from "./section.js";

/** Every figure over the runs, with the published one beside it if there is one. */
export const metrics: Section = {
  id: "metrics",
  title: "Figures",
  render(data) {
    const { summary, runs } = data.evaluation;
    const shown = describeMetrics(Object.keys(summary)).filter(({ name }) => summary[name] !== null);
    if (shown.length === 0) {
      return { body: <p>The data has no labels, so there is nothing to compare the clusters with.</p> };
    }
    const sources = [...new Set(shown.flatMap(({ name }) => data.published.get(name)?.source ?? []))];
    const isPublished = sources.length > 0;
    return {
      lead: (
        <>
          {runs.length > 1 ? `Mean ± standard deviation over ${plural(runs.length, "run")}.` : "One run."}{" "}
          ACC, NMI and ARI are fractions, better when high; errors percent, better when low.
        </>
      ),
      body: (
        <>
          <Scroll label="Table of figures">
            <table class="figures">
              <caption class="hidden">Every figure, the published one beside it, and each run</caption>
              <thead>
                <tr>
                  <th scope="col">figure</th>
                  <th scope="col">here</th>
                  {isPublished && <th scope="col">published</th>}
                  {isPublished && <th scope="col">difference</th>}
                  {runs.length > 1 &&
                    runs.map(({ seed }) => (
                      <th
                        scope="col"
                        class={seed === selectedRun(data).seed ? "run shown" : "run"}
                        key={seed}
                      >
                        seed {seed}
                      </th>
                    ))}
                </tr>
              </thead>
              <tbody>{shown.map((metric) => row(data, metric, isPublished))}</tbody>
            </table>
          </Scroll>
          <p class="note">
            {isPublished
              ? `Published: ${sources.join("; ")}.`
              : "No figure is published for this system on this data set."}
            {shown.some(({ name }) => Number.isNaN(summary[name]!.mean)) &&
              " Not a number: see evaluate/evaluation.json and train/seed-*/metrics.jsonl."}
          </p>
        </>
      ),
    };
  },
};

function row({ evaluation, published }: ReportData, metric: MetricDescription, isPublished: boolean) {
  const ours = evaluation.summary[metric.name]!;
  const theirs = published.get(metric.name);
  return (
    <tr key={metric.name}>
      <th scope="row">{metric.title}</th>
      <td class="strong">
        {figure(ours.mean, metric)}
        <span class="spread">{spread(ours.std, metric)}</span>
      </td>
      {isPublished && (
        <td>
          {theirs ? figure(theirs.value, metric) : "—"}
          <span class="spread">{theirs && spread(theirs.std, metric)}</span>
        </td>
      )}
      {isPublished && <td>{theirs ? signed(ours.mean - theirs.value, metric) : "—"}</td>}
      {evaluation.runs.length > 1 &&
        evaluation.runs.map((run) => {
          const value = run.figures[metric.name] ?? null;
          return (
            <td class="run" key={run.seed}>
              {value === null ? "—" : figure(value, metric)}
            </td>
          );
        })}
    </tr>
  );
}
