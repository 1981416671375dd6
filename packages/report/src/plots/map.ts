/** The latents in the plane: by principal components always, by UMAP and t-SNE where the pipeline asks for them. */

import { categorical, count, draw, type Plot } from "@gumbel/pages";
import { principalComponents, tsne, umap } from "@gumbel/projection";
import { evenlySpaced, stream } from "@gumbel/random";
import type { Columns, Snapshots } from "@gumbel/tables";
import type { ReportData } from "../data/data.js";
import { latentOf, selectedRun, subsample } from "../data/select.js";

/** UMAP and t-SNE of wide latents are made from so many principal components. */
const components = 50;

/** t-SNE takes the square of it in time: 1,000 examples some 3 s. */
const tsneExamples = 1000;

export interface MapPoint {
  /** In [0, 1], the same scale on both axes, y downwards. */
  x: number;
  y: number;
  /** Class, -1 where unknown. */
  label: number;
  /** -1 where there was none yet. */
  cluster: number;
}

/** A layout as it was at an earlier moment of training. */
export interface Moment {
  /** `epoch 5`. */
  name: string;
  points: MapPoint[];
}

/** One way to lay the examples out in the plane. */
export interface Layout {
  name: "data" | "pca" | "umap" | "tsne";
  title: string;
  /** It shows every `step`-th of the map's examples. */
  step: number;
  /** Of the finished model. */
  points: MapPoint[];
  /** Before it, in the same projection and at the same scale; none but of PCA. */
  moments: Moment[];
  /** Height of the layout over its width. */
  aspect: number;
}

export interface LatentMap {
  layouts: Layout[];
  /** The examples it shows, as rows of the data. */
  rows: number[];
  /** How many of the subsample were left out, since their latent is not a number. */
  notNumbers: number;
}

/**
 * The stated subsample in each layout; none where there is nothing to lay out.
 *
 * @param snapshots of the shown run, whose examples are then those of the map
 */
export async function latentMap(
  data: ReportData,
  latents: Columns,
  snapshots: Snapshots | undefined,
): Promise<LatentMap> {
  const { values, width } = latentOf(data, latents);
  const { features, d, info, labels } = data.examples;
  const vector = (row: number): Float64Array =>
    Float64Array.from(values.subarray(row * width, (row + 1) * width));

  // Moments whose latent has another width than the finished one cannot stand in its projection.
  const before = snapshots?.moments.filter(({ latent }) => latent.width === width) ?? [];
  const drawn =
    snapshots && before.length > 0
      ? [...evenlySpaced(snapshots.index.length, data.plan.map.examples)].map((at) => ({
          row: snapshots.index[at]!,
          at,
        }))
      : subsample(data, data.plan.map.examples).map((row) => ({ row, at: -1 }));
  const vectorAt = (moment: Snapshots["moments"][number], at: number): Float64Array =>
    Float64Array.from(moment.latent.values.subarray(at * width, (at + 1) * width));
  const shown = drawn.filter(
    ({ row, at }) =>
      vector(row).every(Number.isFinite) &&
      before.every((moment) => vectorAt(moment, at).every(Number.isFinite)),
  );
  const rows = shown.map(({ row }) => row);
  const finished = rows.map((row) => ({ label: labels[row]!, cluster: latents.cluster!.values[row]! }));

  const isSame = (row: number): boolean =>
    vector(row).every((value, j) => Math.abs(value - features[row * d + j]!) < 1e-6);
  const layouts: Layout[] = [];
  const add = (
    name: Layout["name"],
    title: string,
    positions: number[][],
    { step = 1, earlier = [] }: { step?: number; earlier?: number[][][] } = {},
  ): void => {
    const { points, aspect } = placed([...earlier, positions]);
    const meet = (i: number, group: (example: number) => Omit<MapPoint, "x" | "y">): MapPoint[] =>
      points[i]!.map((point, j) => ({ ...point, ...group(j * step) }));
    layouts.push({
      name,
      title,
      step,
      aspect,
      points: meet(earlier.length, (example) => finished[example]!),
      moments: earlier.map((_, i) => ({
        name: `${snapshots!.unit} ${before[i]!.at}`,
        points: meet(i, (example) => ({
          label: finished[example]!.label,
          cluster: before[i]!.cluster[shown[example]!.at]!,
        })),
      })),
    });
  };

  if (info.kind === "points" && d >= 2) {
    add(
      "data",
      "The examples themselves",
      rows.map((row) => [features[row * d]!, features[row * d + 1]!]),
    );
  }
  // A system that clusters points as they are has no latent of its own to show.
  const isData = info.kind === "points" && width === d && rows.every(isSame);
  if (width >= 2 && rows.length > 2 && !isData) {
    const { seed, map } = data.plan;
    const { scores, varianceOfTwo, project } = principalComponents(
      rows.map(vector),
      components,
      stream(seed, "report", "pca"),
    );
    add("pca", `PCA: two components with ${Math.round(varianceOfTwo * 100)} % of the variance`, scores, {
      earlier: before.map((moment) => project(shown.map(({ at }) => vectorAt(moment, at)))),
    });
    const from = width > components ? `, from ${scores[0]!.length} principal components` : "";
    if (map.methods.includes("umap") && rows.length > 20) {
      add("umap", `UMAP: 15 neighbours${from}`, await umap(scores, stream(seed, "report", "umap")));
    }
    if (map.methods.includes("tsne") && rows.length > 20) {
      const step = Math.ceil(rows.length / tsneExamples);
      const some = scores.filter((_, i) => i % step === 0);
      const ofThem = step > 1 ? `, ${count(some.length)} of the examples` : "";
      add("tsne", `t-SNE: perplexity 30${from}${ofThem}`, tsne(some, stream(seed, "report", "tsne")), {
        step,
      });
    }
  }
  return { layouts, rows, notNumbers: drawn.length - rows.length };
}

/** Positions at every moment in one frame that holds them all, scaled to [0, 1]. */
function placed(moments: number[][][]): { points: { x: number; y: number }[][]; aspect: number } {
  const range = (axis: 0 | 1): [number, number] => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const position of moments.flat()) {
      least = Math.min(least, position[axis] ?? 0);
      most = Math.max(most, position[axis] ?? 0);
    }
    return [least, most];
  };
  const [left, right] = range(0);
  const [bottom, top] = range(1);
  const scale = Math.max(right - left, top - bottom) || 1;
  const points = moments.map((positions) =>
    positions.map(([x, y]) => ({ x: (x! - left) / scale, y: (top - (y ?? 0)) / scale })),
  );
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
