import type { MetricDescription } from "@gumbel/metrics";
import { axes, categorical, draw, figure as figureText, type Plot, plusMinus } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { keptSeries } from "@gumbel/records";
import { bestOf, describeFollowed, overRuns } from "@gumbel/results";
import { emptyView, type FigureKind, type Followed, showEach } from "./figure.js";

/** Quantities recorded during training: a plot for each metric, a curve for each pipeline. */
export const epochs: FigureKind<"epochs"> = {
  part: null,
  pipelines: ({ pipelines }) => pipelines,
  async draw(figure, context) {
    const view = emptyView(
      figure,
      "Means over the seeds, with a band of one standard deviation to each side. ACC and NMI are only shown: training does not use them.",
    );
    const metrics = figure.metrics.map(describeFollowed);
    view.shown = await showEach(
      figure.pipelines,
      context,
      "nothing is recorded during training",
      (run) => context.members.curves(run),
      async (pipeline, curves, { dataset }) => {
        const title = await datasetTitle(dataset);
        const problems: string[] = [];
        for (const metric of metrics) {
          const runs = keptSeries(curves, metric.name);
          if (runs) view.followed.push({ pipeline, title, metric, epochs: overRuns({ runs }) });
          else problems.push(`${metric.title} is not recorded during training`);
        }
        return { title, seeds: curves.map(({ seed }) => seed), problems };
      },
    );
    for (const metric of metrics) {
      const own = view.followed.filter((each) => each.metric === metric);
      if (own.length > 0) view.plots.push(await epochsPlot(figure.id, metric, own));
    }
    return view;
  },
};

type Epoch = Followed["epochs"][number];

/** The last epoch, and the best one by the mean over the seeds; no best one if neither direction is better. */
export function lastAndBest({ metric, epochs }: Followed): { last: Epoch; best: Epoch | null } {
  const best = bestOf(
    metric.better,
    epochs.map((epoch) => ({ ...epoch, value: epoch.mean })),
  );
  return { last: epochs.at(-1)!, best: best ?? null };
}

function epochsPlot(id: string, metric: MetricDescription, followed: Followed[]): Promise<Plot> {
  const means = followed.flatMap(({ epochs }) => epochs.map(({ mean }) => mean));
  const range = axes.rangeOf(metric, means);
  const values = followed.flatMap(({ title, epochs }) =>
    epochs.map(({ epoch, mean, std }) => ({ epoch, ...axes.aroundMean(mean, std, range), title })),
  );
  const y = axes.amount(metric.better === "high");
  const titles = [...new Set(followed.map(({ title }) => title))];
  const color = axes.colourBy("title", titles);
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
        encoding: { x: axes.epochs, ...axes.band(y), color },
      },
      {
        mark: { type: "line", strokeWidth: 2, point: values.length === titles.length },
        encoding: { x: axes.epochs, y: { ...y, field: "mean" }, color },
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
        text: `${figureText(mean, metric)}${plusMinus(std, metric)}`,
      })),
    })),
  };
  return draw(`${id}-${metric.name}`, `${metric.title} per epoch. ${described.join("; ")}`, spec, readings);
}
