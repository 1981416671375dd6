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
  /** The first epochs of the phase, if their objective is another than that of its last epoch; null if it is the same. */
  warmUp: WarmUp | null;
}

/** Epochs whose objective is not yet that of the phase's last epoch. */
export interface WarmUp {
  /** The last of them. */
  until: number;
  /** The terms whose weight changes. */
  terms: string[];
}

/** Losses are in nats per example or in the unit of the system's paper, so they have no common symbol. */
const perExample = { symbol: "", digits: 3 };

/** Metrics that are computed after each epoch. */
const compared = ["accuracy", "nmi", "testError"];

/**
 * Description of a quantity that training records: `accuracy`, `nmi`, `testError`, `loss` for the total objective,
 * `<phase> loss` for that of an earlier phase, or the name of a term.
 */
export function describeFollowed(name: string): MetricDescription {
  if (compared.includes(name)) return describeMetric(name);
  if (name === "loss") return { name, title: "Total loss", unit: perExample, better: "low" };
  const [, phase] = /^(.*) loss$/.exec(name) ?? [];
  if (phase) return { name, title: `Total loss, ${phase}`, unit: perExample, better: "low" };
  return { name, title: `Loss: ${name}`, unit: perExample, better: null };
}

/** File name of the plot of a quantity that training records. */
export const nameOfCurve = (name: string): string =>
  `curve-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;

/**
 * Series of the total objective of each phase, of every term of the last phase if it has several, of accuracy and NMI if there
 * are labels, and of the test error if training has some.
 */
export function seriesOf(curves: Curve[]): Series[] {
  const phases = [...new Set(curves.flatMap(({ records }) => records.map(({ phase }) => phase)))];
  const main = phases.at(-1);
  const warmUps = new Map(phases.map((phase) => [phase, warmUpOf(curves, phase)]));
  const series = (
    name: string,
    pick: (record: EpochRecord) => number | null | undefined,
    phase = main,
  ): Series => ({
    name: nameOfCurve(name),
    metric: describeFollowed(name),
    warmUp: warmUps.get(phase!) ?? null,
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
    series("testError", (record) => record.testError),
  ].filter(({ runs }) => runs.some(({ points }) => points.length > 0));
}

/** The phases of training in their order, with the epochs of the longest run. */
export function phasesOf(curves: Curve[]): { name: string; epochs: number }[] {
  const epochs = new Map<string, number>();
  for (const { records } of curves)
    for (const { phase, epoch } of records) epochs.set(phase, Math.max(epoch, epochs.get(phase) ?? 0));
  return [...epochs].map(([name, most]) => ({ name, epochs: most }));
}

/** The epochs of a phase, in any run, whose weights are not those of the run's last epoch of it. */
function warmUpOf(curves: Curve[], phase: string): WarmUp | null {
  let until = 0;
  const terms = new Set<string>();
  for (const { records } of curves) {
    const own = records.filter((record) => record.phase === phase);
    const last = own.at(-1)?.weights ?? {};
    for (const { epoch, weights } of own) {
      const changed = [...new Set([...Object.keys(last), ...Object.keys(weights)])].filter(
        (term) => !sameWeight(last[term] ?? 0, weights[term] ?? 0),
      );
      if (changed.length > 0) until = Math.max(until, epoch);
      for (const term of changed) terms.add(term);
    }
  }
  return until > 0 ? { until, terms: [...terms] } : null;
}

/** A weight is a mean over the steps of an epoch, whose last bits depend on their number. */
const sameWeight = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));

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

/**
 * The epoch with the best mean; undefined if neither direction is better. A total objective is only compared with what has the
 * same weights: not with the epochs of a warm-up.
 */
export function bestEpoch(series: Series): { epoch: number; value: number } | undefined {
  const { metric, warmUp } = series;
  const comparable = metric.name.endsWith("loss") ? (warmUp?.until ?? 0) : 0;
  const points = overRuns(series).map(({ epoch, mean }) => ({ epoch, value: mean }));
  return bestOf(
    metric.better,
    points.filter(({ epoch }) => epoch > comparable),
  );
}

/** The lowest or the highest point, the earliest if several are equal; undefined if neither direction is better. */
export function bestOf<Point extends { value: number }>(
  better: MetricDescription["better"],
  points: Point[],
): Point | undefined {
  if (better === null || points.length === 0) return undefined;
  return points.reduce((a, b) => ((better === "low" ? b.value < a.value : b.value > a.value) ? b : a));
}
