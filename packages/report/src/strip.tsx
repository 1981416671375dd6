/** A strip of marks: a figure of this run beside those that it is compared with, on one axis. */
import type { MetricDescription } from "@gumbel/metrics";
import { figure, plusMinus, ticks } from "@gumbel/pages";

/** Where a figure is from, in the order of the rows; each has a mark of a shape of its own. */
export const origins = ["best", "published", "here", "ae-kmeans", "kmeans"] as const;
export type Origin = (typeof origins)[number];

/** A figure on a strip. */
export interface Marked {
  of: Origin;
  /** Where it is from, for who hears the page. */
  name: string;
  value: number;
  std: number | null;
}

const width = 200;
const edge = 6;
/** Height of a row of marks, and of the digits below the axis. */
const row = 11;
const digitsHeight = 13;

/**
 * Nothing if there is nothing to compare.
 *
 * @param marks that of this run among them
 * @param runs the figures of each of this run's seeds
 */
export function Strip({
  metric,
  marks,
  runs,
}: {
  metric: MetricDescription;
  marks: Marked[];
  runs: number[];
}) {
  const all = [...marks.flatMap(ends), ...runs];
  if ((marks.length === 1 && runs.length === 1) || !all.every(Number.isFinite)) return null;
  // Equal figures have no axis of their own.
  const shown = new Set(all).size > 1 ? all : [...all, ...(metric.range ?? []).filter(Number.isFinite)];
  const { low, high } = ticks(Math.min(...shown), Math.max(...shown), 4);
  const x = (value: number): number => edge + ((value - low) / (high - low || 1)) * (width - 2 * edge);
  const rows = origins.flatMap((origin) => marks.find(({ of }) => of === origin) ?? []);
  const axis = rows.length * row + 2;
  const description = marks.map(
    ({ name, value, std }) => `${name} ${figure(value, metric)}${plusMinus(std, metric)}`,
  );
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${width} ${axis + digitsHeight}`}
      role="img"
      aria-label={`${metric.title}: ${description.join("; ")}`}
    >
      <line class="axis" x1={edge} x2={width - edge} y1={axis} y2={axis} />
      <text x={edge} y={axis + 11}>
        {digitsOf(low)}
      </text>
      <text x={width - edge} y={axis + 11} text-anchor="end">
        {digitsOf(high)}
      </text>
      {rows.map((mark, i) => {
        const y = (i + 0.5) * row;
        const [from, to] = ends(mark);
        return (
          <g class={mark.of} key={mark.of}>
            <line x1={x(from)} x2={x(to)} y1={y} y2={y} />
            {mark.of === "here" &&
              runs.map((value, seed) => <circle class="seed" r="2.2" cx={x(value)} cy={y} key={seed} />)}
            <path d={shapes[mark.of]} transform={`translate(${x(mark.value)} ${y})`} />
          </g>
        );
      })}
    </svg>
  );
}

/** The mark of an origin as the strips have it, for their key. */
export const MarkKey = ({ of }: { of: Origin }) => (
  <svg class="strip-mark" viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">
    <g class={of}>
      <path d={shapes[of]} />
    </g>
  </svg>
);

const circle = (radius: number): string =>
  `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;

/** A disc, a ring, a square, a triangle and a diamond, around their middle. */
const shapes: Record<Origin, string> = {
  best: "M-4 -4h8v8h-8z",
  published: circle(4),
  here: circle(4.5),
  "ae-kmeans": "M0 -5l5 9h-10z",
  kmeans: "M0 -5l5 5l-5 5l-5 -5z",
};

const ends = ({ value, std }: Marked): [from: number, to: number] => [value - (std ?? 0), value + (std ?? 0)];

const digitsOf = (value: number): string => String(Number(value.toPrecision(6))).replace("-", "−");
