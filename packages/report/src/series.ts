/** What training wrote, as one series per quantity. */
import type { EpochRecord } from "@gumbel/tables";
import type { Curve } from "./data.js";

/** One quantity over the epochs of every run. */
export interface Series {
  /** File name of its plot. */
  name: string;
  title: string;
  /** The total is better when low, accuracy and NMI when high; of a part of the total neither can be said. */
  better: "low" | "high" | null;
  /** Finite values only. */
  runs: { seed: number; points: { epoch: number; value: number }[] }[];
}

/**
 * The total objective of each phase, every term of the last phase if it has several, and accuracy and NMI if there are
 * labels.
 */
export function seriesOf(curves: Curve[]): Series[] {
  const phases = [...new Set(curves.flatMap(({ records }) => records.map(({ phase }) => phase)))];
  const main = phases.at(-1);
  const series = (
    name: string,
    title: string,
    better: Series["better"],
    pick: (record: EpochRecord) => number | null | undefined,
    phase = main,
  ): Series => ({
    name,
    title,
    better,
    runs: curves.map(({ seed, records }) => ({
      seed,
      points: records.flatMap((record) => {
        const value = record.phase === phase ? pick(record) : null;
        return typeof value === "number" && Number.isFinite(value) ? [{ epoch: record.epoch, value }] : [];
      }),
    })),
  });
  const terms = [
    ...new Set(
      curves.flatMap(({ records }) =>
        records.filter(({ phase }) => phase === main).flatMap(({ terms }) => Object.keys(terms)),
      ),
    ),
  ];
  return [
    ...phases
      .slice(0, -1)
      .map((phase) =>
        series(fileName(`${phase} loss`), `Total loss, ${phase}`, "low", (record) => record.loss, phase),
      ),
    series("curve-loss", "Total loss", "low", (record) => record.loss),
    ...(terms.length > 1
      ? terms.map((term) => series(fileName(term), `Loss: ${term}`, null, (record) => record.terms[term]))
      : []),
    series("curve-accuracy", "ACC", "high", (record) => record.accuracy),
    series("curve-nmi", "NMI", "high", (record) => record.nmi),
  ].filter(({ runs }) => runs.some(({ points }) => points.length > 0));
}

const fileName = (term: string): string => `curve-${term.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;

/** Mean and standard deviation over the runs that have a value, per epoch. */
export function overRuns({ runs }: Series): { epoch: number; mean: number; std: number | null; n: number }[] {
  const byEpoch = new Map<number, number[]>();
  for (const { points } of runs) {
    for (const { epoch, value } of points) byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
  }
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, values]) => {
      const n = values.length;
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { epoch, mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
    });
}

/** The lowest or the highest point; undefined where neither is better. The earliest of equal ones. */
export function bestOf<Point extends { value: number }>(
  better: Series["better"],
  points: Point[],
): Point | undefined {
  if (better === null) return undefined;
  return points.reduce((a, b) => ((better === "low" ? b.value < a.value : b.value > a.value) ? b : a));
}
