/** A map's colours, and a map as a plot. */

import { categorical, draw, type Plot } from "@gumbel/pages";
import type { ReportData } from "../data/data.js";
import { selectedRun } from "../data/select.js";
import type { Layout, MapPoint } from "./latentMap.js";

/** Grouping that gives a map its colours. */
export type Colouring = "class" | "cluster";

/**
 * Index of a group's colour. A cluster has the colour of the class it was matched to, so that a point that changes
 * colour between the two maps is in a wrong cluster; -1 for an unknown class and a spare cluster.
 */
export function colourIndex(data: ReportData, colouring: Colouring, group: number): number {
  if (colouring === "class" || data.evaluation.dataset.classes.length === 0) return group;
  return selectedRun(data).assignment[group] ?? -1;
}

/** A layout under one colouring as a plot, for papers. */
export function mapPlot(data: ReportData, layout: Layout, colouring: Colouring): Promise<Plot> {
  const { classes } = data.evaluation.dataset;
  const name = (group: number): string =>
    colouring === "class" ? (classes[group] ?? "unknown") : `${group}`;
  const groups = [...new Set(layout.points.map((point) => groupOf(point, colouring)))].sort((a, b) => a - b);
  const axis = { labels: false, ticks: false, title: null, grid: false, domain: false };
  const width = 460;
  return draw(`map-${layout.name}-${colouring}`, describeMap(layout, colouring), {
    width,
    height: Math.round(width * Math.min(layout.aspect, 1.2)),
    data: {
      values: layout.points.map((point) => ({
        x: round(point.x),
        y: round(-point.y),
        group: name(groupOf(point, colouring)),
      })),
    },
    mark: { type: "circle", size: 14, opacity: 0.75 },
    encoding: {
      x: { field: "x", type: "quantitative", axis, scale: { zero: false } },
      y: { field: "y", type: "quantitative", axis, scale: { zero: false } },
      color: {
        field: "group",
        type: "nominal",
        title: colouring,
        scale: {
          domain: groups.map(name),
          range: groups.map((group) => paint(colourIndex(data, colouring, group))),
        },
        legend: { symbolOpacity: 1, symbolSize: 60 },
      },
    },
  });
}

export const groupOf = ({ label, cluster }: MapPoint, colouring: Colouring): number =>
  colouring === "class" ? label : cluster;

export const describeMap = ({ points, title }: Layout, colouring: Colouring): string =>
  `Map of ${points.length} examples, coloured by ${colouring}. ${title}`;

const paint = (index: number): string => (index < 0 ? "#999999" : categorical[index % categorical.length]!);

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
