/** A table of the study's page, and its switch between fractions and percent. */
import { departuresText, isAsPublished } from "@gumbel/config";
import { fraction, type MetricDescription } from "@gumbel/metrics";
import { figure as figureValue, plural, plusMinus, signed, tone } from "@gumbel/pages";
import type { ComponentChildren } from "preact";
import type { Cell, Column, Figure as OneFigure, Table } from "../tables/table.js";
import { marksBeside } from "./marks.js";
import {
  emptyText,
  intervalText,
  meanText,
  notesUnder,
  originText,
  publishedText,
  sharedOrigin,
} from "./text.js";

export const tableStyle = `
.lead + .lead { margin-top: .6rem; }
.switch { font-size: .88rem; margin-top: 1rem; } .switch input { accent-color: var(--accent); margin-right: .35rem; }
.percent, :root:has(#in-percent:checked) .fraction { display: none; } :root:has(#in-percent:checked) .percent { display: inline; }
button.run { all: unset; cursor: pointer; white-space: nowrap; text-decoration: underline dotted var(--line); text-underline-offset: 4px; } button.run:hover { text-decoration-color: currentColor; } button.run:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
button.run.muted { color: var(--soft); } button.run.best { font-weight: 700; }
.overview.study td { white-space: normal; min-width: 6.2rem; } .overview.study tbody th { white-space: normal; min-width: 7rem; }
.study sup { color: var(--soft); margin-left: .15rem; white-space: nowrap; } .marks { max-width: 62rem; }
@media print { .switch { display: none; } button.run { text-decoration: none; } }
`;

export function TableView({ table }: { table: Table }) {
  const { title, columns, rows } = table;
  const datasets = new Map<string, number>();
  // An origin that most rows share is in the heading.
  const origins = columns.map((_, i) => sharedOrigin(table, i));
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
                  originInHeading={origins[i]!}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {notesUnder(table).map((note) => (
        <p class="note marks" key={note}>
          {note}.
        </p>
      ))}
    </>
  );
}

const nameOf = ({ title, metric }: Column): string => `${title}, ${metric.title}`;

interface CellProps {
  cell: Cell;
  metric: MetricDescription;
  /** The origin that the heading has; null for none. */
  originInHeading: string | null;
}

function CellView({ cell, metric, originInHeading }: CellProps) {
  const [shown, ...others] = cell.figures;
  const { published } = cell;
  if (cell.publishedOnly && published) {
    return (
      <td class="text">
        <Both metric={metric}>
          {(unit, times) =>
            figureValue(published.value * times, unit) + plusMinus(scaled(published.std, times), unit)
          }
        </Both>
        <div class="note">published only</div>
      </td>
    );
  }
  return (
    <td class="text">
      {shown ? (
        <>
          <OpenRun figure={shown}>
            <Value figure={shown} metric={metric} />
          </OpenRun>
          <Marks figure={shown} />
          {shown.interval !== null && <Interval figure={shown} metric={metric} />}
          <div class="note">
            {plural(shown.seeds.length, "seed")}
            {originText(shown) !== originInHeading && `, ${originText(shown)}`}
          </div>
        </>
      ) : (
        <span class="muted">{emptyText(cell)}</span>
      )}
      {published && (
        <div class="note">
          <Both metric={metric}>
            {(unit, times) =>
              `${publishedText({ value: published.value * times, std: scaled(published.std, times) }, unit)} `
            }
          </Both>
          {shown && <Difference figure={shown} publishedStd={published.std} metric={metric} />}
        </div>
      )}
      {others.map((other) => (
        <div class="note" key={`${other.origin} ${other.profile}`}>
          also{" "}
          <OpenRun figure={other}>
            <Value figure={other} metric={metric} />
          </OpenRun>
          <Marks figure={other} />: {plural(other.seeds.length, "seed")}, {originText(other)}
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

const classOf = (figure: OneFigure): string =>
  ["run", ...(comparable(figure) ? [] : ["muted"]), ...(figure.standing === "best" ? ["best"] : [])].join(
    " ",
  );

/** Opens the card of a figure's run: by the browser itself, without a script. */
function OpenRun({ figure, children }: { figure: OneFigure; children: ComponentChildren }) {
  return (
    <button type="button" class={classOf(figure)} popovertarget={figure.id}>
      {children}
    </button>
  );
}

function Value({ figure, metric }: { figure: OneFigure; metric: MetricDescription }) {
  return (
    <Both metric={metric}>
      {(unit, times) => meanText({ mean: scaled(figure.mean, times), std: scaled(figure.std, times) }, unit)}
    </Both>
  );
}

/** `95 % [0.658, 1.056]`. */
function Interval({ figure: { mean, interval }, metric }: { figure: OneFigure; metric: MetricDescription }) {
  return (
    <div class="note">
      <Both metric={metric}>
        {(unit, times) =>
          intervalText({ mean: scaled(mean, times), interval: scaled(interval, times) }, unit)
        }
      </Both>
    </div>
  );
}

function Marks({ figure }: { figure: OneFigure }) {
  const marks = marksBeside(figure);
  return marks.length === 0 ? null : <sup title={departuresText(figure)}>{marks.join(" ")}</sup>;
}

/** A fraction as such and in percent, of which the switch at the top shows one; anything else once. */
function Both({
  metric,
  children,
}: {
  metric: MetricDescription;
  children: (metric: MetricDescription, times: number) => ComponentChildren;
}) {
  if (metric.unit !== fraction) return <>{children(metric, 1)}</>;
  return (
    <>
      <span class="fraction">{children(metric, 1)}</span>
      <span class="percent">{children({ ...metric, unit: { symbol: "", digits: 2 } }, 100)}</span>
    </>
  );
}

const scaled = (value: number | null, times: number): number | null =>
  value === null ? null : value * times;

/** True for a figure of the published method, with the current settings of pipeline.json and the current code. */
const comparable = (figure: OneFigure): boolean =>
  isAsPublished(figure) && figure.settings === "current" && figure.madeWith === null;

/** Coloured only if the comparison is fair, and the difference more than noise. */
function Difference({
  figure,
  publishedStd,
  metric,
}: {
  figure: OneFigure;
  publishedStd: number | null;
  metric: MetricDescription;
}) {
  const { difference, std } = figure;
  if (difference === null) return null;
  const text = <Both metric={metric}>{(unit, times) => signed(difference * times, unit)}</Both>;
  if (!comparable(figure)) return <>({text})</>;
  return <em class={tone(difference, metric, std, publishedStd)}>{text}</em>;
}
