/** The latents in the plane: by principal components, and by UMAP and t-SNE if the pipeline's report.map.methods has them. */

import { categorical, count, draw, type Plot } from "@gumbel/pages";
import { principalComponents, tsne, umap } from "@gumbel/projection";
import { evenlySpaced, stream } from "@gumbel/random";
import type { Column, Columns, Snapshots } from "@gumbel/tables";
import type { ReportData } from "../data/data.js";
import { latentOf, selectedRun, subsample } from "../data/select.js";

/** Number of principal components of wide latents that UMAP and t-SNE start from. */
const components = 50;

/** Most examples of t-SNE, whose time is quadratic in them: 1,000 take some 3 s. */
const tsneExamples = 1000;

export interface MapPoint {
  /** In [0, 1], the same scale on both axes, y downwards. */
  x: number;
  y: number;
  /** Class, -1 if unknown. */
  label: number;
  /** -1 if there was none yet. */
  cluster: number;
}

/** A layout at an earlier moment of training. */
export interface Moment {
  /** `epoch 5`. */
  name: string;
  points: MapPoint[];
}

/** Positions of the examples in the plane. */
export interface Layout {
  name: "data" | "pca" | "umap" | "tsne";
  title: string;
  /** The layout has every `step`-th of the map's examples. */
  step: number;
  /** Of the finished model. */
  points: MapPoint[];
  /** Before it, in the same projection and at the same scale; PCA alone has any. */
  moments: Moment[];
  /** Height of the layout over its width. */
  aspect: number;
}

export interface LatentMap {
  layouts: Layout[];
  /** Rows of the map's examples in the data. */
  rows: number[];
  /** Number of examples of the subsample that are left out, since their latent is not a number. */
  notNumbers: number;
}

/**
 * A subsample of the examples in each layout; no layouts if there is nothing to lay out.
 *
 * @param snapshots of the shown run; if there are any, the map shows examples of theirs
 */
export async function latentMap(
  data: ReportData,
  latents: Columns,
  snapshots: Snapshots | undefined,
): Promise<LatentMap> {
  const chosen = chooseExamples(data, latents, snapshots);
  const projections = await projectionsOf(data, latents, chosen);
  const finished = chosen.examples.map(({ row }) => ({
    label: data.examples.labels[row]!,
    cluster: latents.cluster!.values[row]!,
  }));
  return {
    layouts: projections.map((projection) => layoutOf(projection, chosen, finished)),
    rows: chosen.examples.map(({ row }) => row),
    notNumbers: chosen.notNumbers,
  };
}

/** The examples of the map, and the moments of training that it shows. */
interface Chosen {
  /** Row in the data and position in the snapshots; -1 without any. */
  examples: { row: number; at: number }[];
  moments: (Snapshots["moments"][number] & { name: string })[];
  notNumbers: number;
}

function chooseExamples(data: ReportData, latents: Columns, snapshots: Snapshots | undefined): Chosen {
  const finished = latentOf(data, latents);
  // Latents of another width than the finished one do not fit its projection.
  const moments = (snapshots?.moments ?? [])
    .filter(({ latent }) => latent.width === finished.width)
    .map((moment) => ({ ...moment, name: `${snapshots!.unit} ${moment.at}` }));
  const drawn =
    snapshots && moments.length > 0
      ? [...evenlySpaced(snapshots.index.length, data.plan.map.examples)].map((at) => ({
          row: snapshots.index[at]!,
          at,
        }))
      : subsample(data, data.plan.map.examples).map((row) => ({ row, at: -1 }));
  const examples = drawn.filter(
    ({ row, at }) =>
      vectorOf(finished, row).every(Number.isFinite) &&
      moments.every(({ latent }) => vectorOf(latent, at).every(Number.isFinite)),
  );
  return { examples, moments, notNumbers: drawn.length - examples.length };
}

const vectorOf = ({ values, width }: Column<Float32Array>, row: number): Float64Array =>
  Float64Array.from(values.subarray(row * width, (row + 1) * width));

interface Projection extends Pick<Layout, "name" | "title"> {
  positions: number[][];
  /** It has every `step`-th of the map's examples; 1 if absent. */
  step?: number;
  /** Positions at each earlier moment. */
  earlier?: number[][][];
}

async function projectionsOf(
  data: ReportData,
  latents: Columns,
  { examples, moments }: Chosen,
): Promise<Projection[]> {
  const latent = latentOf(data, latents);
  const { features, d, info } = data.examples;
  const projections: Projection[] = [];
  if (info.kind === "points" && d >= 2) {
    projections.push({
      name: "data",
      title: "The examples themselves",
      positions: examples.map(({ row }) => [features[row * d]!, features[row * d + 1]!]),
    });
  }
  // A system that clusters points directly has no latent besides them.
  const isData =
    info.kind === "points" &&
    latent.width === d &&
    examples.every(({ row }) =>
      vectorOf(latent, row).every((value, j) => Math.abs(value - features[row * d + j]!) < 1e-6),
    );
  if (latent.width < 2 || examples.length <= 2 || isData) return projections;

  const { seed, map } = data.plan;
  const { scores, varianceOfTwo, project } = principalComponents(
    examples.map(({ row }) => vectorOf(latent, row)),
    components,
    stream(seed, "report", "pca"),
  );
  projections.push({
    name: "pca",
    title: `PCA: two components with ${Math.round(varianceOfTwo * 100)} % of the variance`,
    positions: scores,
    earlier: moments.map((moment) => project(examples.map(({ at }) => vectorOf(moment.latent, at)))),
  });
  const from = latent.width > components ? `, from ${scores[0]!.length} principal components` : "";
  if (map.methods.includes("umap") && examples.length > 20) {
    const positions = await umap(scores, stream(seed, "report", "umap"));
    projections.push({ name: "umap", title: `UMAP: 15 neighbours${from}`, positions });
  }
  if (map.methods.includes("tsne") && examples.length > 20) {
    const step = Math.ceil(examples.length / tsneExamples);
    const some = scores.filter((_, i) => i % step === 0);
    const share = step > 1 ? `, ${count(some.length)} of the examples` : "";
    const positions = tsne(some, stream(seed, "report", "tsne"));
    projections.push({ name: "tsne", title: `t-SNE: perplexity 30${from}${share}`, positions, step });
  }
  return projections;
}

/** A projection with the label and the cluster of each point, scaled to [0, 1]. */
function layoutOf(
  { name, title, positions, step = 1, earlier = [] }: Projection,
  { examples, moments }: Chosen,
  finished: { label: number; cluster: number }[],
): Layout {
  const { points, aspect } = scaled([...earlier, positions]);
  return {
    name,
    title,
    step,
    aspect,
    points: points.at(-1)!.map((point, i) => ({ ...point, ...finished[i * step]! })),
    moments: earlier.map((_, m) => ({
      name: moments[m]!.name,
      points: points[m]!.map((point, i) => ({
        ...point,
        label: finished[i * step]!.label,
        cluster: moments[m]!.cluster[examples[i * step]!.at]!,
      })),
    })),
  };
}

/** Positions at every moment, scaled together to [0, 1]. */
function scaled(moments: number[][][]): { points: { x: number; y: number }[][]; aspect: number } {
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
