import type { ReportData } from "../data.js";
import { figure, type MetricName, metricNames, plural, signed, spread } from "../format.js";
import { Scroll } from "../parts.js";
import type { Section } from "../section.js";
import { runMetric, selectedRun } from "../select.js";

/** Every figure over the runs, with the published one beside it where there is one. */
export const metrics: Section = {
  id: "metrics",
  title: "Figures",
  render(data) {
    const { summary, runs } = data.evaluation;
    const names = metricNames(Object.keys(summary)).filter(({ key }) => summary[key] !== null);
    if (names.length === 0) {
      return { body: <p>The data has no labels, so there is nothing to compare the clusters with.</p> };
    }
    const sources = [...new Set(names.flatMap(({ key }) => data.published.get(key)?.source ?? []))];
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
              <tbody>{names.map((name) => row(data, name, isPublished))}</tbody>
            </table>
          </Scroll>
          <p class="note">
            {isPublished
              ? `Published: ${sources.join("; ")}.`
              : "No figure is published for this system on this data set."}
            {names.some(({ key }) => Number.isNaN(summary[key]!.mean)) &&
              " What is not a number: see evaluate/evaluation.json and train/seed-*/metrics.jsonl."}
          </p>
        </>
      ),
    };
  },
};

function row({ evaluation, published }: ReportData, name: MetricName, isPublished: boolean) {
  const ours = evaluation.summary[name.key]!;
  const theirs = published.get(name.key);
  return (
    <tr key={name.key}>
      <th scope="row">{name.title}</th>
      <td class="strong">
        {figure(ours.mean, name)}
        <span class="spread">{spread(ours.std, name)}</span>
      </td>
      {isPublished && (
        <td>
          {theirs ? figure(theirs.value, name) : "—"}
          <span class="spread">{theirs && spread(theirs.std, name)}</span>
        </td>
      )}
      {isPublished && <td>{theirs ? signed(ours.mean - theirs.value, name) : "—"}</td>}
      {evaluation.runs.length > 1 &&
        evaluation.runs.map((run) => {
          const value = runMetric(run, name.key);
          return (
            <td class="run" key={run.seed}>
              {value === null ? "—" : figure(value, name)}
            </td>
          );
        })}
    </tr>
  );
}
