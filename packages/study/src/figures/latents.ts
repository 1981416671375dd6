import { categorical, draw, type Plot } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { boundsOf, principalComponents, umap } from "@gumbel/projection";
import { evenlySpaced, stream } from "@gumbel/random";
import { readDatasetInfo, readSnapshots, type Snapshot } from "@gumbel/tables";
import type { StudyFigure } from "@gumbel/workspace";
import { z } from "zod";
import { emptyView, type FigureKind, showParts } from "./figure.js";
import type { Part } from "./part.js";

type Figure = Extract<StudyFigure, { kind: "latents" }>;

/** Enough examples to see the groups. */
const drawn = 800;
const componentsForUmap = 50;
/** Positions are whole numbers from 0 to this, the same scale on both axes: a third of a pixel. */
const positions = 999;

const coordinates = z.array(z.int().min(0).max(positions).nullable());
const schema = z.strictObject({
  unit: z.enum(["epoch", "step"]),
  classes: z.array(z.string()),
  /** Class of each example; -1 if it is unknown. */
  label: z.array(z.int()),
  /** Positions of the examples at each moment; null for one whose latent is not a number at some of them. */
  moments: z.array(z.strictObject({ at: z.int(), x: coordinates, y: coordinates })),
});
type Laid = z.output<typeof schema>;

/** Latents of the shown run at every moment that training kept, laid out. */
const part: Part<Figure, Laid> = {
  name: ({ layout }) => `latents-${layout}`,
  schema,
  missing: "it keeps no snapshots",
  async read({ layout }, { open, seed }) {
    const train = await open("train");
    const file = `seed-${seed}/snapshots.arrow`;
    if (!train.names.includes(file)) return undefined;
    const { classes } = await readDatasetInfo(await (await open("ingest")).path("data.arrow"));
    const { unit, label, moments } = await readSnapshots(await train.path(file));
    const rows = [...evenlySpaced(label.length, drawn)];
    return {
      unit,
      classes,
      label: rows.map((row) => label[row]!),
      moments: await layOut(moments, rows, layout),
    };
  },
};

/** Latents of the shown run at moments of its training: small multiples, coloured by class. */
export const latents: FigureKind<"latents", Laid> = {
  part,
  pipelines: ({ pipelines }) => pipelines,
  async draw(figure, context) {
    const view = emptyView(
      figure,
      `The latents of the same ${drawn} examples at each moment, ${figure.layout === "pca" ? "projected on the first two principal components of the last one" : "by UMAP, each layout started from the one before"}; of the run with the lowest loss. Colours: classes.`,
    );
    view.shown = await showParts(
      part,
      figure,
      figure.pipelines,
      context,
      async (pipeline, laid, { dataset }) => {
        const { unit, classes, label, moments } = laid;
        const title = await datasetTitle(dataset);
        const missing = figure.at.filter((at) => !moments.some((moment) => moment.at === at));
        const panels = moments
          .filter(({ at }) => figure.at.includes(at))
          .map(({ at, x, y }) => ({ title: `${unit} ${at}`, points: pointsOf(x, y, label, classes) }));
        if (panels.length > 0)
          view.plots.push(await latentsPlot(figure.id, pipeline, title, panels, classes));
        return {
          title,
          problems: missing.length > 0 ? [`no snapshot at ${unit} ${missing.join(", ")} in this run`] : [],
        };
      },
    );
    return view;
  },
};

interface Point {
  x: number;
  y: number;
  class: string;
}
interface Panel {
  title: string;
  points: Point[];
}

/** Points in the unit square, without those whose latent was not a number. */
const pointsOf = (x: (number | null)[], y: (number | null)[], label: number[], classes: string[]): Point[] =>
  label.flatMap((k, i) =>
    x[i] === null || y[i] === null
      ? []
      : { x: x[i]! / positions, y: y[i]! / positions, class: classes[k] ?? "unknown" },
  );

const isNumbers = (vector: Float64Array): boolean => vector.every(Number.isFinite);

/**
 * Positions of some of the examples at every moment, at one scale: the layout of a moment starts from the one before. A moment
 * of whose latents fewer than three are numbers has none.
 */
export async function layOut(
  moments: Pick<Snapshot, "at" | "latent">[],
  rows: number[],
  layout: "pca" | "umap",
): Promise<Laid["moments"]> {
  const vectorsOf = ({ latent: { values, width } }: Pick<Snapshot, "latent">): Float64Array[] =>
    rows.map((row) => Float64Array.from(values.subarray(row * width, (row + 1) * width)));
  const all = moments.map((moment) => ({ at: moment.at, vectors: vectorsOf(moment) }));
  const usable = all.filter(({ vectors }) => vectors.filter(isNumbers).length >= 3);
  const kept = rows.map((_, i) => usable.every(({ vectors }) => isNumbers(vectors[i]!)));
  const points = usable.map(({ vectors }) => vectors.filter((_, i) => kept[i]));
  const laid = await (layout === "pca" ? projected(points) : embedded(points));
  const scale = scaleOf(laid.flat());
  return all.map((moment) => {
    const found = laid[usable.indexOf(moment)];
    const along = (axis: 0 | 1): (number | null)[] => {
      let next = 0;
      return kept.map((has) => (has && found ? scale(found[next++]!, axis) : null));
    };
    return { at: moment.at, x: along(0), y: along(1) };
  });
}

/** By the first two principal components of the last moment. */
async function projected(moments: Float64Array[][]): Promise<number[][][]> {
  const last = moments.at(-1);
  if (!last || last.length < 3) return [];
  const { project } = principalComponents(last, 2, stream(0, "report", "pca"));
  return moments.map(project);
}

/** By UMAP; from components alone if there are too few points or dimensions for it. */
async function embedded(moments: Float64Array[][]): Promise<number[][][]> {
  const laid: number[][][] = [];
  for (const [i, points] of moments.entries()) {
    if (points.length < 3) return [];
    if (points.length <= 20 || points[0]!.length <= 2) return projected(moments);
    const { scores } = principalComponents(points, componentsForUmap, stream(0, "report", "pca"));
    const start = laid.at(-1);
    laid.push(await umap(scores, stream(0, "report", "umap", i), start && { start }));
  }
  return laid;
}

/** Places positions in the square of whole numbers up to `positions`. */
function scaleOf(all: number[][]): (position: number[], axis: 0 | 1) => number {
  const { low, high } = boundsOf(all);
  const size = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  return (position, axis) => Math.round((((position[axis] ?? 0) - low[axis]) / size) * positions);
}

function latentsPlot(
  id: string,
  pipeline: string,
  title: string,
  panels: Panel[],
  classes: string[],
): Promise<Plot> {
  const axis = { labels: false, ticks: false, title: null, grid: false, domain: false };
  const scale = { domain: [0, 1], nice: false };
  const groups = [
    ...classes,
    ...(panels.some(({ points }) => points.some((p) => p.class === "unknown")) ? ["unknown"] : []),
  ];
  return draw(
    `${id}-${pipeline}`,
    `Latents of ${title} after ${panels.map((panel) => panel.title).join(", ")}, coloured by class`,
    {
      data: {
        values: panels.flatMap((panel) => panel.points.map((point) => ({ ...point, moment: panel.title }))),
      },
      facet: {
        field: "moment",
        type: "nominal",
        title: null,
        sort: panels.map((panel) => panel.title),
        header: { labelFontSize: 12, labelAnchor: "start", labelFontWeight: "bold" },
      },
      columns: 3,
      spec: {
        width: 230,
        height: 230,
        mark: { type: "circle", size: 9, opacity: 0.75 },
        encoding: {
          x: { field: "x", type: "quantitative", axis, scale },
          y: { field: "y", type: "quantitative", axis, scale },
          color: {
            field: "class",
            type: "nominal",
            title: null,
            scale: {
              domain: groups,
              range: groups.map((group, i) =>
                group === "unknown" ? "#999999" : categorical[i % categorical.length]!,
              ),
            },
            legend: { symbolOpacity: 1, symbolSize: 60 },
          },
        },
      },
    },
  );
}
