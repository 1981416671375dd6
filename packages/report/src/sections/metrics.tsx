import type { ReportData } from "../data.js";
import { difference, figure, type MetricName, metricNames, spread } from "../format.js";
import type { Section } from "../section.js";

/** Every figure over the runs, with the published one beside it where there is one. */
export const metrics: Section = {
  id: "metrics",
  title: "Figures",
  render(data) {
    const { summary, runs } = data.evaluation;
    const names = metricNames(Object.keys(summary)).filter(({ key }) => summary[key] !== null);
    if (names.length === 0)
      return { body: <p>The data has no labels, so there is nothing to compare the clusters with.</p> };
    const sources = [...new Set(names.flatMap(({ key }) => data.published.get(key)?.source ?? []))];
    return {
      body: (
        <>
          <div class="scroll">
            <table>
              <caption>
                Mean ± standard deviation over {runs.length} {runs.length === 1 ? "run" : "runs"}; each run
                beside it. Accuracies, NMI and ARI are fractions (higher is better), kNN errors percent (lower
                is better).
              </caption>
              <thead>
                <tr>
                  <th scope="col">figure</th>
                  <th scope="col">ours</th>
                  <th scope="col">published</th>
                  <th scope="col">difference</th>
                  {runs.map(({ seed }) => (
                    <th scope="col" key={seed}>
                      seed {seed}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>{names.map((name) => row(data, name))}</tbody>
            </table>
          </div>
          {sources.length > 0 ? (
            <p class="note">Published: {sources.join("; ")}.</p>
          ) : (
            <p class="note">No figure is published for this system on this data set.</p>
          )}
        </>
      ),
    };
  },
};

function row({ evaluation, published }: ReportData, name: MetricName) {
  const ours = evaluation.summary[name.key]!;
  const theirs = published.get(name.key);
  return (
    <tr key={name.key}>
      <th scope="row">{name.title}</th>
      <td class="strong">
        {figure(ours.mean, name)}
        {spread(ours.std, name)}
      </td>
      <td>{theirs ? `${figure(theirs.value, name)}${spread(theirs.std, name)}` : "—"}</td>
      <td>{theirs ? difference(ours.mean, theirs, name) : "—"}</td>
      {evaluation.runs.map((run) => (
        <td key={run.seed}>{runFigure(run, name)}</td>
      ))}
    </tr>
  );
}

function runFigure(run: ReportData["evaluation"]["runs"][number], name: MetricName): string {
  const value = name.key.startsWith("knn@")
    ? run.knn?.find(({ k }) => `knn@${k}` === name.key)?.error
    : (run as Record<string, unknown>)[name.key];
  return typeof value === "number" ? figure(value, name) : "—";
}
