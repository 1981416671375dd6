import type { ReportData } from "../data.js";
import { selectedRun } from "../select.js";
import { draw, type Plot } from "./render.js";

/** Classes against clusters, each cluster in the column of the class it was matched to. */
export async function confusionPlot(data: ReportData): Promise<Plot | undefined> {
  const { confusion, assignment } = selectedRun(data);
  const { classes } = data.evaluation.dataset;
  if (confusion.length === 0) return undefined;
  const order = [...assignment.keys()].sort((a, b) => rank(assignment[a]!) - rank(assignment[b]!) || a - b);
  const values = confusion.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return order.map((cluster) => ({
      label: classes[label] ?? String(label),
      cluster: `${cluster}`,
      count: row[cluster]!,
      share: total > 0 ? row[cluster]! / total : 0,
    }));
  });
  const cell = Math.max(26, Math.min(44, 440 / Math.max(order.length, classes.length)));
  const right = confusion.reduce(
    (sum, row, label) =>
      sum + row.reduce((s, count, cluster) => s + (assignment[cluster] === label ? count : 0), 0),
    0,
  );
  const all = confusion.flat().reduce((sum, count) => sum + count, 0);
  return draw(
    "confusion",
    `Confusion matrix: ${right} of ${all} examples lie in the cluster that was matched to their class`,
    {
      width: cell * order.length,
      height: cell * classes.length,
      data: { values },
      encoding: {
        x: {
          field: "cluster",
          type: "nominal",
          sort: order.map(String),
          title: "cluster, in the order of the classes they were matched to",
          axis: { labelAngle: 0, orient: "top", ticks: false, domain: false },
        },
        y: {
          field: "label",
          type: "nominal",
          sort: classes,
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
              scale: { domain: [0, 1], scheme: "blues" },
              legend: null,
            },
          },
        },
        {
          mark: { type: "text", fontSize: 9 },
          encoding: {
            text: { field: "count", type: "quantitative" },
            color: { condition: { test: "datum.share > 0.5", value: "#ffffff" }, value: "#33332f" },
          },
        },
      ],
    },
  );
}

const rank = (label: number): number => (label < 0 ? Number.POSITIVE_INFINITY : label);
