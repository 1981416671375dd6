/** A study's page. */
import { departuresText, isAsPublished } from "@gumbel/config";
import type { MetricDescription } from "@gumbel/metrics";
import {
  document,
  Figure,
  figure as figureValue,
  Pictures,
  readoutScript,
  Scroll,
  signed,
  spread,
  tone,
} from "@gumbel/pages";
import { lastAndBest } from "../figures/epochs.js";
import type { FigureView, Followed, NamedSheet } from "../figures/figure.js";
import type { Cell, Column, Figure as OneFigure, Table } from "../tables/tables.js";
import type { Report } from "./report.js";
import {
  departureMark,
  departureNotes,
  emptyText,
  figureText,
  originText,
  publishedText,
  sharedOrigin,
  shownText,
} from "./text.js";

export function studyPage(title: string, { tables, figures }: Report): string {
  const parts = [...tables, ...figures];
  return document(
    title,
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <header class="page wide">
        <h1>{title}</h1>
        <p class="lead">
          Mean ± standard deviation (seeds) of our runs, with what the figure is; where something is
          published, that and ours less it. Errors in percent, the others fractions.
        </p>
        <p class="note-box">
          A record was made by an earlier run and is kept with the project; what is computed now comes from
          this machine. A number beside a figure leads to the line under its table that says in what the run
          departs from the method as published. Such figures are grey: their difference from the published one
          is not that of a reproduction.
        </p>
      </header>
      {parts.length > 1 && (
        <nav class="wide" aria-label="Tables and figures">
          <ul>
            {parts.map((part) => (
              <li key={part.id}>
                <a href={`#${part.id}`}>{part.title}</a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <main class="wide" id="main">
        {tables.map((table) => (
          <section key={table.id} id={table.id} aria-labelledby={`${table.id}-title`}>
            <h2 id={`${table.id}-title`}>{table.title}</h2>
            <p class="note">Published: {table.source}.</p>
            <Scroll label={table.title}>
              <TableView table={table} />
            </Scroll>
          </section>
        ))}
        {figures.map((figure) => (
          <FigureSection key={figure.id} figure={figure} />
        ))}
      </main>
      <footer class="wide">
        Made by Gumbel. Beside this page: the same as study.json, study.csv, study.md and study.tex
        {figures.length > 0 && ", plots as SVG and PNG, pictures as PNG"}.
      </footer>
    </>,
    [readoutScript],
  );
}

function FigureSection({ figure }: { figure: FigureView }) {
  const { id, title, source, published, lead, plots, sheets, shown, table, followed } = figure;
  const nothing = plots.length === 0 && sheets.length === 0;
  const wide = figure.kind === "latents";
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p class="note">
        Published: {source}.{published && ` ${published}`}
      </p>
      {nothing ? (
        <p class="note-box">Nothing to draw yet: none of its pipelines has run.</p>
      ) : (
        <p class="summary">{lead}</p>
      )}
      {plots.length > 0 && (
        <div class={wide ? undefined : "curves wide"}>
          {plots.map((plot) => (
            <Figure plot={plot} key={plot.name} />
          ))}
        </div>
      )}
      {sheets.map((each) => (
        <SheetView key={each.sheet.name} sheet={each} />
      ))}
      {shown.length > 0 && (
        <ul class="note runs">
          {shown.map((each) => (
            <li key={each.pipeline}>{shownText(each)}</li>
          ))}
        </ul>
      )}
      {followed.length > 0 && (
        <Scroll label={`${title}: last and best epoch`}>
          <FollowedTable followed={followed} />
        </Scroll>
      )}
      {table && (
        <Scroll label={title}>
          <TableView table={table} />
        </Scroll>
      )}
    </section>
  );
}

function SheetView({ sheet: { title, sheet, scale, rows } }: { sheet: NamedSheet }) {
  return (
    <>
      <h3>{title}</h3>
      <figure class="grid">
        <div class="rows" aria-hidden="true">
          {rows.map((name) => (
            <span key={name}>{name}</span>
          ))}
        </div>
        <Pictures sheet={sheet} alt={`${title}: rows of pictures: ${rows.join(", ")}`} scale={scale} />
      </figure>
    </>
  );
}

function FollowedTable({ followed }: { followed: Followed[] }) {
  return (
    <table>
      <caption>Last and best epoch, means over the seeds</caption>
      <thead>
        <tr>
          <th scope="col">followed</th>
          <th scope="col">last</th>
          <th scope="col">at epoch</th>
          <th scope="col">best</th>
          <th scope="col">at epoch</th>
        </tr>
      </thead>
      <tbody>
        {followed.map((each) => {
          const { last, best } = lastAndBest(each);
          return (
            <tr key={`${each.pipeline} ${each.metric.name}`}>
              <th scope="row">
                {each.title}, {each.metric.title}
              </th>
              <td class="strong">
                {figureValue(last.mean, each.metric)}
                <span class="spread">{spread(last.std, each.metric)}</span>
              </td>
              <td>{last.epoch}</td>
              <td>{best ? figureValue(best.mean, each.metric) : "—"}</td>
              <td>{best?.epoch ?? "—"}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function TableView({ table }: { table: Table }) {
  const { title, columns, rows } = table;
  const datasets = new Map<string, number>();
  // An origin that all rows share is in the heading.
  const origins = columns.map((_, i) => sharedOrigin(table, i));
  const notes = departureNotes(table);
  const mixed = new Set(rows.map(({ labels }) => labels)).size > 1;
  for (const column of columns) datasets.set(column.title, (datasets.get(column.title) ?? 0) + 1);
  return (
    <>
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
            {columns.map((column, i) => (
              <th scope="col" class="text" key={nameOf(column)}>
                {column.metric.title}
                {origins[i] && <div class="note">{origins[i]}</div>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ system, title: name, labels, cells }) => (
            <tr key={`${system} ${name} ${labels}`}>
              <th scope="row">
                {name}
                {mixed && labels !== null && <div class="note">{labels} labels</div>}
              </th>
              {cells.map((cell, i) => (
                <CellView
                  key={nameOf(columns[i]!)}
                  cell={cell}
                  metric={columns[i]!.metric}
                  originInHeading={origins[i] !== null}
                  notes={notes}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {notes.length > 0 && (
        <ol class="note departures">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ol>
      )}
    </>
  );
}

const nameOf = ({ title, metric }: Column): string => `${title}, ${metric.title}`;

interface CellProps {
  cell: Cell;
  metric: MetricDescription;
  /** True if the heading has the origin of the figure. */
  originInHeading: boolean;
  /** The lines under the table. */
  notes: string[];
}

function CellView({ cell, metric, originInHeading, notes }: CellProps) {
  const [shown, ...others] = cell.figures;
  const published = publishedText(cell, metric);
  if (cell.publishedOnly && cell.published) {
    return (
      <td class="text">
        {figureValue(cell.published.value, metric)}
        {spread(cell.published.std, metric)}
        <div class="note">published only</div>
      </td>
    );
  }
  return (
    <td class="text">
      {shown ? (
        <>
          <span class={comparable(shown) ? undefined : "spread"}>{figureText(shown, metric)}</span>
          <Mark figure={shown} notes={notes} />
          {!originInHeading && <div class="note">{originText(shown)}</div>}
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
          also {figureText(other, metric)}
          <Mark figure={other} notes={notes} />: {originText(other)}
        </div>
      ))}
      {shown &&
        cell.problems.map((problem) => (
          <div class="note" key={problem}>
            not shown: {problem}
          </div>
        ))}
    </td>
  );
}

/** The number of the line under the table that says in what a run departs from what is published. */
function Mark({ figure, notes }: { figure: OneFigure; notes: string[] }) {
  const mark = departureMark(figure, notes);
  return mark === null ? null : <sup title={departuresText(figure)}>{mark}</sup>;
}

/** Whether a figure is one of the published method, made as pipeline.json and the code say today. */
const comparable = (figure: OneFigure): boolean =>
  isAsPublished(figure) && figure.settings === "current" && figure.madeWith === null;

/** Coloured only if the comparison is fair. */
function Difference({ figure, metric }: { figure: OneFigure; metric: MetricDescription }) {
  if (figure.difference === null) return null;
  const text = signed(figure.difference, metric);
  if (!comparable(figure)) return <>({text})</>;
  return <em class={tone(figure.difference, metric)}>{text}</em>;
}
