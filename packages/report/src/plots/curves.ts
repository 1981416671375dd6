import type { TopLevelSpec } from "vega-lite";
import type { ReportData } from "../data.js";
import { draw, type Plot } from "./render.js";

/** One small plot per quantity, a thin line per run. */
async function small(
  name: string,
  title: string,
  curves: { seed: number; points: [number, number][] }[],
): Promise<Plot> {
  const values = curves.flatMap(({ seed, points }) =>
    points.map(([epoch, value]) => ({ run: `seed ${seed}`, epoch, value })),
  );
  const last = values.filter(({ epoch }) => epoch === Math.max(...values.map((point) => point.epoch)));
  const mean = last.reduce((sum, { value }) => sum + value, 0) / last.length;
  const spec: TopLevelSpec = {
    width: 220,
    height: 150,
    title,
    data: { values },
    encoding: {
      x: {
        field: "epoch",
        type: "quantitative",
        title: "epoch",
        axis: { tickMinStep: 1, tickCount: 5, grid: false },
      },
      y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
    },
    layer: [
      {
        mark: { type: "line", strokeWidth: 1.5, opacity: 0.75, point: values.length === curves.length },
        encoding: { color: { field: "run", type: "nominal", legend: null } },
      },
      {
        mark: { type: "line", strokeWidth: 2, color: "#33332f", strokeDash: [4, 3] },
        encoding: { y: { aggregate: "mean", field: "value", type: "quantitative" } },
      },
    ],
  };
  return draw(
    name,
    `${title} per epoch, a line per run and their mean dashed; mean of the last epoch ${mean.toPrecision(4)}`,
    spec,
  );
}

/** The total objective, each of its terms, and accuracy and NMI, each per epoch. */
export async function curvePlots({ curves }: ReportData): Promise<Plot[]> {
  const first = curves[0]?.records[0];
  if (!first) return [];
  const plots: Plot[] = [];
  const add = async (
    name: string,
    title: string,
    pick: (record: (typeof curves)[number]["records"][number]) => number | null,
  ): Promise<void> => {
    const picked = curves.map(({ seed, records }) => ({
      seed,
      points: records.flatMap((record): [number, number][] => {
        const value = pick(record);
        return value === null ? [] : [[record.epoch, value]];
      }),
    }));
    if (picked.some(({ points }) => points.length > 0)) plots.push(await small(name, title, picked));
  };
  await add("curve-loss", "total loss", (record) => record.loss);
  const terms = Object.keys(first.terms);
  if (terms.length > 1)
    for (const term of terms)
      await add(`curve-${term}`, `${term} loss`, (record) => record.terms[term] ?? null);
  await add("curve-accuracy", "accuracy", (record) => record.accuracy);
  await add("curve-nmi", "NMI", (record) => record.nmi);
  return plots;
}
