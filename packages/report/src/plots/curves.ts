/** Records of training per epoch: a small plot for each quantity. */
import { axes, colours, digits, draw, type Plot, type ReadLine } from "@gumbel/pages";
import { overRuns, type Series } from "@gumbel/results";
import type { TopLevelSpec } from "vega-lite";

/** A thin line per run; with several runs, their mean and a band of one standard deviation to each side. */
export function curvePlot(series: Series): Promise<Plot> {
  const mean = overRuns(series);
  const several = series.runs.filter(({ points }) => points.length > 0).length > 1;
  const values = series.runs.flatMap(({ seed, points }) => points.map((point) => ({ ...point, seed })));
  const summary = mean.map(({ epoch, mean, std }) => ({ epoch, ...axes.aroundMean(mean, std) }));
  const point = mean.length === 1;
  const y = axes.amount(false);
  const aligned = { ...y, axis: { ...y.axis, minExtent: 34 } };
  const accent = { color: colours.accent } as const;
  const spec: TopLevelSpec = {
    // The whole picture has a fixed size, so that small plots in a row line up.
    width: 280,
    height: 205,
    autosize: { type: "fit", contains: "padding" },
    title: series.metric.title,
    layer: [
      {
        data: { values: summary },
        mark: { type: "area", ...accent, opacity: several ? 0.16 : 0 },
        encoding: { x: axes.epochs, ...axes.band(aligned) },
      },
      {
        data: { values },
        mark: { type: "line", ...accent, strokeWidth: several ? 0.8 : 2, opacity: several ? 0.55 : 1 },
        encoding: {
          x: axes.epochs,
          y: { ...aligned, field: "value" },
          detail: { field: "seed", type: "nominal" },
        },
      },
      {
        data: { values: several || point ? summary : [] },
        mark: { type: point ? "point" : "line", ...accent, strokeWidth: 2.2, filled: point },
        encoding: { x: axes.epochs, y: { ...aligned, field: "mean" } },
      },
    ],
  };
  const readings = {
    axis: "epoch",
    lines: [
      ...(several ? [readLine("mean", mean)] : []),
      ...series.runs.map(({ seed, points }) =>
        readLine(
          `seed ${seed}`,
          points.map(({ epoch, value }) => ({ epoch, mean: value, std: null })),
        ),
      ),
    ],
  };
  const last = mean.at(-1)!;
  const first = mean[0]!;
  return draw(
    series.name,
    `${series.metric.title} per epoch, from ${first.mean.toPrecision(3)} at epoch ${first.epoch} to ${last.mean.toPrecision(3)} at epoch ${last.epoch}${several ? `, mean of ${last.n} runs with a band of one standard deviation` : ""}`,
    spec,
    readings,
  );
}

const readLine = (
  label: string,
  points: { epoch: number; mean: number; std: number | null }[],
): ReadLine => ({
  label,
  colour: "var(--plot-accent)",
  points: points.map(({ epoch, mean, std }) => ({
    x: epoch,
    y: mean,
    text: `${digits(mean)}${std === null ? "" : ` ± ${digits(std)}`}`,
  })),
});
