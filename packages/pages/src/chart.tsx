/** Lines over epochs as SVG, for a page's own script or a page that changes. Small: no plot library. */
import { digits } from "./format.js";
import { placeReadings } from "./plots/readings.js";

export interface Line {
  label: string;
  /** Index into the ten colours of style.ts and into the dash patterns. */
  colour: number;
  points: (readonly [epoch: number, value: number])[];
  /** A point to mark. */
  mark?: { epoch: number; value: number } | null;
}

const patterns = ["", "7 3", "2 3", "9 3 2 3"];

/** Dash pattern of the n-th line, so that lines differ in more than colour. */
export const dashes = (n: number): string => patterns[n % patterns.length]!;
export const lineColour = (n: number): string => `var(--c${n % 10})`;

/** A sample of the n-th line, for a legend. */
export const LineKey = ({ n }: { n: number }) => (
  <svg
    class="key"
    viewBox="0 0 26 8"
    width="26"
    height="8"
    aria-hidden="true"
    style={{ color: lineColour(n) }}
  >
    <path class="line" d="M1 4H25" stroke-dasharray={dashes(n)} />
  </svg>
);

const width = 380;
const height = 230;
const edge = { left: 46, right: 10, top: 10, bottom: 30 };

/** @param description text alternative */
export function Chart({ title, description, lines }: { title: string; description: string; lines: Line[] }) {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return null;
  const xs = ticks(Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x)), 5, 1);
  const ys = ticks(Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y)), 5);
  const x = scale(xs.low, xs.high, edge.left, width - edge.right);
  const y = scale(ys.low, ys.high, height - edge.bottom, edge.top);
  const readings = placeReadings(
    {
      axis: "epoch",
      lines: lines.map((line) => ({
        label: line.label,
        colour: lineColour(line.colour),
        points: line.points.map(([epoch, value]) => ({ x: epoch, y: value, text: digits(value) })),
      })),
    },
    x,
    y,
    [edge.top, height - edge.bottom],
  );
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={description}
        data-readings={JSON.stringify(readings)}
      >
        {ys.at.map((value) => (
          <g key={value}>
            <line class="grid" x1={edge.left} x2={width - edge.right} y1={y(value)} y2={y(value)} />
            <text x={edge.left - 6} y={y(value)} text-anchor="end" dominant-baseline="middle">
              {label(value, ys.step)}
            </text>
          </g>
        ))}
        <line
          class="axis"
          x1={edge.left}
          x2={width - edge.right}
          y1={height - edge.bottom}
          y2={height - edge.bottom}
        />
        {xs.at.map((value) => (
          <text key={value} x={x(value)} y={height - edge.bottom + 15} text-anchor="middle">
            {value}
          </text>
        ))}
        <text x={width - edge.right} y={height - 3} text-anchor="end">
          epoch
        </text>
        {lines.map((line) => (
          <g key={line.label} style={{ color: lineColour(line.colour) }}>
            <path class="line" d={path(line.points, x, y)} stroke-dasharray={dashes(line.colour)} />
            {line.points.length === 1 && (
              <circle r="3" cx={x(line.points[0]![0])} cy={y(line.points[0]![1])} />
            )}
            {line.mark && (
              <circle class="mark" r="3.5" cx={x(line.mark.epoch)} cy={y(line.mark.value)}>
                <title>{`${line.label}: best ${digits(line.mark.value)} at epoch ${line.mark.epoch}`}</title>
              </circle>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

/** A word-sized curve, hidden from screen readers: the figures beside it say the same. */
export function Sparkline({ points, mark }: Pick<Line, "points" | "mark">) {
  const values = points.map(([, value]) => value);
  const x = scale(points[0]![0], points.at(-1)![0], 2, 70);
  const y = scale(Math.min(...values), Math.max(...values), 18, 3);
  return (
    <svg class="spark" viewBox="0 0 72 21" width="72" height="21" aria-hidden="true">
      <path class="line" d={path(points, x, y)} />
      {mark && <circle r="2.2" cx={x(mark.epoch)} cy={y(mark.value)} />}
    </svg>
  );
}

const path = (points: Line["points"], x: (v: number) => number, y: (v: number) => number): string =>
  points
    .map(([epoch, value], i) => `${i === 0 ? "M" : "L"}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");

function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const span = high - low || 1;
  const middle = high === low ? 0.5 : 0;
  return (value) => from + ((value - low) / span + middle) * (to - from);
}

/** Round values that cover low … high, about `count` of them, at least `least` apart. */
export function ticks(
  low: number,
  high: number,
  count: number,
  least = 0,
): { low: number; high: number; step: number; at: number[] } {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Values that differ by rounding alone have no ticks between them: steps that small would not change them.
  const raw = (high - low > 1e-9 * size ? high - low : size || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(least, [1, 2, 5, 10].map((n) => n * power).find((size) => size >= raw)!);
  const first = least > 0 ? low : Math.floor(low / step) * step;
  const last = least > 0 ? high : Math.ceil(high / step) * step;
  const at: number[] = [];
  for (let i = Math.ceil(first / step); i * step <= last + step * 1e-9; i++) at.push(i * step);
  return { low: first, high: last, step, at };
}

const label = (value: number, step: number): string =>
  Math.abs(value) >= 1e5 || (value !== 0 && step < 1e-4)
    ? value.toExponential(1)
    : value.toFixed(Math.max(0, Math.min(4, -Math.floor(Math.log10(step)))));
