/** The latents in the plane: examples of the map, and their positions in every layout, at every moment and for every seed. */
import { startEngine } from "@gumbel/engine";
import { isConstant } from "@gumbel/metrics";
import { boundsOf } from "@gumbel/projection";
import { evenlySpaced, stream } from "@gumbel/random";
import type { Column, Columns, Snapshots } from "@gumbel/tables";
import type { Aside } from "../aside.js";
import type { ReportData } from "../data/data.js";
import { latentOf, subsample } from "../data/select.js";
import { type Projection, projectionsOf } from "./projections.js";

/** With fewer examples, plain JavaScript finds the neighbours before the engine has started. */
const engineExamples = 500;

/** The most runs that the map shows: each adds some 100 kB to the page, and the time of its layouts. */
const mostRuns = 10;

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
  name: Projection["name"];
  title: string;
  /** Of the finished model. */
  points: MapPoint[];
  /** Before it, at the same scale. */
  moments: Moment[];
  /** Height of the layout over its width. */
  aspect: number;
}

/** The map of one run. */
export interface RunMap {
  /** With this run as the shown one. */
  data: ReportData;
  latents: Columns;
  layouts: Layout[];
}

export interface LatentMap {
  /** The shown run. */
  shown: RunMap;
  /** Other runs, of the same examples: the finished model alone. */
  others: RunMap[];
  /** Seeds of runs that the map lacks, since their latents are not numbers or all the same. */
  lacking: number[];
  /** Rows of the map's examples in the data. */
  rows: number[];
  /** Number of examples of the subsample that are left out, since their latent is not a number. */
  notNumbers: number;
}

/** A subsample of the examples in each layout; no layouts if there is nothing to lay out. */
export async function latentMap(data: ReportData, aside: Aside): Promise<LatentMap> {
  const latents = await data.latents();
  const chosen = chooseExamples(data, latents, await data.snapshots());
  const rows = chosen.examples.map(({ row }) => row);
  if (rows.length >= engineExamples && data.plan.map.methods.length > 0)
    await startEngine({ name: data.plan.engine.name });
  const shown = await runMap(data, aside, latents, chosen);
  const others: RunMap[] = [];
  const lacking: number[] = [];
  const finished: Chosen = { ...chosen, moments: [] };
  for (const { seed } of shown.layouts.length > 0 ? data.evaluation.runs : []) {
    if (seed === data.evaluation.selectedSeed || others.length === mostRuns - 1) continue;
    const other = data.ofSeed(seed);
    const found = await other.latents();
    if (canBeLaidOut(latentOf(other, found), rows))
      others.push(await runMap(other, aside, found, finished, seed));
    else lacking.push(seed);
  }
  return { shown, others, lacking, rows, notNumbers: chosen.notNumbers };
}

/** @param seed of another run than the shown one, which draws from streams of its own, and has the fast layouts alone */
async function runMap(
  data: ReportData,
  aside: Aside,
  latents: Columns,
  chosen: Chosen,
  seed?: number,
): Promise<RunMap> {
  const { plan, examples } = data;
  const { values, width } = latentOf(data, latents);
  const projections = await projectionsOf({
    examples,
    rows: chosen.examples.map(({ row }) => row),
    latent: chosen.examples.map(({ row }) => vectorOf({ values, width }, row)),
    moments: chosen.moments.map(({ name, latent }) => ({
      name,
      latent: chosen.examples.map(({ at }) => vectorOf(latent, at)),
    })),
    methods: plan.map.methods,
    fast: seed !== undefined,
    seed: plan.seed,
    random: (...names) =>
      stream(plan.seed, "report", ...names, ...(seed === undefined ? [] : ["seed", seed])),
    aside,
  });
  const finished = chosen.examples.map(({ row }) => ({
    label: examples.labels[row]!,
    cluster: latents.cluster!.values[row]!,
  }));
  return { data, latents, layouts: projections.map((projection) => layoutOf(projection, chosen, finished)) };
}

/** The examples of the map, and the moments of training that it shows. */
interface Chosen {
  /** Row in the data and position in the snapshots; -1 without any. */
  examples: { row: number; at: number }[];
  moments: (Snapshots["moments"][number] & { name: string })[];
  notNumbers: number;
}

/** Examples of the snapshots, if there are any of the shown run; else of all. */
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
    ({ row, at }) => isNumber(finished, row) && moments.every(({ latent }) => isNumber(latent, at)),
  );
  return { examples, moments, notNumbers: drawn.length - examples.length };
}

const vectorOf = ({ values, width }: Column<Float32Array>, row: number): Float64Array =>
  Float64Array.from(values.subarray(row * width, (row + 1) * width));

const isNumber = (latent: Column<Float32Array>, row: number): boolean =>
  vectorOf(latent, row).every(Number.isFinite);

const canBeLaidOut = (latent: Column<Float32Array>, rows: number[]): boolean =>
  !isConstant(latent.values, latent.width) && rows.every((row) => isNumber(latent, row));

/** A projection with the label and the cluster of each point, scaled to [0, 1]. */
function layoutOf(
  { name, title, positions, earlier = [] }: Projection,
  { examples, moments }: Chosen,
  finished: { label: number; cluster: number }[],
): Layout {
  const { points, aspect } = scaled([...earlier, positions]);
  return {
    name,
    title,
    aspect,
    points: points.at(-1)!.map((point, i) => ({ ...point, ...finished[i]! })),
    moments: earlier.map((_, m) => ({
      name: moments[m]!.name,
      points: points[m]!.map((point, i) => ({
        ...point,
        label: finished[i]!.label,
        cluster: moments[m]!.cluster[examples[i]!.at]!,
      })),
    })),
  };
}

/** Positions at every moment, scaled together to [0, 1]. */
function scaled(moments: number[][][]): { points: { x: number; y: number }[][]; aspect: number } {
  const {
    low: [left, bottom],
    high: [right, top],
  } = boundsOf(moments.flat());
  const scale = Math.max(right - left, top - bottom) || 1;
  const points = moments.map((positions) =>
    positions.map(([x, y]) => ({ x: (x! - left) / scale, y: (top - (y ?? 0)) / scale })),
  );
  return { points, aspect: Math.max(0.5, (top - bottom) / (right - left || 1)) };
}
