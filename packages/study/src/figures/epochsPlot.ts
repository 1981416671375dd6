/** Plots of quantities recorded during training. */
import type { MetricDescription } from "@gumbel/metrics";
import { axes, categorical, draw, figure as figureText, type Plot, plusMinus } from "@gumbel/pages";
import { bestOf } from "@gumbel/results";
import type { Followed } from "./figure.js";

type Epoch = Followed["epochs"][number];

/** The last epoch, and the best one by the mean over the seeds; no best one if neither direction is better. */
export function lastAndBest({ metric, epochs }: Followed): { last: Epoch; best: Epoch | null } {
  const best = bestOf(
    metric.better,
    epochs.map((epoch) => ({ ...epoch, value: epoch.mean })),
  );
  return { last: epochs.at(-1)!, best: best ?? null };
}

/** A curve for each pipeline, with a band of one standard deviation to each side. */
export function bandsPlot(id: string, metric: MetricDescription, followed: Followed[]): Promise<Plot> {
  const means = followed.flatMap(({ epochs }) => epochs.map(({ mean }) => mean));
  const range = axes.rangeOf(metric, means);
  const values = followed.flatMap(({ title, epochs }) =>
    epochs.map(({ epoch, mean, std }) => ({ epoch, ...axes.aroundMean(mean, std, range), title })),
  );
  const y = axes.amount(metric.better === "high");
  const titles = titlesOf(followed);
  const color = axes.colourBy("title", titles);
  const layer = [
    {
      mark: { type: "area", opacity: 0.16 } as const,
      encoding: { x: axes.epochs, ...axes.band(y), color },
    },
    {
      mark: { type: "line", strokeWidth: 2, point: values.length === titles.length } as const,
      encoding: { x: axes.epochs, y: { ...y, field: "mean" }, color },
    },
  ];
  return drawn(id, metric, followed, { width: 330, height: 230, data: { values }, layer });
}

/** A curve for each of many pipelines, without bands, on a logarithmic axis; from the eleventh on they are dashed. */
export function linesPlot(id: string, metric: MetricDescription, followed: Followed[]): Promise<Plot> {
  // A logarithm has no zero.
  const drawable = (mean: number): boolean => mean > 0;
  const values = followed.flatMap(({ title, epochs }) =>
    epochs.flatMap(({ epoch, mean }) => (drawable(mean) ? { epoch, mean, title } : [])),
  );
  const titles = titlesOf(followed);
  const legend = { orient: "bottom", columns: 4, symbolType: "stroke", symbolSize: 300 } as const;
  const field = { field: "title", type: "nominal", title: null, legend } as const;
  const dashes = titles.map((_, i) => (i < categorical.length ? [1, 0] : [5, 3]));
  const encoding = {
    x: axes.epochs,
    y: { ...axes.amount(false), field: "mean", scale: { type: "log" as const } },
    color: { ...field, scale: { domain: titles, range: titles.map((_, i) => colourOf(i)) } },
    strokeDash: { ...field, scale: { domain: titles, range: dashes } },
  };
  const mark = { type: "line", strokeWidth: 2 } as const;
  const spec = { width: 700, height: 380, data: { values }, mark, encoding };
  return drawn(id, metric, followed, spec, drawable);
}

/** Curves of one name have one colour. */
const titlesOf = (followed: Followed[]): string[] => [...new Set(followed.map(({ title }) => title))];

const colourOf = (i: number): string => categorical[i % categorical.length]!;

/** The plot with its name, its description in words and the values that a pointer reads. */
function drawn(
  id: string,
  metric: MetricDescription,
  followed: Followed[],
  spec: Parameters<typeof draw>[2],
  drawable: (mean: number) => boolean = () => true,
): Promise<Plot> {
  const described = followed.map((each) => {
    const { last, best } = lastAndBest(each);
    const ofBest = best ? `, best ${best.mean.toPrecision(3)} at epoch ${best.epoch}` : "";
    return `${each.title}: ${last.mean.toPrecision(3)} at epoch ${last.epoch}${ofBest}`;
  });
  const titles = titlesOf(followed);
  const lines = followed.map(({ title, epochs }) => ({
    label: title,
    colour: colourOf(titles.indexOf(title)),
    points: epochs.flatMap(({ epoch, mean, std }) =>
      drawable(mean)
        ? { x: epoch, y: mean, text: `${figureText(mean, metric)}${plusMinus(std, metric)}` }
        : [],
    ),
  }));
  const words = `${metric.title} per epoch. ${described.join("; ")}`;
  return draw(`${id}-${metric.name}`, words, { ...spec, title: metric.title }, { axis: "epoch", lines });
}
