/** Up to four compared pipelines, a column each: figures, curves, the settings that differ and what they cost. */
import { departuresText } from "@gumbel/config/browser";
import { duration, LineKey, moment, plural, Scroll } from "@gumbel/pages/browser";
import type { ComponentChildren } from "preact";
import type { Finished } from "../entries/entry.js";
import { LastAndBest, Metric, Setting } from "./comparedRows.js";
import { compareCurves, compareMetrics, compareSettings, type SettingRow } from "./comparison.js";
import { Curves } from "./curves.js";
import { NameOfRun } from "./nameOfRun.js";
import { originOf, type View } from "./view.js";

export interface ComparisonProps {
  entries: Finished[];
  view: View;
  change(changes: Partial<View>): void;
}

export function Columns({ entries, view, change }: ComparisonProps) {
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
