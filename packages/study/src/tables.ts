/** A study's tables: system × data set, the published figure beside ours. */
import type { Study } from "@gumbel/artifacts";
import { UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { loadSystem } from "@gumbel/models";
import { type MetricName, metricNames, type Published, publishedFor } from "@gumbel/report";
import type { Member, MemberRun } from "./members.js";

/** One figure of one run of a member. Accuracies and NMI are fractions, errors of neighbours percent. */
export interface Figure extends Pick<MemberRun, "origin" | "profile" | "settings" | "limit" | "date"> {
  /** Null where the run has no such figure. */
  mean: number | null;
  /** n - 1 in the denominator; null for one run. */
  std: number | null;
  seeds: number[];
  /** Ours less the published one; null where either is missing. */
  difference: number | null;
}

export interface Cell {
  published: Published | null;
  /** The one to show first; none where nothing was run. */
  figures: Figure[];
  problems: string[];
}

export interface Column {
  dataset: string;
  title: string;
  metric: MetricName;
}

export interface Row {
  system: string;
  title: string;
  labels: number | null;
  /** One per column. */
  cells: Cell[];
}

export interface Table {
  id: string;
  title: string;
  source: string;
  columns: Column[];
  rows: Row[];
}

/** Where the runs of a cell are looked up. */
export type ReadMember = (dataset: string, system: string, labels: number | null) => Promise<Member>;

/** Fills every table of the study. */
export async function makeTables(study: Study, read: ReadMember): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { rows, datasets, metrics, ...table } of study.tables) {
    const titles = new Map<string, string>();
    for (const dataset of datasets) titles.set(dataset, (await loadDataset(dataset)).title);
    const columns = datasets.flatMap((dataset) =>
      metrics.map((key) => ({ dataset, title: titles.get(dataset)!, metric: metricNames([key])[0]! })),
    );
    tables.push({ ...table, columns, rows: [] });
    for (const given of rows) {
      const { system, labels } = typeof given === "string" ? { system: given, labels: null } : given;
      const cells: Cell[] = [];
      for (const dataset of datasets) {
        const member = await read(dataset, system, labels);
        const published = publishedFor(dataset, system, labels, table.source);
        cells.push(...metrics.map((metric) => cellOf(member, metric, published.get(metric) ?? null)));
      }
      tables.at(-1)!.rows.push({ system, title: await titleOf(system), labels, cells });
    }
  }
  return tables;
}

function cellOf({ runs, problems }: Member, metric: string, published: Published | null): Cell {
  const figures = runs.map((run): Figure => {
    const ours = run.summary[metric];
    return {
      origin: run.origin,
      profile: run.profile,
      settings: run.settings,
      limit: run.limit,
      date: run.date,
      mean: ours?.mean ?? null,
      std: ours?.std ?? null,
      seeds: run.runs.map(({ seed }) => seed),
      difference: ours && published ? ours.mean - published.value : null,
    };
  });
  return { published, figures, problems };
}

/** Its full name; the registry's name of a system that is not there (yet). */
async function titleOf(system: string): Promise<string> {
  try {
    return (await loadSystem(system)).title;
  } catch (error) {
    if (error instanceof UserError) return system;
    throw error;
  }
}
