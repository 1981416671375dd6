import { duration, figure, type MetricName, mainMetrics, moment, signed, spread } from "./format.js";
import { document } from "./page.js";
import { Scroll } from "./parts.js";
import type { ReportSummary } from "./summary.js";

/** A pipeline's report as the overview found it. */
export type OverviewEntry =
  | { pipeline: string; href: string; report: ReportSummary }
  /** Why its figures cannot be shown. */
  | { pipeline: string; problem: string };

/** Sorts the table by the column whose heading is pressed: figures largest first, then turned; empty cells stay last. */
const script = `
for (const button of document.querySelectorAll("th button")) button.onclick = () => {
  const heading = button.closest("th"), body = heading.closest("table").tBodies[0], column = heading.cellIndex;
  const key = (row) => row.cells[column]?.dataset.key ?? row.cells[column]?.textContent ?? "";
  const rows = [...body.rows], full = rows.filter((row) => key(row) !== ""), empty = rows.filter((row) => key(row) === "");
  const numeric = full.every((row) => !isNaN(key(row)));
  const now = heading.getAttribute("aria-sort");
  const descending = now ? now === "ascending" : numeric;
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  full.sort((a, b) => numeric ? key(a) - key(b) : key(a).localeCompare(key(b)));
  body.append(...(descending ? full.reverse() : full), ...empty);
};
`;

/** Headings of the columns that hold no numbers. */
const texts = ["pipeline", "data set", "system", "profile"];

/** The index over every pipeline that has a report. */
export function overviewPage(entries: OverviewEntry[]): string {
  const reports = entries.flatMap((entry) => ("report" in entry ? [entry.report] : []));
  const names = mainMetrics(reports.flatMap(({ metrics }) => Object.keys(metrics)));
  const headings = [...texts, "runs", ...names.map(({ title }) => title), "time", "evaluated (UTC)"];
  return document(
    "Gumbel: all pipelines",
    <>
      <header class="page wide">
        <h1>All pipelines</h1>
        <p class="lead">Deep clustering, one row per pipeline. Press a heading to sort by it.</p>
      </header>
      <main class="wide">
        {entries.length === 0 ? (
          <p>
            No pipeline has a report yet: <code>pnpm turbo run report</code>
          </p>
        ) : (
          <Scroll label="Table of pipelines">
            <table class="overview">
              <caption>
                Mean ± standard deviation over the runs; below it the published figure and the difference. kNN
                errors in percent, the others fractions.
              </caption>
              <thead>
                <tr>
                  {headings.map((text) => (
                    <th scope="col" class={texts.includes(text) ? "text" : undefined} key={text}>
                      <button type="button">{text}</button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) =>
                  "report" in entry ? (
                    <Row key={entry.pipeline} report={entry.report} href={entry.href} names={names} />
                  ) : (
                    <tr key={entry.pipeline}>
                      <th scope="row">{entry.pipeline}</th>
                      <td class="text" colSpan={headings.length - 1}>
                        {entry.problem}
                      </td>
                    </tr>
                  ),
                )}
              </tbody>
            </table>
          </Scroll>
        )}
      </main>
      <footer class="wide">Made by Gumbel. Beside this page: report.json, the same for machines.</footer>
    </>,
    [script],
  );
}

function Row({ report, href, names }: { report: ReportSummary; href: string; names: MetricName[] }) {
  const { seconds, evaluatedAt } = report.timings;
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return (
    <tr>
      <th scope="row">
        <a href={href}>{report.pipeline}</a>
      </th>
      <td class="text">{report.dataset.title}</td>
      <td class="text">{report.model.title}</td>
      <td class="text">{report.profile}</td>
      <td>{report.runs.length}</td>
      {names.map((name) => (
        <MetricCell key={name.key} metric={report.metrics[name.key]} name={name} />
      ))}
      <td data-key={total}>{duration(total)}</td>
      <td>{evaluatedAt ? moment(evaluatedAt) : "—"}</td>
    </tr>
  );
}

function MetricCell({
  metric,
  name,
}: {
  metric: ReportSummary["metrics"][string] | undefined;
  name: MetricName;
}) {
  if (!metric) return <td data-key="" />;
  if (metric.mean === null) return <td data-key="">not a number</td>;
  return (
    <td data-key={metric.mean}>
      {figure(metric.mean, name)}
      <span class="spread">{spread(metric.std, name)}</span>
      {metric.published && metric.difference !== null && (
        <div class="note">
          {figure(metric.published.value, name)}, {signed(metric.difference, name)}
        </div>
      )}
    </td>
  );
}
