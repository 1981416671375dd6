/** Vega-Lite encodings that all plots of curves share. */
import type { MetricDescription } from "@gumbel/metrics";
import { categorical } from "./colours.js";

/** Axis of epochs: whole numbers. */
export const epochs = {
  field: "epoch",
  type: "quantitative",
  title: "epoch",
  scale: { nice: false, zero: false },
  axis: { tickMinStep: 1, tickCount: 5, grid: false, format: "d" },
} as const;

/** Axis of the plotted quantity, without a line or a title: the plot's title names it. */
export const amount = (zero: boolean) =>
  ({
    type: "quantitative",
    title: null,
    scale: { zero },
    axis: { tickCount: 5, domain: false, ticks: false },
  }) as const;

/** Mean and band: an area from `low` to `high`, both fields of the values. */
export const band = (y: ReturnType<typeof amount>) =>
  ({ y: { ...y, field: "low" }, y2: { field: "high" } }) as const;

/** The least and the greatest value that a band may reach: those of the metric, or zero below what was never negative. */
export function rangeOf({ range }: Pick<MetricDescription, "range">, values: number[]) {
  const least = values.every((value) => value >= 0) ? 0 : Number.NEGATIVE_INFINITY;
  return range ?? ([least, Number.POSITIVE_INFINITY] as const);
}

/** Fields of the band: one standard deviation to each side of the mean, but no further than the range of the quantity. */
export const aroundMean = (mean: number, std: number | null, [least, most]: readonly [number, number]) => ({
  mean,
  low: Math.max(least, mean - (std ?? 0)),
  high: Math.min(most, mean + (std ?? 0)),
});

/** A colour for each name, with a legend below. */
export const colourBy = (field: string, names: string[]) =>
  ({
    field,
    type: "nominal",
    title: null,
    scale: { domain: names, range: categorical.slice(0, names.length) },
    legend: { orient: "bottom", symbolType: "circle", symbolOpacity: 1 },
  }) as const;
