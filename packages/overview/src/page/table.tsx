import { departuresText, isAsPublished } from "@gumbel/config/browser";
import type { MetricDescription } from "@gumbel/metrics";
import {
  count,
  digits,
  duration,
  figure,
  moment,
  plural,
  plusMinus,
  Scroll,
  Sparkline,
  signed,
  tone,
} from "@gumbel/pages/browser";
import type { Entry, Finished, Other } from "../entries/entry.js";
import { NameOfRun } from "./nameOfRun.js";
import { StudyLinks } from "./studyLinks.js";
import { type Column, isFinished, largestFirst, originOf, type View, watchedCurve } from "./view.js";

interface TableProps {
  entries: Entry[];
  columns: Column[];
  view: View;
  change(changes: Partial<View>): void;
}

const texts = ["pipeline", "dataset", "system", "best", "date"];

/** Most rows that have two lines on paper, so that three sheets hold them all. */
const mostWithLines = 90;

/** A row per pipeline. On a narrow screen the style turns rows into cards. */
export function Table({ entries, columns, view, change }: TableProps) {
  const departures = departuresOf(entries);
  return (
    <>
      <p class="note key-to-figures">
        Mean, ± standard deviation (runs); below it the published figure and ours less it, grey for a run that
        departs from the method as published. kNN errors in percent, the others fractions.
      </p>
      <Scroll label="Table of pipelines">
        <table class={entries.length > mostWithLines ? "pipelines dense" : "pipelines"}>
          <caption class="hidden">All pipelines</caption>
          <thead>
            <tr>
              <th class="pick" scope="col">
                <span class="hidden">pick to compare</span>
              </th>
              {columns.map((column) => (
                <Heading key={column.key} column={column} view={view} change={change} />
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) =>
              isFinished(entry) ? (
                <Row
                  key={entry.id}
                  entry={entry}
                  columns={columns}
                  view={view}
                  change={change}
                  departure={departures.indexOf(departuresText(entry)) + 1}
                />
              ) : (
                <OtherRow key={entry.id} entry={entry} columns={columns.length} />
              ),
            )}
          </tbody>
        </table>
      </Scroll>
      {departures.length > 0 && (
        <ol class="departures on-paper">
          {departures.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ol>
      )}
    </>
  );
}

/** What runs depart in, once each: on paper a row has its number instead. */
function departuresOf(entries: Entry[]): string[] {
  const departing = entries.filter(isFinished).filter((entry) => !isAsPublished(entry));
  return [...new Set(departing.map(departuresText))];
}

interface RowProps extends Omit<TableProps, "entries"> {
  entry: Finished;
  /** Number of its departures on paper; 0 for none. */
  departure: number;
}

export function Heading({
  column,
  view,
  change,
}: {
  column: Column;
  view: View;
  change(changes: Partial<View>): void;
}) {
  const { key, title } = column;
  const sorted = view.sort === key ? (view.descending ? "descending" : "ascending") : undefined;
  const text = title.replaceAll(" = ", "\u00a0=\u00a0");
  const descending = sorted ? !view.descending : largestFirst(column);
  return (
    <th class={texts.includes(key) ? "text" : undefined} data-column={key} scope="col" aria-sort={sorted}>
      <button type="button" class="on-screen" onClick={() => change({ sort: key, descending })}>
        {text}
      </button>
      {/* A browser repeats texts on each sheet, but no buttons. */}
      <span class="on-paper">{text}</span>
    </th>
  );
}

function Row({ entry, columns, view, change, departure }: RowProps) {
  const picked = view.picked.includes(entry.id);
  const pick = (): void =>
    change({ picked: picked ? view.picked.filter((id) => id !== entry.id) : [...view.picked, entry.id] });
  return (
    <tr class={picked ? "chosen" : undefined}>
      <td class="pick">
        <input type="checkbox" aria-label={`compare ${entry.id}`} checked={picked} onChange={pick} />
      </td>
      <th scope="row">
        <NameOfRun entry={entry} change={change} />
        {entry.studies.length > 0 && (
          <div class="note">
            <StudyLinks studies={entry.studies} />
          </div>
        )}
        {entry.notes.map((note) => (
          <div class="note warning" key={note}>
            {note}
          </div>
        ))}
      </th>
      <td class="text" data-title="data set" data-column="dataset">
        {entry.dataset.title}
        {entry.limited && <div class="note warning">only {count(entry.dataset.n)} examples</div>}
      </td>
      <td class="text" data-title="system">
        {entry.model.title}
        {departure > 0 && <sup class="on-paper">{departure}</sup>}
        <div class="note about on-paper">
          {entry.dataset.title}, {entry.profile}, {plural(entry.seeds, "seed")}
          {entry.origin === "record" && ", record"}
          {entry.madeWith && ", earlier code"}
        </div>
        <div class="note on-screen">{entry.profile} profile</div>
        <div class="note departing on-screen" title={departuresText(entry)}>
          {departuresText(entry)}
        </div>
        {entry.madeWith && <div class="note warning on-screen">made with earlier code</div>}
      </td>
      {columns.flatMap(({ key, title, metric }) =>
        metric ? [<MetricCell key={key} entry={entry} title={title} metric={metric} />] : [],
      )}
      {columns.some(({ key }) => key === "best") && <Watched entry={entry} />}
      <td data-title="time">{duration(entry.seconds)}</td>
      <td class="text" data-title="evaluated" data-column="date">
        {entry.date ? moment(entry.date) : "—"}
        <div class="note">{originOf(entry)}</div>
      </td>
    </tr>
  );
}

function MetricCell({ entry, title, metric }: { entry: Finished; title: string; metric: MetricDescription }) {
  const ours = entry.metrics[metric.name];
  const comparable = isAsPublished(entry) && !entry.madeWith;
  const cell = (content: preact.ComponentChildren, empty = false) => (
    <td class={empty ? "figure empty" : "figure"} data-title={title}>
      {content}
    </td>
  );
  if (!ours) return cell(<span class="soft">—</span>, true);
  if (ours.mean === null) return cell(<em class="bad">not a number</em>);
  return cell(
    <>
      <b>{figure(ours.mean, metric)}</b>
      <div class="note spread">
        {plusMinus(ours.std, metric).trim()} <span class="on-screen">({ours.n})</span>
      </div>
      {ours.published && ours.difference !== null && (
        <div class="note published">
          {figure(ours.published.value, metric)}{" "}
          <em class={comparable ? tone(ours.difference, metric, ours.std, ours.published.std) : "soft"}>
            {signed(ours.difference, metric)}
          </em>
        </div>
      )}
    </>,
  );
}

/** The accuracy or the loss during training, with its last and its best value. */
function Watched({ entry }: { entry: Finished }) {
  const curve = watchedCurve(entry);
  return (
    <td class={curve ? "watched" : "watched empty"} data-title="while training" data-column="best">
      {curve ? (
        <div>
          <Sparkline points={curve.points} mark={curve.best} />
          <span>
            {curve.title === "ACC" ? "ACC" : "loss"} {digits(curve.last.value)}
            {curve.best && (
              <div class="note">
                best {digits(curve.best.value)} at {curve.best.epoch}
              </div>
            )}
          </span>
        </div>
      ) : (
        <span class="soft">—</span>
      )}
    </td>
  );
}

function OtherRow({ entry, columns }: { entry: Other; columns: number }) {
  return (
    <tr class="other">
      <td class="pick" />
      <th scope="row">
        {entry.pipeline}
        {entry.studies.length > 0 && (
          <div class="note">
            <StudyLinks studies={entry.studies} />
          </div>
        )}
      </th>
      <td class="text" colSpan={columns - 1}>
        {entry.state === "problem" && <em class="bad">cannot be shown: {entry.what}</em>}
        {entry.state === "failed" && <em class="bad">{entry.what}</em>}
        {!["problem", "failed"].includes(entry.state) && entry.what}
        {entry.hint && <div class="note">{entry.hint}</div>}
      </td>
    </tr>
  );
}
