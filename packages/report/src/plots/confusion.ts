import { colours, draw, type Plot } from "@gumbel/pages";
import type { ReportData } from "../data/data.js";
import { clustersByClass, selectedRun } from "../data/select.js";

/** Counts of examples by class and cluster. */
export interface Confusion {
  classes: { name: string; total: number }[];
  /** Clusters in the order of the classes they were matched to; `label` is -1 for a spare cluster. */
  clusters: { cluster: number; label: number; total: number }[];
  /** [class][position in `clusters`] */
  counts: number[][];
  /** Number of examples in the cluster that was matched to their class. */
  right: number;
  total: number;
}

/** The shown run's confusion; undefined without labels. */
export function confusionOf(data: ReportData): Confusion | undefined {
  const { confusion, assignment } = selectedRun(data);
  if (confusion.length === 0) return undefined;
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const order = clustersByClass(data);
  const counts = confusion.map((row) => order.map((cluster) => row[cluster] ?? 0));
  const clusters = order.map((cluster, i) => ({
    cluster,
    label: assignment[cluster] ?? -1,
    total: sum(counts.map((row) => row[i]!)),
  }));
  return {
    classes: counts.map((row, label) => ({
      name: data.evaluation.dataset.classes[label] ?? String(label),
      total: sum(row),
    })),
    clusters,
    counts,
    right: sum(clusters.map(({ label }, i) => counts[label]?.[i] ?? 0)),
    total: sum(counts.flat()),
  };
}

/** The confusion matrix as a plot, for papers. */
export function confusionPlot(matrix: Confusion): Promise<Plot> {
  const names = matrix.clusters.map(({ cluster }) => String(cluster));
  const values = matrix.counts.flatMap((row, label) =>
    row.map((count, i) => ({
      label: matrix.classes[label]!.name,
      cluster: names[i],
      count,
      share: matrix.classes[label]!.total > 0 ? count / matrix.classes[label]!.total : 0,
    })),
  );
  const cell = Math.max(26, Math.min(44, 440 / Math.max(matrix.clusters.length, matrix.classes.length)));
  const description = `Confusion matrix: ${matrix.right} of ${matrix.total} examples are in the cluster that was matched to their class`;
  return draw("confusion", description, {
    width: cell * matrix.clusters.length,
    height: cell * matrix.classes.length,
    data: { values },
    encoding: {
      x: {
        field: "cluster",
        type: "nominal",
        sort: names,
        title: "cluster, in the order of the classes they were matched to",
        axis: { labelAngle: 0, orient: "top", ticks: false, domain: false },
      },
      y: {
        field: "label",
        type: "nominal",
        sort: matrix.classes.map(({ name }) => name),
        title: "class",
        axis: { ticks: false, domain: false },
      },
    },
    layer: [
      {
        mark: { type: "rect", stroke: "#ffffff", strokeWidth: 1 },
        encoding: {
          color: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: ["#f8f8f5", "#7ba4d2"] },
            legend: null,
          },
        },
      },
      {
        mark: { type: "text", fontSize: 9 },
        encoding: {
          text: { field: "count", type: "quantitative" },
          color: { value: colours.ink },
        },
      },
    ],
  });
}
