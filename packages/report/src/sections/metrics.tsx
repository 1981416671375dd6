import { describeMetrics, type MetricDescription } from "@gumbel/metrics";
import { figure, plural, plusMinus, Scroll, signed } from "@gumbel/pages";
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
    if (shown.length === 0) return undefined;
    const sources = [...new Set(shown.flatMap(({ name }) => data.published.get(name)?.source ?? []))];
    const labelled = data.evaluation.dataset.classes.length > 0;
    const isPublished = sources.length > 0;
    return {
      lead: (
        <>
          {runs.length > 1 ? `Mean ± standard deviation over ${plural(runs.length, "run")}.` : "One run."}{" "}
          {labelled &&
            "ACC, NMI and ARI compare the clusters with the classes: fractions, better when high; errors are percent, better when low. "}
          The silhouette (in [-1, 1]) and Calinski-Harabasz are better when high, Davies-Bouldin when low:
          they need no label, and are of at most 2,000 evenly spaced examples, in the space of the prepared
          data.
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
              : labelled && "No figure is published for this system on this data set."}
            {baselineOf(data)}
            {data.evaluation.agreement !== null &&
              ` The clusters of two runs agree with an adjusted Rand index of ${data.evaluation.agreement.toFixed(3)} in the mean.`}
            {shown.some(({ name }) => Number.isNaN(summary[name]!.mean)) &&
              " Not a number: see evaluate/evaluation.json and train/seed-*/metrics.jsonl."}
          </p>
        </>
      ),
    };
  },
};

/** k-means on the same data, in one sentence. */
function baselineOf({ evaluation: { baseline } }: ReportData): string {
  if (!baseline) return "";
  const figures = [
    ...(baseline.accuracy === null ? [] : [`ACC ${baseline.accuracy.toFixed(3)}`]),
    ...(baseline.silhouette === null ? [] : [`silhouette ${baseline.silhouette.toFixed(3)}`]),
  ];
  return ` k-means on the prepared data of ${plural(baseline.examples, "example")}: ${figures.join(", ")}.`;
}

function row({ evaluation, published }: ReportData, metric: MetricDescription, isPublished: boolean) {
  const ours = evaluation.summary[metric.name]!;
  const theirs = published.get(metric.name);
  return (
    <tr key={metric.name}>
      <th scope="row">{metric.title}</th>
      <td class="strong">
        {figure(ours.mean, metric)}
        <span class="muted">{plusMinus(ours.std, metric)}</span>
      </td>
      {isPublished && (
        <td>
          {theirs ? figure(theirs.value, metric) : "—"}
          <span class="muted">{theirs && plusMinus(theirs.std, metric)}</span>
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
