/** A study's page. */
import { document, type MetricName, Scroll, signed } from "@gumbel/report";
import type { Cell, Column, Figure, Table } from "./tables.js";
import { emptyText, figureText, originText, publishedText } from "./text.js";

export function studyPage(title: string, tables: Table[]): string {
  return document(
    title,
    <>
      <header class="page wide">
        <h1>{title}</h1>
        <p class="lead">
          Mean ± standard deviation (seeds) of our runs; below it what the figure is, then the published one
          and ours less it. kNN errors in percent, the others fractions.
        </p>
        <p class="note-box">
          A record was made by an earlier run and is kept with the project; what is computed now comes from
          this machine. Figures of the quick profile (grey) come from a few epochs, not from the paper's
          schedule: their difference from the published figure says nothing about the system.
        </p>
      </header>
      <main class="wide">
        {tables.map((table) => (
          <section key={table.id} id={table.id} aria-labelledby={`${table.id}-title`}>
            <h2 id={`${table.id}-title`}>{table.title}</h2>
            <p class="note">Published: {table.source}.</p>
            <Scroll label={table.title}>
              <TableView table={table} />
            </Scroll>
          </section>
        ))}
      </main>
      <footer class="wide">
        Made by Gumbel. Beside this page: the same as study.json, study.csv and study.md.
      </footer>
    </>,
  );
}

function TableView({ table: { title, columns, rows } }: { table: Table }) {
  const datasets = new Map<string, number>();
  for (const column of columns) datasets.set(column.title, (datasets.get(column.title) ?? 0) + 1);
  return (
    <table class="overview study">
      <caption class="hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col" rowSpan={2} class="text">
            system
          </th>
          {[...datasets].map(([dataset, count]) => (
            <th scope="colgroup" class="text" colSpan={count} key={dataset}>
              {dataset}
            </th>
          ))}
        </tr>
        <tr>
          {columns.map((column) => (
            <th scope="col" class="text" key={nameOf(column)}>
              {column.metric.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ system, title: name, labels, cells }) => (
          <tr key={system}>
            <th scope="row">
              {name}
              {labels !== null && <div class="note">{labels} labels</div>}
            </th>
            {cells.map((cell, i) => (
              <CellView key={nameOf(columns[i]!)} cell={cell} metric={columns[i]!.metric} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const nameOf = ({ title, metric }: Column): string => `${title}, ${metric.title}`;

function CellView({ cell, metric }: { cell: Cell; metric: MetricName }) {
  const [shown, ...others] = cell.figures;
  const published = publishedText(cell, metric);
  return (
    <td class="text">
      {shown ? (
        <>
          <span class={comparable(shown) ? undefined : "spread"}>{figureText(shown, metric)}</span>
          <div class="note">{originText(shown)}</div>
        </>
      ) : (
        <span class="spread">{emptyText(cell)}</span>
      )}
      {published && (
        <div class="note">
          {published} {shown && <Difference figure={shown} metric={metric} />}
        </div>
      )}
      {others.map((other) => (
        <div class="note" key={`${other.origin} ${other.profile}`}>
          also {figureText(other, metric)}: {originText(other)}
        </div>
      ))}
      {shown &&
        cell.problems.map((problem) => (
          <div class="note" key={problem}>
            also there, not shown: {problem}
          </div>
        ))}
    </td>
  );
}

/** Whether a figure may be held against the published one. */
const comparable = ({ profile, settings, limit }: Figure): boolean =>
  profile === "paper" && settings === "current" && limit === null;

/** Coloured only where the comparison is a fair one. */
function Difference({ figure, metric }: { figure: Figure; metric: MetricName }) {
  if (figure.difference === null) return null;
  const text = signed(figure.difference, metric);
  if (!comparable(figure)) return <>({text})</>;
  const better = metric.percent ? figure.difference <= 0 : figure.difference >= 0;
  return <em class={better ? "good" : "bad"}>{text}</em>;
}
