/** More than four runs beside each other: grouped by data set, with the settings that differ. */
import type { MetricDescription } from "@gumbel/metrics";
import type { ParallelRun } from "@gumbel/pages/browser";
import type { Finished } from "../entries/entry.js";
import { compareSettings, type SettingRow } from "./comparison.js";
import { type Column, columnsOf, largestFirst, shownEntries, type View } from "./view.js";

/** Most runs that are columns; of more, each is a row. */
export const mostColumns = 4;
/** Most settings that have an axis, so that the plot fits a screen of 1280 pixels. */
const mostAxes = 7;

export interface RunGroup {
  dataset: Finished["dataset"];
  /** In the order of the rows. */
  entries: Finished[];
  /** Figures and time: the columns that can be sorted by. */
  columns: Column[];
  /** The best mean of each metric, of two runs or more. */
  best: Map<string, number>;
  /** The metric that the rows are sorted by, if they are by one; else the first. */
  metric: MetricDescription | null;
  /** Settings that differ, each with its values in the order of `entries`. */
  differing: SettingRow[];
  /** Those with an axis of their own. */
  axes: SettingRow[];
}

/** The runs of each data set; the rows in the order of the view, without one the best first. */
export function groupsOf(entries: Finished[], view: View): RunGroup[] {
  const titles = new Map(entries.map(({ dataset }) => [dataset.name, dataset.title]));
  return [...titles]
    .sort(([, a], [, b]) => a.localeCompare(b))
    .map(([name]) =>
      groupOf(
        entries.filter(({ dataset }) => dataset.name === name),
        view,
      ),
    );
}

function groupOf(entries: Finished[], view: View): RunGroup {
  const columns = columnsOf(entries).filter(({ key, metric }) => metric || key === "seconds");
  const chosen = columns.find(({ key }) => key === view.sort);
  const column = chosen ?? columns[0]!;
  const descending = chosen ? view.descending : largestFirst(column);
  const order = { ...view, text: "", dataset: "", system: "", profile: "", sort: column.key, descending };
  const sorted = shownEntries(entries, order) as Finished[];
  const metrics = columns.flatMap(({ metric }) => metric ?? []);
  const { differing } = compareSettings(sorted);
  return {
    dataset: entries[0]!.dataset,
    entries: sorted,
    columns,
    best: new Map(metrics.flatMap((metric) => bestMean(metric, entries))),
    metric: column.metric ?? metrics[0] ?? null,
    differing,
    axes: axesOf(differing),
  };
}

function bestMean({ name, better }: MetricDescription, entries: Finished[]): [string, number][] {
  const means = entries.flatMap(({ metrics }) => metrics[name]?.mean ?? []);
  if (means.length < 2 || better === null) return [];
  return [[name, better === "low" ? Math.min(...means) : Math.max(...means)]];
}

/** Settings that divide the runs in the same way say the same: only the first of them has an axis. */
function axesOf(differing: SettingRow[]): SettingRow[] {
  const seen = new Set<string>();
  return differing
    .filter(({ values }) => {
      const division = values.map((value) => values.indexOf(value)).join();
      return !seen.has(division) && seen.add(division);
    })
    .slice(0, mostAxes);
}

/** The lines of the plot: every run that has the metric, the last row first, so that the first is at the top of an axis of names. */
export function linesOf({ entries, axes }: RunGroup, { name }: MetricDescription): ParallelRun[] {
  return entries
    .flatMap((entry, i) => {
      const mean = entry.metrics[name]?.mean ?? null;
      if (mean === null) return [];
      const values = axes.map(({ key, values }) => [key, valueOfSetting(values[i]!)] as const);
      return [{ id: entry.id, mean, values: Object.fromEntries(values) }];
    })
    .reverse();
}

/** A number if it is one, so that its axis is by size. */
function valueOfSetting(text: string | null): string | number | null {
  if (text === null) return null;
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The names of the runs of each value of a setting, in the order of the rows; those without the setting are left out. */
export function runsByValue({ values }: SettingRow, entries: Finished[]): [value: string, names: string[]][] {
  const byValue = new Map<string, string[]>();
  entries.forEach((entry, i) => {
    const value = values[i] ?? null;
    if (value !== null) byValue.set(value, [...(byValue.get(value) ?? []), nameOf(entry, entries)]);
  });
  return [...byValue];
}

/** The pipeline's name, unless its run and its record are both there. */
export const nameOf = ({ id, pipeline }: Finished, entries: Finished[]): string =>
  entries.filter((other) => other.pipeline === pipeline).length > 1 ? id : pipeline;

/** Lowest and highest value that a column's dots reach, with the standard deviations and the published figures. */
export function spanOf({ name }: MetricDescription, entries: Finished[]): [low: number, high: number] {
  const values = entries.flatMap(({ metrics }) => {
    const found = metrics[name];
    if (!found || found.mean === null) return [];
    const std = found.std ?? 0;
    return [found.mean - std, found.mean + std, ...(found.published ? [found.published.value] : [])];
  });
  return [Math.min(...values), Math.max(...values)];
}
