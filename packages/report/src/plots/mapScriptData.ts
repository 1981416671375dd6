/** Data of the map's script: what the page's markup shows, of every moment and run, in whole units of the map. */
import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";
import { atlas, categorical, enlargement, exampleBytes } from "@gumbel/pages";
import type { ReportData } from "../data/data.js";
import type { MapData, MapFrame, MapLayout, MapName, MapRun } from "../data/mapData.js";
import { clusterName, latentOf, selectedRun, shortName, topTerms } from "../data/select.js";
import type { LatentMap, Layout, MapPoint, RunMap } from "./latentMap.js";
import { type Colouring, colourIndex, describeMap, groupOf } from "./map.js";
import { apart } from "./names.js";

/** Units of a map's own coordinates across. */
const extent = 1000;
const margin = 24;

/** Examples that the card of a pinned one shows. */
const nearestShown = 5;

/** Number of terms shown for a document. */
const termsOfDocument = 8;

/** @param colouring the one that shows first */
export function mapData(data: ReportData, { shown, others, rows }: LatentMap, colouring: Colouring): MapData {
  const { examples, evaluation } = data;
  const { classes } = evaluation.dataset;
  return {
    runs: [shown, ...others].map((run) => runOf(run, rows, colouring)),
    rows,
    labels: rows.map((row) => examples.labels[row]!),
    classes,
    colours: { class: classes.map((_, label) => paint(label)), spare: paint(-1) },
    pictures: picturesOf(data, rows),
    terms: examples.info.kind === "text" ? rows.map((row) => topTerms(data, row, termsOfDocument)) : null,
  };
}

function runOf({ data, latents, layouts }: RunMap, rows: number[], colouring: Colouring): MapRun {
  const clusters = Array.from({ length: data.evaluation.clusters }, (_, k) => k);
  const cluster = latents.cluster!.values;
  const { probabilities } = latents;
  const percent = (row: number): number => {
    const value = probabilities!.values[row * probabilities!.width + cluster[row]!]!;
    return Number.isFinite(value) ? Math.round(100 * value) : 0;
  };
  return {
    seed: data.evaluation.selectedSeed,
    layouts: layouts.map((layout) => layoutOf(data, layout, colouring)),
    certainty: probabilities ? rows.map(percent) : null,
    clusters: clusters.map((k) => clusterName(data, k)),
    colours: clusters.map((k) => paint(colourIndex(data, "cluster", k))),
    matched: clusters.map((k) => selectedRun(data).assignment[k] ?? -1),
    nearest: nearestOf(data, latents, rows),
  };
}

/** The examples of the map with the nearest latents of each. */
function nearestOf(data: ReportData, latents: RunMap["latents"], rows: number[]): number[][] {
  const { values, width } = latentOf(data, latents);
  const k = Math.min(nearestShown, rows.length - 1);
  if (k < 1) return [];
  const points = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    points.set(values.subarray(row * width, (row + 1) * width), i * width);
  const { indices } = nearestOthers({ points, d: width, k, search: engineSearch() });
  return rows.map((_, i) => [...indices.subarray(i * k, (i + 1) * k)]);
}

function layoutOf(data: ReportData, layout: Layout, colouring: Colouring): MapLayout {
  const frames = [
    ...layout.moments.map(({ name, points }) => frameOf(data, name, points)),
    frameOf(data, "finished", layout.points),
  ];
  const furthest = (axis: "x" | "y"): number =>
    frames.flatMap((frame) => frame[axis]).reduce((most, value) => Math.max(most, value), 0);
  return {
    name: layout.name,
    title: layout.title,
    description: describeMap(layout, colouring),
    viewBox: `${-margin} ${-margin} ${furthest("x") + 2 * margin} ${furthest("y") + 2 * margin}`,
    frames,
  };
}

function frameOf(data: ReportData, name: string, points: MapPoint[]): MapFrame {
  return {
    name,
    x: points.map(({ x }) => toUnits(x)),
    y: points.map(({ y }) => toUnits(y)),
    cluster: points.map(({ cluster }) => cluster),
    names: { class: namesOf(data, points, "class"), cluster: namesOf(data, points, "cluster") },
  };
}

/** Each group's name at the median of its points, apart from the others. */
function namesOf(data: ReportData, points: MapPoint[], colouring: Colouring): MapName[] {
  const groups = new Map<number, MapPoint[]>();
  for (const point of points) {
    const group = groupOf(point, colouring);
    const members = groups.get(group) ?? [];
    members.push(point);
    groups.set(group, members);
  }
  const median = (values: number[]): number => toUnits(values.sort((a, b) => a - b)[values.length >> 1]!);
  const names = [...groups]
    .filter(([group, members]) => group >= 0 && members.length >= 5)
    .map(([group, members]) => ({
      text: colouring === "class" ? (data.evaluation.dataset.classes[group] ?? "") : shortName(data, group),
      x: median(members.map(({ x }) => x)),
      y: median(members.map(({ y }) => y)),
    }));
  return apart(names);
}

function picturesOf({ examples }: ReportData, rows: number[]): MapData["pictures"] {
  const { kind, shape } = examples.info;
  if (kind !== "image") return null;
  const { png, columns, width, height } = atlas(
    shape,
    rows.map((row) => exampleBytes(examples, row)),
  );
  const source = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  return { source, columns, width, height, scale: 1.5 * enlargement([height, width]) };
}

/** A colour of the page's style, by its index. */
export const paint = (index: number): string =>
  index < 0 ? "var(--spare)" : `var(--c${index % categorical.length})`;

const toUnits = (value: number): number => Math.round(value * extent);
