/**
 * Parallel coordinates (Inselberg 1985): an axis for each setting and one for a metric, a line for each run. Drawn here
 * without a plot library, since the runs may be chosen in the browser.
 */
import type { MetricDescription } from "@gumbel/metrics";
import { figure } from "./format.js";
import { colours, font, themed } from "./plots/colours.js";

/** A run: its value of each setting, and of the metric. */
export interface ParallelRun {
  id: string;
  /** Null for a setting that it does not have. */
  values: Record<string, string | number | null>;
  mean: number;
}

export interface ParallelProps {
  /** The settings, in the order of the axes; the metric's axis is the last. */
  fields: string[];
  runs: ParallelRun[];
  metric: Pick<MetricDescription, "title" | "unit" | "better">;
  /** The run whose line is thick; null for none. */
  best: string | null;
  /** The run that is pointed at. */
  marked?: string | null | undefined;
  /** Told of the run under the pointer; null if there is none. */
  point?: (id: string | null) => void;
  /** Text alternative, of a plot in a page and in its colours; undefined for a file, whose page has one. */
  description?: string | undefined;
}

interface Axis {
  name: string;
  /** The place of a run on the axis, from 0 (below) to 1. */
  place(run: ParallelRun): number;
  ticks: { place: number; text: string }[];
}

const spacing = 150;
const edge = { left: 24, right: 96, top: 44, bottom: 12 };
const height = 320;
/** Most values of a setting that each have a place of their own, if they are numbers. */
const mostNamed = 8;
/** Most values of a setting that are written beside its axis. */
const mostWritten = 20;
const mostLetters = 17;
/** Least ratio of the largest to the smallest value that is shown on a logarithmic axis. */
const logarithmic = 20;

/** Text above lines; on a page the halo has the page's colour. */
const halo = { class: "halo", stroke: "#ffffff", "stroke-width": 3, "paint-order": "stroke" };

/** True for values that are shown on a logarithmic axis. */
export const isLogarithmic = (values: number[]): boolean =>
  Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) >= logarithmic;

export function Parallel({ fields, runs, metric, best, marked, point, description }: ParallelProps) {
  const paint = description === undefined ? colours : themed;
  const axes = [...fields.map((field) => axisOf(field, runs)), axisOfMetric(metric, runs)];
  const width = edge.left + spacing * (axes.length - 1) + edge.right;
  const x = (i: number): number => edge.left + spacing * i;
  const y = (place: number): number => height - edge.bottom - place * (height - edge.top - edge.bottom);
  const path = (run: ParallelRun): string =>
    axes.map(({ place }, i) => `${i === 0 ? "M" : "L"}${x(i)} ${y(place(run)).toFixed(1)}`).join("");
  const quality = axes.at(-1)!.place;
  // What is drawn later lies above.
  const rank = ({ id }: ParallelRun): number => (id === marked ? 2 : id === best ? 1 : 0);
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="parallel"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      font-family={font}
      font-size="11"
      role={description === undefined ? undefined : "img"}
      aria-label={description}
    >
      {axes.map(({ name }, i) => (
        <g key={name}>
          <path d={`M${x(i)} ${edge.top}V${height - edge.bottom}`} stroke={paint.axis} />
          <Name name={name} x={x(i)} last={i === axes.length - 1} ink={paint.ink} />
        </g>
      ))}
      {runs
        .toSorted((a, b) => rank(a) - rank(b))
        .map((run) => (
          <path
            key={run.id}
            d={path(run)}
            fill="none"
            stroke-linejoin="round"
            stroke={run.id === marked ? paint.wrong : paint.accent}
            stroke-width={rank(run) > 0 ? 3.4 : 1.5}
            stroke-opacity={rank(run) > 0 ? 1 : 0.25 + 0.55 * better(metric, quality(run))}
            onPointerEnter={point && (() => point(run.id))}
            onPointerLeave={point && (() => point(null))}
          >
            <title>{`${run.id}: ${metric.title} ${figure(run.mean, metric)}`}</title>
          </path>
        ))}
      {axes.map(({ name, ticks }, i) => (
        <g key={name} fill={paint.ink} {...halo}>
          {ticks.map(({ place, text }) => (
            <text key={`${place} ${text}`} x={x(i) + 5} y={y(place) + 4}>
              {text.length > mostLetters ? `${text.slice(0, mostLetters - 1)}…` : text}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

/** The name of an axis, a part of its path per line. */
function Name({ name, x, last, ink }: { name: string; x: number; last: boolean; ink: string }) {
  const parts = last ? [name] : [name.slice(0, name.lastIndexOf(".") + 1), name.split(".").at(-1)!];
  return (
    <g fill={ink} font-weight={last ? "bold" : undefined}>
      {parts
        .filter((part) => part !== "")
        .map((part, i, all) => (
          <text key={part} x={x - 4} y={edge.top - 12 - 13 * (all.length - 1 - i)}>
            {part}
          </text>
        ))}
    </g>
  );
}

const better = ({ better }: ParallelProps["metric"], place: number): number =>
  better === "low" ? 1 - place : place;

function axisOfMetric(metric: ParallelProps["metric"], runs: ParallelRun[]): Axis {
  const means = runs.map(({ mean }) => mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const place = between(low, high);
  return {
    name: metric.title,
    place: ({ mean }) => place(mean),
    ticks: [...new Set([low, high])].map((value) => ({ place: place(value), text: figure(value, metric) })),
  };
}

/**
 * By size if there are many numbers; else a place for each value, numbers by size, texts from below as they come. Runs without
 * a value are at the bottom.
 */
function axisOf(field: string, runs: ParallelRun[]): Axis {
  const all = runs.map(({ values }) => values[field] ?? null);
  const lacking = all.includes(null);
  const axis = axisOfValues([...new Set(all.filter((value) => value !== null))]);
  const above = (place: number): number => (lacking ? (place + 0.16) / 1.16 : place);
  return {
    name: field,
    place: ({ values }) => {
      const value = values[field] ?? null;
      return value === null ? 0 : above(axis.place(value));
    },
    ticks: [
      ...(lacking ? [{ place: 0, text: "—" }] : []),
      ...axis.ticks.map(({ place, text }) => ({ place: above(place), text })),
    ],
  };
}

function axisOfValues(values: (string | number)[]): Pick<Axis, "ticks"> & {
  place(value: string | number): number;
} {
  const isNumeric = values.every((value) => typeof value === "number");
  if (isNumeric) values.sort((a, b) => Number(a) - Number(b));
  if (isNumeric && values.length > mostNamed) {
    const numbers = values.map(Number);
    const scale = isLogarithmic(numbers) ? Math.log : (value: number): number => value;
    const [low, high] = [numbers[0]!, numbers.at(-1)!];
    const place = between(scale(low), scale(high));
    return {
      place: (value) => place(scale(Number(value))),
      ticks: [low, high].map((value) => ({ place: place(scale(value)), text: String(value) })),
    };
  }
  const place = between(0, values.length - 1);
  const step = Math.ceil(values.length / mostWritten);
  return {
    place: (value) => place(values.indexOf(value)),
    ticks: values.flatMap((value, i) => (i % step === 0 ? [{ place: place(i), text: String(value) }] : [])),
  };
}

const between =
  (low: number, high: number) =>
  (value: number): number =>
    high > low ? (value - low) / (high - low) : 0.5;
