/** Records of training per epoch: a small plot for each quantity. */
import { axes, categorical, colours, digits, draw, type Plot, type ReadLine } from "@gumbel/pages";
import { overRuns, type Series } from "@gumbel/results";
import type { TopLevelSpec } from "vega-lite";

/** The most seeds that have a colour each. */
const colouredSeeds = categorical.length;

/** Index of a seed's colour among the categorical ones; -1 if there are too many seeds to tell apart. */
export const seedColour = (series: Series, seed: number): number =>
  series.runs.length > colouredSeeds ? -1 : series.runs.findIndex((run) => run.seed === seed);

/**
 * A thin line per run; with several runs, their mean and a band of one standard deviation to each side. Shaded: epochs whose
 * objective is not yet that of the last one. Dashed: the published value, if there is one.
 */
export function curvePlot(series: Series, published: number | undefined): Promise<Plot> {
  const { metric } = series;
  const mean = overRuns(series);
  const warmUp = mean.length > 1 ? series.warmUp : null;
  const runs = series.runs.filter(({ points }) => points.length > 0);
  const several = runs.length > 1;
  const values = runs.flatMap(({ seed, points }) =>
    points.map((point) => ({ ...point, seed: String(seed) })),
  );
  const range = axes.rangeOf(
    metric,
    values.map(({ value }) => value),
  );
  const summary = mean.map(({ epoch, mean, std }) => ({ epoch, ...axes.aroundMean(mean, std, range) }));
  const [first, last] = [mean[0]!, mean.at(-1)!];
  const point = mean.length === 1;
  const y = axes.amount(false);
  const aligned = { ...y, axis: { ...y.axis, minExtent: 34 } };
  const accent = { color: colours.accent } as const;
  const seeds = runs.map(({ seed }) => String(seed));
  const spec: TopLevelSpec = {
    // The whole picture has a fixed size, so that small plots in a row line up.
    width: 280,
    height: 205,
    autosize: { type: "fit", contains: "padding" },
    title: metric.title,
    layer: [
      {
        data: {
          values: warmUp ? [{ from: first.epoch, to: Math.min(warmUp.until + 0.5, last.epoch) }] : [],
        },
        mark: { type: "rect", color: colours.axis, opacity: 0.18 },
        encoding: { x: { ...axes.epochs, field: "from" }, x2: { field: "to" } },
      },
      {
        data: { values: summary },
        mark: { type: "area", ...accent, opacity: several ? 0.16 : 0 },
        encoding: { x: axes.epochs, ...axes.band(aligned) },
      },
      {
        data: { values },
        mark: { type: "line", strokeWidth: several ? 0.9 : 2, opacity: several ? 0.75 : 1 },
        encoding: {
          x: axes.epochs,
          y: { ...aligned, field: "value" },
          detail: { field: "seed", type: "nominal" },
          color: several
            ? {
                field: "seed",
                type: "nominal",
                legend: null,
                scale: { domain: seeds, range: runs.map(({ seed }) => paint(seedColour(series, seed))) },
              }
            : { value: colours.accent },
        },
      },
      {
        data: { values: several || point ? summary : [] },
        mark: { type: point ? "point" : "line", ...accent, strokeWidth: 2.2, filled: point },
        encoding: { x: axes.epochs, y: { ...aligned, field: "mean" } },
      },
      {
        data: { values: published === undefined ? [] : [{ published }] },
        mark: { type: "rule", color: colours.ink, strokeDash: [4, 3] },
        encoding: { y: { ...aligned, field: "published" } },
      },
    ],
  };
  const readings = {
    axis: "epoch",
    lines: [
      ...(several ? [readLine("mean", "var(--plot-accent)", mean)] : []),
      ...runs.map(({ seed, points }) =>
        readLine(
          `seed ${seed}`,
          several ? cssColour(seedColour(series, seed)) : "var(--plot-accent)",
          points.map(({ epoch, value }) => ({ epoch, mean: value, std: null })),
        ),
      ),
    ],
  };
  const description = [
    `${metric.title} per epoch, from ${first.mean.toPrecision(3)} at epoch ${first.epoch} to ${last.mean.toPrecision(3)} at epoch ${last.epoch}`,
    ...(several ? [`mean of ${last.n} runs with a band of one standard deviation`] : []),
    ...(warmUp
      ? [`shaded until epoch ${warmUp.until}: the weight of ${warmUp.terms.join(", ")} changes`]
      : []),
    ...(published === undefined ? [] : [`dashed: published ${digits(published)}`]),
  ];
  return draw(series.name, description.join(", "), spec, readings);
}

/** Colour of a seed in CSS. */
export const cssColour = (index: number): string => (index < 0 ? "var(--spare)" : `var(--c${index})`);
const paint = (index: number): string => (index < 0 ? "#999999" : categorical[index]!);

const readLine = (
  label: string,
  colour: string,
  points: { epoch: number; mean: number; std: number | null }[],
): ReadLine => ({
  label,
  colour,
  points: points.map(({ epoch, mean, std }) => ({
    x: epoch,
    y: mean,
    text: `${digits(mean)}${std === null ? "" : ` ± ${digits(std)}`}`,
  })),
});
