/** A study's tables are filled: the published figure of each system and data set beside ours. */
import { describeMetric, type MetricDescription } from "@gumbel/metrics";
import { datasetTitle, publishedName, systemTitle } from "@gumbel/plan";
import { type Published, publishedFor } from "@gumbel/results";
import { isPublishedRow, memberRow, pipelineOfRow, type Study } from "@gumbel/workspace";
import { markBest } from "./best.js";
import { ofLowestLoss } from "./lowestLoss.js";
import type { Belonging, Member } from "./members.js";
import { halfInterval } from "./studentT.js";
import type { Cell, Column, Figure, Row, Table } from "./table.js";

/** A function that reads the runs of a cell. */
export type ReadMember = (name: string, belonging: Belonging) => Promise<Member>;

/** Fills every table of the study. */
export async function fillTables(root: string, study: Study, read: ReadMember): Promise<Table[]> {
  const tables: Table[] = [];
  for (const given of study.tables) {
    const { id, title, source, datasets, metrics } = given;
    const columns: Column[] = [];
    for (const dataset of datasets) {
      const title = await datasetTitle(dataset);
      columns.push(...metrics.map((key) => ({ dataset, title, metric: describeMetric(key) })));
    }
    const rows: Row[] = [];
    for (const row of given.rows) rows.push(await rowOf(root, given, row, read));
    const table = { id, title, source, columns, rows };
    markBest(table);
    tables.push(table);
  }
  return tables;
}

type StudyTable = Study["tables"][number];

async function rowOf(
  root: string,
  { datasets, metrics, source, bayesian, labels: most }: StudyTable,
  given: StudyTable["rows"][number],
  read: ReadMember,
): Promise<Row> {
  const publishedOnly = isPublishedRow(given);
  const row = memberRow(publishedOnly ? given.published : given, most);
  const { system, labels, title, lowestLoss } = row;
  const cells: Cell[] = [];
  for (const dataset of datasets) {
    const pipeline = pipelineOfRow(row, dataset);
    const member =
      publishedOnly || pipeline === null
        ? { runs: [], problems: [] }
        : await read(pipeline, { dataset, model: system, labels });
    const shown = lowestLoss ? ofLowestLoss(member) : member;
    // A variant is shown beside the published figure of its system.
    const published = publishedFor(dataset, await publishedName(root, system), labels, source);
    cells.push(
      ...metrics.map((metric) => ({
        ...cellOf(shown, metric, published.get(metric) ?? null),
        publishedOnly,
      })),
    );
  }
  const name = publishedOnly ? given.title : await systemTitle(root, system);
  const point = title ?? (lowestLoss ? "the run of the lowest loss" : null);
  const marked = bayesian.includes(system) ? `${name} (Bayesian)` : name;
  return { system, title: point ? `${marked}, ${point}` : marked, labels, point, cells };
}

/** Figures of one metric from a member's runs. */
export function cellOf({ runs, problems }: Member, metric: string, published: Published | null): Cell {
  const { better } = describeMetric(metric);
  const figures = runs.map((run): Figure => {
    const ours = run.summary[metric];
    return {
      id: run.id,
      origin: run.origin,
      profile: run.profile,
      settings: run.settings,
      share: run.share,
      madeWith: run.madeWith,
      limit: run.limit,
      variantOf: run.variantOf,
      departures: run.departures,
      start: run.start,
      chosenByLabels: run.chosenByLabels,
      date: run.date,
      mean: ours?.mean ?? null,
      std: ours?.std ?? null,
      seeds: run.runs.map(({ seed }) => seed),
      values: run.runs.flatMap(({ seed, figures }) => {
        const value = figures[metric] ?? null;
        return value === null ? [] : { seed, value };
      }),
      interval: ours ? halfInterval(ours.std, ours.n) : null,
      standing: null,
      difference: ours && published ? ours.mean - published.value : null,
      reached: ours && published ? reaches(ours.mean, published, better) : null,
    };
  });
  return { published, publishedOnly: false, figures, problems };
}

function reaches(
  mean: number,
  { value, std }: Published,
  better: MetricDescription["better"],
): boolean | null {
  if (std === null || better === null) return null;
  return (better === "high" ? value - mean : mean - value) <= std;
}
