import { loadDataset } from "@gumbel/datasets";
import {
  type Curve,
  categorical,
  draw,
  figure as figureText,
  type MetricName,
  metricNames,
  overRuns,
  type Plot,
  readCurve,
  seriesOf,
  spread,
} from "@gumbel/report";
import { emptyView, type FigureMaker, type Followed, showEach } from "./figure.js";

/** What was followed while pipelines learned: a plot for each metric, a curve for each pipeline. */
export const epochs: FigureMaker<"epochs"> = async (figure, context) => {
  const view = emptyView(
    figure,
    "Means over the seeds, with a band of one standard deviation to each side. ACC and NMI are for the eye alone: they steer and stop nothing.",
  );
  const metrics = figure.metrics.map(nameOf);
  view.shown = await showEach(figure.pipelines, context, async (pipeline, { dataset, runs }) => {
    const train = await context.members.artifacts(pipeline, "train");
    const curves: Curve[] = [];
    for (const { seed } of runs) curves.push(await readCurve(train, seed));
    const { title } = await loadDataset(dataset);
    const problems: string[] = [];
    for (const metric of metrics) {
      const series = seriesOf(curves).find(({ name }) => name === `curve-${metric.key}`);
      if (series) view.followed.push({ pipeline, title, metric, epochs: overRuns(series) });
      else problems.push(`${metric.title} is not followed while it learns`);
    }
    return { title, seeds: runs.map(({ seed }) => seed), problems };
  });
  for (const metric of metrics) {
    const own = view.followed.filter((each) => each.metric === metric);
    if (own.length > 0) view.plots.push(await epochsPlot(figure.id, metric, own));
  }
  return view;
};

const high = ["accuracy", "nmi"];

/** ACC, NMI, the total or a part of the loss. */
function nameOf(key: string): MetricName {
  if (high.includes(key)) return metricNames([key])[0]!;
  return { key, title: key === "loss" ? "Total loss" : `Loss: ${key}`, percent: false };
}

type Epoch = Followed["epochs"][number];

/** The last epoch, and the best one by the mean over the seeds; of a part of the loss neither low nor high is better. */
export function lastAndBest({ metric, epochs }: Followed): { last: Epoch; best: Epoch | null } {
  const last = epochs.at(-1)!;
  if (metric.key !== "loss" && !high.includes(metric.key)) return { last, best: null };
  const low = metric.key === "loss";
  return { last, best: epochs.reduce((a, b) => ((low ? b.mean < a.mean : b.mean > a.mean) ? b : a)) };
}

function epochsPlot(id: string, metric: MetricName, followed: Followed[]): Promise<Plot> {
  const values = followed.flatMap(({ title, epochs }) =>
    epochs.map(({ epoch, mean, std }) => ({
      epoch,
      mean,
      low: mean - (std ?? 0),
      high: mean + (std ?? 0),
      title,
    })),
  );
  const x = {
    field: "epoch",
    type: "quantitative",
    title: "epoch",
    scale: { nice: false, zero: false },
    axis: { tickMinStep: 1, tickCount: 5, grid: false, format: "d" },
  } as const;
  const y = {
    type: "quantitative",
    title: null,
    scale: { zero: high.includes(metric.key) },
    axis: { tickCount: 5, domain: false, ticks: false },
  } as const;
  const titles = [...new Set(followed.map(({ title }) => title))];
  const color = {
    field: "title",
    type: "nominal",
    title: null,
    scale: { domain: titles, range: categorical.slice(0, titles.length) },
    legend: { orient: "bottom", symbolType: "circle", symbolOpacity: 1 },
  } as const;
  const described = followed.map((each) => {
    const { last, best } = lastAndBest(each);
    const ofBest = best ? `, best ${best.mean.toPrecision(3)} at epoch ${best.epoch}` : "";
    return `${each.title}: ${last.mean.toPrecision(3)} at epoch ${last.epoch}${ofBest}`;
  });
  const spec: Parameters<typeof draw>[2] = {
    width: 330,
    height: 230,
    title: metric.title,
    data: { values },
    layer: [
      {
        mark: { type: "area", opacity: 0.16 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "line", strokeWidth: 2, point: values.length === titles.length },
        encoding: { x, y: { ...y, field: "mean" }, color },
      },
    ],
  };
  const readings = {
    axis: "epoch",
    lines: followed.map((each) => ({
      label: each.title,
      colour: categorical[titles.indexOf(each.title) % categorical.length]!,
      points: each.epochs.map(({ epoch, mean, std }) => ({
        x: epoch,
        y: mean,
        text: `${figureText(mean, metric)}${spread(std, metric)}`,
      })),
    })),
  };
  return draw(`${id}-${metric.key}`, `${metric.title} per epoch. ${described.join("; ")}`, spec, readings);
}
