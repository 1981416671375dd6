import { difference, duration, figure, metricNames, spread } from "./format.js";
import { document } from "./page.js";
import type { ReportSummary } from "./summary.js";

/** Sorts the table by the column whose heading is pressed. */
const script = `
for (const button of document.querySelectorAll("th button")) button.onclick = () => {
  const heading = button.closest("th"), table = heading.closest("table"), column = heading.cellIndex;
  const down = heading.getAttribute("aria-sort") !== "descending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
  const compare = (a, b) => { const [x, y] = [key(a), key(b)]; return x === "" ? 1 : y === "" ? -1 : isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y; };
  const rows = [...table.tBodies[0].rows].sort(compare);
  table.tBodies[0].append(...(down ? rows.reverse() : rows));
};
`;

/** The index over every pipeline that has a report. */
export function overviewPage(reports: { report: ReportSummary; href: string }[]): string {
  const names = metricNames([
    ...new Set(reports.flatMap(({ report }) => Object.keys(report.figures))),
  ]).filter(({ key }) => key !== "accuracySimple");
  const heading = (text: string) => (
    <th scope="col" key={text}>
      <button type="button">{text}</button>
    </th>
  );
  return document(
    "Gumbel: all pipelines",
    <>
      <header class="page">
        <h1>All pipelines</h1>
        <p class="lead">Deep clustering, one row per pipeline. Press a heading to sort by it.</p>
      </header>
      <main>
        {reports.length === 0 ? (
          <p>No pipeline has a report yet: pnpm turbo run report</p>
        ) : (
          <div class="scroll">
            <table>
              <caption>
                Mean ± standard deviation over the runs; below it the published figure and the difference. kNN
                errors in percent, the others fractions.
              </caption>
              <thead>
                <tr>
                  {[
                    "pipeline",
                    "data set",
                    "system",
                    "profile",
                    "runs",
                    ...names.map(({ title }) => title),
                    "time",
                  ].map(heading)}
                </tr>
              </thead>
              <tbody>
                {reports.map(({ report, href }) => {
                  const seconds = Object.values(report.seconds).reduce((sum, value) => sum + value, 0);
                  return (
                    <tr key={report.pipeline}>
                      <th scope="row">
                        <a href={href}>{report.pipeline}</a>
                      </th>
                      <td class="text">{report.dataset.title}</td>
                      <td class="text">{report.model.title}</td>
                      <td class="text">{report.profile}</td>
                      <td>{report.seeds.length}</td>
                      {names.map((name) => {
                        const ours = report.figures[name.key];
                        if (!ours) return <td key={name.key} data-key="" />;
                        return (
                          <td key={name.key} data-key={ours.mean}>
                            {figure(ours.mean, name)}
                            {spread(ours.std, name)}
                            {ours.published !== null && (
                              <div class="note">
                                {figure(ours.published, name)},{" "}
                                {difference(
                                  ours.mean,
                                  { value: ours.published, std: null, source: "" },
                                  name,
                                )}
                              </div>
                            )}
                          </td>
                        );
                      })}
                      <td data-key={seconds}>{duration(seconds)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </main>
      <footer>Made by Gumbel.</footer>
    </>,
    script,
  );
}
