import { describeMetrics, type MetricDescription } from "@gumbel/metrics";
import {
  axes,
  categorical,
  draw,
  figure as figureText,
  type Plot,
  plural,
  plusMinus,
  type ReadLine,
} from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { bestOf } from "@gumbel/results";
import { nameOfParameter, pointsOf } from "@gumbel/workspace";
import { markBest } from "../tables/best.js";
import type { Cell, Table } from "../tables/table.js";
import { cellOf } from "../tables/tables.js";
import { emptyView, type FigureKind } from "./figure.js";

/** A metric against one parameter: a curve for each data set, with a band over the seeds, and the same as a table. */
export const sweep: FigureKind<"sweep"> = {
  part: null,
  // Its points are cells, of every run that there is.
  pipelines: () => [],
  async draw(figure, { study, name, members }) {
    const { parameter, id, title, source } = figure;
    const metrics = describeMetrics(figure.metrics);
    const short = nameOfParameter(study, parameter);
    const table: Table = { id, title, source, columns: [], rows: [] };
    const cellsOfValue = new Map<number, Cell[]>();
    const labels = study.points?.pipeline.labels?.count ?? null;
    let model = "";
    for (const dataset of study.points?.datasets ?? []) {
      const title = await datasetTitle(dataset);
      table.columns.push(...metrics.map((metric) => ({ dataset, title, metric })));
      for (const { name: pipeline, value, config } of pointsOf(study, name, dataset, parameter)) {
        model = config.model.name;
        const member = await members.read(pipeline, { dataset, model, labels });
        const cells = metrics.map(({ name }) => cellOf(member, name, null));
        cellsOfValue.set(value, [...(cellsOfValue.get(value) ?? []), ...cells]);
      }
    }
    for (const [value, cells] of [...cellsOfValue].sort(([a], [b]) => a - b)) {
      const point = `${parameter} = ${value}`;
      table.rows.push({ system: model, title: `${short} = ${value}`, labels, point, cells });
    }
    markBest(table);
    const values = [...cellsOfValue.keys()].sort((a, b) => a - b);
    const plots = await Promise.all(metrics.map((metric) => sweepPlot(table, metric, short, values)));
    return {
      ...emptyView(figure, "Means over the seeds, with a band of one standard deviation to each side."),
      plots: plots.filter((plot) => plot !== undefined),
      table,
    };
  },
};

interface SweepPoint extends ReturnType<typeof axes.aroundMean> {
  /** Value of the parameter. */
  value: number;
  /** The mean as text. */
  text: string;
  dataset: string;
  profile: string;
}

/** One metric's curves; undefined if nothing has run. Points of different profiles are never joined. */
async function sweepPlot(
  table: Table,
  metric: MetricDescription,
  parameter: string,
  values: number[],
): Promise<Plot | undefined> {
  const points = pointsOfMetric(table, metric, values);
  if (points.length === 0) return undefined;
  const datasets = [...new Set(table.columns.map(({ title }) => title))];
  const profiles = new Set(points.map(({ profile }) => profile));
  const described = datasets.map((dataset) =>
    describeCurve(
      dataset,
      points.filter((point) => point.dataset === dataset),
      metric,
      parameter,
    ),
  );
  return draw(
    `${table.id}-${metric.name.toLowerCase()}`,
    `${metric.title} against ${parameter}. ${described.join("; ")}`,
    {
      width: 330,
      height: 230,
      title: metric.title,
      data: { values: points },
      layer: layers(parameter, values, datasets, profiles.size > 1),
    },
    { axis: parameter, lines: readLines(points, datasets, profiles.size > 1) },
  );
}

/** Points of a metric in the table's cells; cells without a finite mean have none. */
function pointsOfMetric({ columns, rows }: Table, metric: MetricDescription, values: number[]): SweepPoint[] {
  const found = rows.flatMap(({ cells }, row) =>
    cells.flatMap(({ figures: [shown] }, column) => {
      const { title: dataset, metric: its } = columns[column]!;
      if (its.name !== metric.name || !shown || shown.mean === null || !Number.isFinite(shown.mean))
        return [];
      const { mean, std, profile } = shown;
      return { value: values[row]!, mean, std, dataset, profile: `${profile} profile` };
    }),
  );
  const range = axes.rangeOf(
    metric,
    found.map(({ mean }) => mean),
  );
  return found.map(({ mean, std, ...point }) => ({
    ...point,
    ...axes.aroundMean(mean, std, range),
    text: `${figureText(mean, metric)}${plusMinus(std, metric)}`,
  }));
}

/** `USPS: best 0.800 at wG = 2`. */
function describeCurve(
  dataset: string,
  points: SweepPoint[],
  metric: MetricDescription,
  parameter: string,
): string {
  if (points.length === 0) return `${dataset}: not run`;
  const best = bestOf(
    metric.better,
    points.map(({ value, mean }) => ({ at: value, value: mean })),
  );
  return `${dataset}: ${best ? `best ${best.value.toPrecision(3)} at ${parameter} = ${best.at}` : plural(points.length, "point")}`;
}

const readLines = (points: SweepPoint[], datasets: string[], severalProfiles: boolean): ReadLine[] =>
  datasets.map((dataset, i) => ({
    label: dataset,
    colour: categorical[i % categorical.length]!,
    points: points
      .filter((point) => point.dataset === dataset)
      .map(({ value, mean, text, profile }) => ({
        x: value,
        y: mean,
        text: severalProfiles ? `${text}, ${profile}` : text,
      })),
  }));

/** Vega-Lite layers: a band, a line and dots for each data set, a pattern of dashes for each profile. */
function layers(parameter: string, values: number[], datasets: string[], severalProfiles: boolean) {
  const x = {
    field: "value",
    type: "quantitative",
    title: parameter,
    scale: { nice: false, zero: false, domain: [values[0]!, values.at(-1)!] as number[] },
    axis: { values, grid: false, format: "~r", labelOverlap: "greedy" },
  } as const;
  const y = axes.amount(true);
  const color = axes.colourBy("dataset", datasets);
  const strokeDash = {
    field: "profile",
    type: "nominal",
    title: null,
    scale: {
      domain: ["full profile", "quick profile"],
      range: [
        [1, 0],
        [4, 3],
      ],
    },
    // One profile needs no key; the table says which.
    legend: severalProfiles ? { symbolStrokeColor: "#777777" } : null,
  } as const;
  const detail = { field: "profile", type: "nominal" } as const;
  return [
    {
      mark: { type: "area" as const, opacity: 0.16 },
      encoding: { x, ...axes.band(y), color, detail },
    },
    {
      mark: { type: "line" as const, strokeWidth: 2 },
      encoding: { x, y: { ...y, field: "mean" }, color, strokeDash, detail },
    },
    {
      mark: { type: "point" as const, filled: true, size: 36, opacity: 1 },
      encoding: { x, y: { ...y, field: "mean" }, color, detail },
    },
  ];
}
