/** Vega-Lite's encodings that every plot of curves has in common. */
import { categorical } from "./render.js";

/** Epochs, in whole numbers. */
export const epochs = {
  field: "epoch",
  type: "quantitative",
  title: "epoch",
  scale: { nice: false, zero: false },
  axis: { tickMinStep: 1, tickCount: 5, grid: false, format: "d" },
} as const;

/** What a plot shows, without a line or a title of its own: the plot's title says what it is. */
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

/** The band's fields: one standard deviation to each side of the mean. */
export const aroundMean = (mean: number, std: number | null) => ({
  mean,
  low: mean - (std ?? 0),
  high: mean + (std ?? 0),
});

/** A colour for each of the names, with a legend below. */
export const colourBy = (field: string, names: string[]) =>
  ({
    field,
    type: "nominal",
    title: null,
    scale: { domain: names, range: categorical.slice(0, names.length) },
    legend: { orient: "bottom", symbolType: "circle", symbolOpacity: 1 },
  }) as const;
