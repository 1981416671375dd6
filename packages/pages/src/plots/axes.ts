/** Vega-Lite encodings that all plots of curves share. */
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

/**
 * Fields of the band: one standard deviation to each side of the mean, but no further than the quantity goes.
 *
 * @param range the least and the greatest value that it can have
 */
export const aroundMean = (
  mean: number,
  std: number | null,
  [least, most]: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
) => ({
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
