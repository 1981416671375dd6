/** Certainty of the model about its clusters. */
import type { Columns } from "@gumbel/tables";
import { colours } from "./colours.js";
import { draw, type Plot } from "./render.js";

/** Number of bars from 0 to 1. */
const bins = 20;
const calibrationBins = 10;

/** One example's certainty. */
interface ExampleCertainty {
  cluster: number;
  /** q(c | x) of its cluster. */
  q: number;
  /** True if the cluster was matched to the example's class; undefined if the class is unknown. */
  right: boolean | undefined;
}

export interface Certainty {
  examples: ExampleCertainty[];
  /** Number of examples whose probabilities are not numbers. */
  notNumbers: number;
}

/**
 * Certainty of every example of a run; undefined if the system has no probabilities.
 *
 * @param latents the run's latents.arrow
 * @param assignment class of each cluster
 */
export function certaintyOf(latents: Columns, assignment: number[]): Certainty | undefined {
  const { cluster, probabilities } = latents;
  if (!probabilities) return undefined;
  const { values, width } = probabilities;
  const labels = latents.label!.values;
  const examples = Array.from(cluster!.values, (k, row) => ({
    cluster: k,
    q: values[row * width + k]!,
    right: labels[row]! < 0 ? undefined : assignment[k] === labels[row],
  }));
  const finite = examples.filter(({ q }) => Number.isFinite(q));
  return { examples: finite, notNumbers: examples.length - finite.length };
}

/** Share of the examples at or above a probability, and the share of their labelled ones that are right. */
export function above({ examples }: Certainty, least: number): { share: number; right: number | undefined } {
  const found = examples.filter(({ q }) => q >= least);
  const labelled = found.filter(({ right }) => right !== undefined);
  return {
    share: examples.length > 0 ? found.length / examples.length : 0,
    right: labelled.length > 0 ? labelled.filter(({ right }) => right).length / labelled.length : undefined,
  };
}

/** Number of examples whose q(c | x) is in each of equal parts of [0, 1]. */
export interface CertaintyHistogram {
  /** Of those in a cluster of another class. */
  wrong: number[];
  /** Of the others. */
  others: number[];
}

export function certaintyHistogram(examples: ExampleCertainty[]): CertaintyHistogram {
  const found: CertaintyHistogram = { wrong: new Array(bins).fill(0), others: new Array(bins).fill(0) };
  for (const { q, right } of examples) {
    found[right === false ? "wrong" : "others"][Math.min(bins - 1, Math.floor(q * bins))]!++;
  }
  return found;
}

/** Examples whose probability is in one of ten equal parts of [0, 1]. */
export interface CalibrationBin {
  n: number;
  /** Their mean q(c | x). */
  q: number;
  /** The share of them that are right. */
  right: number;
}

/**
 * How well the probabilities say how often the model is right: the labelled examples in ten bins by q(c | x), without the empty
 * ones, and the expected calibration error, Σ n_b / n |right_b - q_b|, in [0, 1] (Guo et al. 2017, equation 3).
 *
 * @returns undefined if no example is labelled
 */
export function calibration({ examples }: Certainty): { bins: CalibrationBin[]; error: number } | undefined {
  const labelled = examples.filter(({ right }) => right !== undefined);
  if (labelled.length === 0) return undefined;
  const bins = Array.from({ length: calibrationBins }, (_, bin) => {
    const inside = labelled.filter(
      ({ q }) => Math.min(calibrationBins - 1, Math.floor(q * calibrationBins)) === bin,
    );
    return {
      n: inside.length,
      q: inside.reduce((sum, { q }) => sum + q, 0) / inside.length,
      right: inside.filter(({ right }) => right).length / inside.length,
    };
  }).filter(({ n }) => n > 0);
  const error = bins.reduce((sum, { n, q, right }) => sum + (n / labelled.length) * Math.abs(right - q), 0);
  return { bins, error };
}

/** The share that is right against the mean probability, bin by bin, beside the diagonal of a model that knows. */
export function calibrationPlot(
  name: string,
  { bins, error }: { bins: CalibrationBin[]; error: number },
): Promise<Plot> {
  const axis = { tickCount: 2, grid: false, format: "~g" } as const;
  const scale = { domain: [0, 1], nice: false };
  const x = { field: "q", type: "quantitative", title: "q(c | x)", scale, axis } as const;
  const y = { field: "right", type: "quantitative", title: "share right", scale, axis } as const;
  return draw(
    name,
    `Share of right examples by q(c | x): ${bins.map((bin) => `${bin.right.toFixed(2)} at ${bin.q.toFixed(2)}`).join(", ")}; expected calibration error ${error.toFixed(3)}`,
    {
      width: 230,
      height: 230,
      autosize: { type: "fit", contains: "padding" },
      title: "reliability",
      layer: [
        {
          data: {
            values: [
              { q: 0, right: 0 },
              { q: 1, right: 1 },
            ],
          },
          mark: { type: "line", color: colours.axis, strokeDash: [4, 3], strokeWidth: 1 },
          encoding: { x, y },
        },
        {
          data: { values: bins },
          mark: { type: "line", color: colours.accent, strokeWidth: 1.5 },
          encoding: { x, y },
        },
        {
          data: { values: bins },
          mark: { type: "circle", color: colours.accent, opacity: 0.9, clip: false },
          encoding: {
            x,
            y,
            size: { field: "n", type: "quantitative", legend: null, scale: { range: [20, 160], zero: true } },
          },
        },
      ],
    },
  );
}

/** Draws a histogram of q(c | x): the right examples below the wrong ones. */
export function certaintyPlot(
  name: string,
  title: string,
  { wrong, others }: CertaintyHistogram,
  size: { width: number; height: number },
): Promise<Plot> {
  const parts = wrong.length;
  const values = wrong.map((inOther, part) => ({
    from: part / parts,
    to: (part + 1) / parts,
    zero: 0,
    middle: others[part]!,
    top: others[part]! + inOther,
  }));
  const sum = (counts: number[]): number => counts.reduce((total, value) => total + value, 0);
  const sure = sum(values.filter(({ from }) => from >= 0.9).map(({ top }) => top));
  const description = `Histogram of q(c | x), ${title}: ${sum(wrong) + sum(others)} examples, ${sure} of them at 0.9 or above, ${sum(wrong)} in a cluster of another class`;
  const x = {
    field: "from",
    type: "quantitative",
    title: null,
    scale: { domainMin: 0, domainMax: 1 },
    axis: { tickCount: 2, grid: false, format: "~g" },
  } as const;
  const y = {
    type: "quantitative",
    title: null,
    axis: { tickCount: 3, tickMinStep: 1, domain: false, ticks: false, format: ",~r", minExtent: 38 },
  } as const;
  const bar = (color: string): { type: "rect"; color: string } => ({ type: "rect", color });
  return draw(name, description, {
    ...size,
    autosize: { type: "fit", contains: "padding" },
    title,
    data: { values },
    layer: [
      {
        mark: bar(colours.accent),
        encoding: { x, x2: { field: "to" }, y: { ...y, field: "zero" }, y2: { field: "middle" } },
      },
      {
        mark: bar(colours.wrong),
        encoding: { x, x2: { field: "to" }, y: { ...y, field: "middle" }, y2: { field: "top" } },
      },
    ],
  });
}
