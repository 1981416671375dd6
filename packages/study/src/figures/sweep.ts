import { describeMetrics, type MetricDescription } from "@gumbel/metrics";
import { axes, categorical, draw, figure as figureText, type Plot, plural, spread } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { bestOf } from "@gumbel/results";
import { nameOfParameter, pointsOf } from "@gumbel/workspace";
import { type Cell, cellOf, type Table } from "../tables/tables.js";
import { emptyView, type FigureMaker } from "./figure.js";

/** A metric against one parameter: a curve for each data set, with a band over the seeds, and the same as a table. */
export const sweep: FigureMaker<"sweep"> = async (figure, { study, name, members }) => {
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
  const values = [...cellsOfValue.keys()].sort((a, b) => a - b);
  const plots = await Promise.all(metrics.map((metric) => sweepPlot(table, metric, short, values)));
  return {
    ...emptyView(figure, "Means over the seeds, with a band of one standard deviation to each side."),
    plots: plots.filter((plot) => plot !== undefined),
    table,
  };
};

/** One metric's curves; undefined where nothing has run. Points of different profiles are never joined. */
async function sweepPlot(
  { id, columns, rows }: Table,
  metric: MetricDescription,
  parameter: string,
  values: number[],
): Promise<Plot | undefined> {
  const datasets = [...new Set(columns.map(({ title }) => title))];
  const points = rows.flatMap(({ cells }, row) =>
    cells.flatMap(({ figures: [shown] }, column) => {
      const { title, metric: its } = columns[column]!;
      if (its.name !== metric.name || !shown || shown.mean === null || !Number.isFinite(shown.mean))
        return [];
      return {
        value: values[row]!,
        ...axes.aroundMean(shown.mean, shown.std),
        text: `${figureText(shown.mean, metric)}${spread(shown.std, metric)}`,
        dataset: title,
        profile: `${shown.profile} profile`,
      };
    }),
  );
  if (points.length === 0) return undefined;
  const profiles = [...new Set(points.map(({ profile }) => profile))].sort();
  const x = {
    field: "value",
    type: "quantitative",
    title: parameter,
    scale: { nice: false, zero: false, domain: [values[0]!, values.at(-1)!] as number[] },
    axis: { values, grid: false, format: "~r" },
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
    legend: profiles.length > 1 ? { symbolStrokeColor: "#777777" } : null,
  } as const;
  const detail = { field: "profile", type: "nominal" } as const;
  const readLines = datasets.map((dataset, i) => ({
    label: dataset,
    colour: categorical[i % categorical.length]!,
    points: points
      .filter((point) => point.dataset === dataset)
      .map(({ value, mean, text, profile }) => ({
        x: value,
        y: mean,
        text: profiles.length > 1 ? `${text}, ${profile}` : text,
      })),
  }));
  const described = datasets.map((dataset) => {
    const own = points.filter((point) => point.dataset === dataset);
    if (own.length === 0) return `${dataset}: not run`;
    const best = bestOf(
      metric.better,
      own.map(({ value, mean }) => ({ at: value, value: mean })),
    );
    return `${dataset}: ${best ? `best ${best.value.toPrecision(3)} at ${parameter} = ${best.at}` : plural(own.length, "point")}`;
  });
  return draw(
    `${id}-${metric.name.toLowerCase()}`,
    `${metric.title} against ${parameter}. ${described.join("; ")}`,
    {
      width: 330,
      height: 230,
      title: metric.title,
      data: { values: points },
      layer: [
        {
          mark: { type: "area", opacity: 0.16 },
          encoding: { x, ...axes.band(y), color, detail },
        },
        {
          mark: { type: "line", strokeWidth: 2 },
          encoding: { x, y: { ...y, field: "mean" }, color, strokeDash, detail },
        },
        {
          mark: { type: "point", filled: true, size: 36, opacity: 1 },
          encoding: { x, y: { ...y, field: "mean" }, color, detail },
        },
      ],
    },
    { axis: parameter, lines: readLines },
  );
}
