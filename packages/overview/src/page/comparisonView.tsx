import { departuresText } from "@gumbel/config/browser";
import {
  digits,
  duration,
  figure,
  LineKey,
  moment,
  plural,
  plusMinus,
  Scroll,
  signed,
  tone,
} from "@gumbel/pages/browser";
import { type ComponentChildren, Fragment } from "preact";
import type { Finished } from "../entries/entry.js";
import {
  type CurveRow,
  compareCurves,
  compareMetrics,
  compareSettings,
  type MetricRow,
  type SettingRow,
} from "./comparison.js";
import { Curves } from "./curves.js";
import { groupsOf, mostColumns } from "./many.js";
import { RunRows } from "./manyView.js";
import { NameOfRun } from "./nameOfRun.js";
import { originOf, type View } from "./view.js";

interface ComparisonProps {
  entries: Finished[];
  view: View;
  change(changes: Partial<View>): void;
}

/** The picked pipelines beside each other: a column each, or, of more than four, a row each. */
export function Comparison({ entries, view, change }: ComparisonProps) {
  const many = entries.length > mostColumns;
  const warnings = cautions(entries, many);
  return (
    <div class="comparison">
      <p class="back">
        <button type="button" class="quiet" onClick={() => change({ compare: false })}>
          ← All pipelines
        </button>
      </p>
      <h1>{plural(entries.length, "pipeline")} compared</h1>
      {warnings.length > 0 && <p class="note-box">{warnings.join(" ")}</p>}
      {many ? (
        <Rows entries={entries} view={view} change={change} />
      ) : (
        <Columns entries={entries} view={view} change={change} />
      )}
    </div>
  );
}

function Rows({ entries, view, change }: ComparisonProps) {
  const curves = compareCurves(entries);
  return (
    <>
      <p class="note">
        Mean ± standard deviation over the seeds. A dot and its line are the same on the scale of their
        column, a ring the published figure; the best in bold. Press a heading to sort, and to draw the
        settings against it.
      </p>
      {groupsOf(entries, view).map((group) => (
        <RunRows key={group.dataset.name} group={group} view={view} change={change} />
      ))}
      {curves.length > 0 && (
        <details class="all-curves">
          <summary>Curves</summary>
          <Curves entries={entries} curves={curves} />
        </details>
      )}
    </>
  );
}

function Columns({ entries, view, change }: ComparisonProps) {
  const baseline = entries.find(({ id }) => id === view.baseline) ?? entries[0]!;
  const settings = compareSettings(entries);
  const curves = compareCurves(entries);
  return (
    <div class={entries.length < 4 ? "both two" : "both"}>
      <div>
        <Scroll label="Table of the compared pipelines">
          <table class="compared">
            <caption class="hidden">The compared pipelines</caption>
            <Headings entries={entries} baseline={baseline} change={change} />
            <Group title="Figures" columns={entries.length}>
              {compareMetrics(entries, baseline).map((row) => (
                <Metric key={row.metric.name} row={row} />
              ))}
            </Group>
            {curves.length > 0 && (
              <Group title="While training: last and best epoch" columns={entries.length}>
                {curves.map((row) => (
                  <LastAndBest key={row.title} row={row} />
                ))}
              </Group>
            )}
            <Group title={differingTitle(settings)} columns={entries.length}>
              {settings.differing.map((row) => (
                <Setting key={row.key} row={row} />
              ))}
            </Group>
            <Cost entries={entries} />
          </table>
        </Scroll>
        {settings.partial.length > 0 && <PartialOptions entries={entries} rows={settings.partial} />}
      </div>
      {curves.length > 0 && <Curves entries={entries} curves={curves} />}
    </div>
  );
}

/** A heading per pipeline, with the choice of the baseline. */
function Headings({
  entries,
  baseline,
  change,
}: Pick<ComparisonProps, "entries" | "change"> & { baseline: Finished }) {
  return (
    <thead>
      <tr>
        <td />
        {entries.map((entry, i) => (
          <th scope="col" key={entry.id}>
            <LineKey n={i} />
            <NameOfRun entry={entry} change={change} />
            {entry.origin === "record" && <span class="soft"> (record)</span>}
            <div class="note">
              {entry.dataset.title}
              <br />
              {entry.model.title}
              <br />
              {entry.profile}, {plural(entry.seeds, "run")}
              <br />
              {departuresText(entry)}
            </div>
            <label class="base">
              <input
                type="radio"
                name="baseline"
                checked={entry === baseline}
                onChange={() => change({ baseline: entry.id })}
              />
              baseline
            </label>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Cost({ entries }: Pick<ComparisonProps, "entries">) {
  return (
    <Group title="Cost" columns={entries.length}>
      <tr>
        <th scope="row">time</th>
        {entries.map(({ id, seconds }) => (
          <td key={id}>{duration(seconds)}</td>
        ))}
      </tr>
      <tr>
        <th scope="row">evaluated (UTC)</th>
        {entries.map(({ id, date }) => (
          <td key={id}>{date ? moment(date) : "—"}</td>
        ))}
      </tr>
      <tr>
        <th scope="row">origin</th>
        {entries.map((entry) => (
          <td key={entry.id}>{originOf(entry)}</td>
        ))}
      </tr>
    </Group>
  );
}

/** Options that only some of the pipelines have, folded away. */
function PartialOptions({ entries, rows }: Pick<ComparisonProps, "entries"> & { rows: SettingRow[] }) {
  return (
    <details>
      <summary>{plural(rows.length, "option")} that not all of them have</summary>
      <Scroll label="Table of options that not all have">
        <table class="compared">
          <caption class="hidden">Options that not all of them have</caption>
          <thead>
            <tr>
              <td />
              {entries.map((entry) => (
                <th scope="col" key={entry.id}>
                  {entry.id}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Setting key={row.key} row={row} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

/** Reasons why a difference of two figures says little. */
function cautions(entries: Finished[], grouped: boolean): string[] {
  const differ = (pick: (entry: Finished) => unknown): boolean => new Set(entries.map(pick)).size > 1;
  return [
    !grouped &&
      differ(({ dataset }) => dataset.name) &&
      "They are of different data sets: a difference of their figures says little.",
    differ(({ profile }) => profile) &&
      "They follow different profiles: quick and full figures are not alike.",
    differ(({ model }) => model.name) && "Losses of different systems cannot be compared.",
  ].filter((text) => text !== false);
}

function differingTitle({ differing, partial, equal }: ReturnType<typeof compareSettings>): string {
  const all = differing.length + partial.length + equal;
  return differing.length === 0
    ? `No setting differs (of ${all})`
    : `Settings that differ: ${differing.length} of ${all}`;
}

function Group({
  title,
  columns,
  children,
}: {
  title: string;
  columns: number;
  children: ComponentChildren;
}) {
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colSpan={columns + 1}>
          {title}
        </th>
      </tr>
      {children}
    </tbody>
  );
}

function Metric({ row: { metric, found, differences, baselineStd } }: { row: MetricRow }) {
  return (
    <tr>
      <th scope="row">{metric.title}</th>
      {found.map((ours, i) => {
        if (!ours) return <td key={i}>—</td>;
        const difference = differences[i] ?? null;
        return (
          <td key={i}>
            <b>{ours.mean === null ? "not a number" : figure(ours.mean, metric)}</b>
            <span class="muted">
              {plusMinus(ours.std, metric)} ({ours.n})
            </span>
            {difference !== null && (
              <div>
                <em class={tone(difference, metric, ours.std, baselineStd)}>{signed(difference, metric)}</em>
              </div>
            )}
            {ours.published && <div class="note">published {figure(ours.published.value, metric)}</div>}
          </td>
        );
      })}
    </tr>
  );
}

function LastAndBest({ row: { title, curves } }: { row: CurveRow }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {curves.map((curve, i) => (
        <td key={i}>
          {curve ? (
            <>
              {digits(curve.last.value)} <span class="muted">epoch {curve.last.epoch}</span>
              {curve.best && (
                <div class="note">
                  best {digits(curve.best.value)} at {curve.best.epoch}
                </div>
              )}
            </>
          ) : (
            "—"
          )}
        </td>
      ))}
    </tr>
  );
}

function Setting({ row: { key, values } }: { row: SettingRow }) {
  return (
    <tr>
      <th scope="row">
        <code>
          {key.split(/(?<=\.)|(?=[A-Z])/).map((part, i) => (
            <Fragment key={i}>
              {part}
              <wbr />
            </Fragment>
          ))}
        </code>
      </th>
      {values.map((value, i) => (
        <td key={i} class="setting">
          {value ?? "—"}
        </td>
      ))}
    </tr>
  );
}
