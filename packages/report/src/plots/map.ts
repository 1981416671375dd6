/** The latents in the plane: by principal components, and by UMAP where the pipeline asks for it. */
import type { Columns } from "@gumbel/artifacts";
import type { ReportData } from "../data.js";
import { latentOf, selectedRun, subsample } from "../select.js";
import { principalComponents, umap } from "./projection.js";
import { categorical, draw, type Plot } from "./render.js";

/** UMAP of wide latents is made from so many principal components. */
const componentsForUmap = 50;

export interface MapPoint {
  /** In [0, 1], the same scale on both axes, y downwards. */
  x: number;
  y: number;
  /** Class, -1 where unknown. */
  label: number;
  cluster: number;
}

/** One way to lay the examples out in the plane. */
export interface Layout {
  name: "data" | "pca" | "umap";
  title: string;
  points: MapPoint[];
  /** Height of the layout over its width. */
  aspect: number;
}

export interface LatentMap {
  layouts: Layout[];
  /** How many examples it shows. */
  examples: number;
  /** How many of the subsample were left out, since their latent is not a number. */
  notNumbers: number;
}

/** The stated subsample in each layout; none where there is nothing to lay out. */
export function latentMap(data: ReportData, latents: Columns): LatentMap {
  const { values, width } = latentOf(data, latents);
  const drawn = subsample(data, data.plan.map.examples);
  const vector = (row: number): Float64Array =>
    Float64Array.from(values.subarray(row * width, (row + 1) * width));
  const rows = drawn.filter((row) => vector(row).every(Number.isFinite));
  const { features, d, info } = data.examples;
  const isSame = (row: number): boolean =>
    vector(row).every((value, j) => Math.abs(value - features[row * d + j]!) < 1e-6);
  const layouts: Layout[] = [];
  const add = (name: Layout["name"], title: string, positions: number[][]): void => {
    layouts.push({ name, title, ...place(data, latents, rows, positions) });
  };

  if (info.kind === "points" && d >= 2) {
    add(
      "data",
      "The examples themselves",
      rows.map((row) => [features[row * d]!, features[row * d + 1]!]),
    );
  }
  // A system that clusters points as they are has no latent of its own to show.
  const isData = info.kind === "points" && width === d && rows.every((row) => isSame(row));
  if (width >= 2 && rows.length > 2 && !isData) {
    const { scores, varianceOfTwo } = principalComponents(
      rows.map(vector),
      componentsForUmap,
      data.plan.seed,
    );
    add("pca", `PCA: two components with ${Math.round(varianceOfTwo * 100)} % of the variance`, scores);
    if (data.plan.map.method === "umap" && rows.length > 20) {
      const wide = width > componentsForUmap ? `, from ${scores[0]!.length} principal components` : "";
      add("umap", `UMAP: 15 neighbours${wide}`, umap(scores, data.plan.seed));
    }
  }
  return { layouts, examples: rows.length, notNumbers: drawn.length - rows.length };
}

function place(
  { examples }: ReportData,
  latents: Columns,
  rows: number[],
  positions: number[][],
): Pick<Layout, "points" | "aspect"> {
  const range = (axis: 0 | 1): [number, number] => {
    const values = positions.map((position) => position[axis] ?? 0);
    return [Math.min(...values), Math.max(...values)];
  };
  const [left, right] = range(0);
  const [bottom, top] = range(1);
  const scale = Math.max(right - left, top - bottom) || 1;
  const points = rows.map((row, i) => ({
    x: (positions[i]![0]! - left) / scale,
    y: (top - (positions[i]![1] ?? 0)) / scale,
    label: examples.labels[row]!,
    cluster: latents.cluster!.values[row]!,
  }));
  return { points, aspect: Math.max(0.5, (top - bottom) / (right - left || 1)) };
}

/** What a map is coloured by. */
export type Colouring = "class" | "cluster";

/**
 * Index of a group's colour. A cluster has the colour of the class it was matched to, so that a point that changes
 * colour between the two maps lies in a wrong cluster; -1 for an unknown class and a spare cluster.
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
