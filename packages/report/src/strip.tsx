/** A strip of dots: a figure of this run beside the published one and that of k-means, on one axis. */
import type { MetricDescription } from "@gumbel/metrics";
import { figure, plusMinus, ticks } from "@gumbel/pages";

interface Value {
  value: number;
  std: number | null;
}

export interface StripValues {
  /** Mean over the runs, and each of them. */
  here: Value & { runs: number[] };
  published: Value | undefined;
  kmeans: number | null;
}

const width = 200;
const edge = 6;
const rows = { published: 8, here: 20, axis: 31 };

/** Nothing if there is nothing to compare. */
export function Strip({ metric, values }: { metric: MetricDescription; values: StripValues }) {
  const { here, published, kmeans } = values;
  const ends = ({ value, std }: Value): number[] => [value - (std ?? 0), value + (std ?? 0)];
  const all = [
    ...ends(here),
    ...here.runs,
    ...(published ? ends(published) : []),
    ...(kmeans === null ? [] : [kmeans]),
  ];
  const compared = published !== undefined || kmeans !== null || here.runs.length > 1;
  if (!compared || !all.every(Number.isFinite)) return null;
  const { low, high } = ticks(Math.min(...all), Math.max(...all), 4);
  const x = (value: number): number => edge + ((value - low) / (high - low || 1)) * (width - 2 * edge);
  const named = (name: string, { value, std }: Value): string =>
    `${name} ${figure(value, metric)}${plusMinus(std, metric)}`;
  const description = [
    named("this run", here),
    ...(published ? [named("published", published)] : []),
    ...(kmeans === null ? [] : [named("k-means", { value: kmeans, std: null })]),
  ].join("; ");
  const Bar = ({ of, y }: { of: Value; y: number }) => (
    <line x1={x(ends(of)[0]!)} x2={x(ends(of)[1]!)} y1={y} y2={y} />
  );
  return (
    <svg class="strip" viewBox={`0 0 ${width} 44`} role="img" aria-label={`${metric.title}: ${description}`}>
      <line class="axis" x1={edge} x2={width - edge} y1={rows.axis} y2={rows.axis} />
      <text x={edge} y="42">
        {digitsOf(low)}
      </text>
      <text x={width - edge} y="42" text-anchor="end">
        {digitsOf(high)}
      </text>
      {kmeans !== null && <path class="kmeans" d={`M${x(kmeans)} ${rows.axis - 5}l5 5l-5 5l-5-5z`} />}
      {published && (
        <g class="theirs">
          <Bar of={published} y={rows.published} />
          <circle r="4" cx={x(published.value)} cy={rows.published} />
        </g>
      )}
      <g class="here">
        <Bar of={here} y={rows.here} />
        {here.runs.map((value, i) => (
          <circle class="seed" r="2.2" cx={x(value)} cy={rows.here} key={i} />
        ))}
        <circle r="4.5" cx={x(here.value)} cy={rows.here} />
      </g>
    </svg>
  );
}

const digitsOf = (value: number): string => String(Number(value.toPrecision(6))).replace("-", "−");
