/** Records of training as one series per quantity. */
import { describeMetric, type MetricDescription, summarize } from "@gumbel/metrics";
import type { EpochRecord } from "@gumbel/tables";
import type { Curve } from "./curves.js";

/** One quantity over the epochs of every run. */
export interface Series {
  /** File name of its plot. */
  name: string;
  metric: MetricDescription;
  /** Finite values only. */
  runs: { seed: number; points: { epoch: number; value: number }[] }[];
}

/** Losses are in nats per example or in the unit of the system's paper, so they have no common symbol. */
const perExample = { symbol: "", digits: 3 };

/**
 * Description of a quantity that training records: `accuracy`, `nmi`, `loss` for the total objective, `<phase> loss` for that
 * of an earlier phase, or the name of a term.
 */
export function describeFollowed(name: string): MetricDescription {
  if (name === "accuracy" || name === "nmi") return describeMetric(name);
  if (name === "loss") return { name, title: "Total loss", unit: perExample, better: "low" };
  const [, phase] = /^(.*) loss$/.exec(name) ?? [];
  if (phase) return { name, title: `Total loss, ${phase}`, unit: perExample, better: "low" };
  return { name, title: `Loss: ${name}`, unit: perExample, better: null };
}

/**
 * Series of the total objective of each phase, of every term of the last phase if it has several, and of accuracy and NMI if
 * there are labels.
 */
export function seriesOf(curves: Curve[]): Series[] {
  const phases = [...new Set(curves.flatMap(({ records }) => records.map(({ phase }) => phase)))];
  const main = phases.at(-1);
  const series = (
    name: string,
    pick: (record: EpochRecord) => number | null | undefined,
    phase = main,
  ): Series => ({
    name: `curve-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`,
    metric: describeFollowed(name),
    runs: curves.map(({ seed, records }) => ({
      seed,
      points: records.flatMap((record) => {
        const value = record.phase === phase ? pick(record) : null;
        return typeof value === "number" && Number.isFinite(value) ? [{ epoch: record.epoch, value }] : [];
      }),
    })),
  });
  const last = curves.flatMap(({ records }) => records.filter(({ phase }) => phase === main));
  const terms = [...new Set(last.flatMap(({ terms }) => Object.keys(terms)))];
  return [
    ...phases.slice(0, -1).map((phase) => series(`${phase} loss`, (record) => record.loss, phase)),
    series("loss", (record) => record.loss),
    ...(terms.length > 1 ? terms.map((term) => series(term, (record) => record.terms[term])) : []),
    series("accuracy", (record) => record.accuracy),
    series("nmi", (record) => record.nmi),
  ].filter(({ runs }) => runs.some(({ points }) => points.length > 0));
}

/** Mean and standard deviation over the runs that have a value, per epoch. */
export function overRuns({
  runs,
}: Pick<Series, "runs">): { epoch: number; mean: number; std: number | null; n: number }[] {
  const byEpoch = new Map<number, number[]>();
  for (const { points } of runs) {
    for (const { epoch, value } of points) byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
  }
  return [...byEpoch].sort(([a], [b]) => a - b).map(([epoch, values]) => ({ epoch, ...summarize(values) }));
}

/** The lowest or the highest point, the earliest if several are equal; undefined if neither direction is better. */
export function bestOf<Point extends { value: number }>(
  better: MetricDescription["better"],
  points: Point[],
): Point | undefined {
  if (better === null) return undefined;
  return points.reduce((a, b) => ((better === "low" ? b.value < a.value : b.value > a.value) ? b : a));
}
