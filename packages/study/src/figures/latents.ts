import { categorical, draw, type Plot } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { principalComponents, umap } from "@gumbel/projection";
import { evenlySpaced, stream } from "@gumbel/random";
import { readDatasetInfo, readSnapshots, type Snapshot } from "@gumbel/tables";
import type { StudyFigure } from "@gumbel/workspace";
import { z } from "zod";
import { emptyView, type FigureKind, showParts } from "./figure.js";
import type { Part } from "./part.js";

type Figure = Extract<StudyFigure, { kind: "latents" }>;

/** Enough examples to see the groups; every moment has a layout of its own. */
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
  /** Positions of the examples at each moment; null for a latent that was not a number. */
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
    const laid: Laid["moments"] = [];
    for (const moment of moments) laid.push({ at: moment.at, ...(await layOut(moment, rows, layout)) });
    return { unit, classes, label: rows.map((row) => label[row]!), moments: laid };
  },
};

/** Latents of the shown run at moments of its training: small multiples, coloured by class. */
export const latents: FigureKind<"latents", Laid> = {
  part,
  pipelines: ({ pipelines }) => pipelines,
  async draw(figure, context) {
    const view = emptyView(
      figure,
      `${figure.layout === "pca" ? "The first two principal components" : "UMAP"} of the latents of the same ${drawn} examples at each moment, each with a layout of its own; of the run with the lowest loss. Colours: classes.`,
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

/** Positions of some of the examples of a moment, none if fewer than three latents are numbers. */
async function layOut(
  { latent: { values, width } }: Snapshot,
  rows: number[],
  layout: "pca" | "umap",
): Promise<{ x: (number | null)[]; y: (number | null)[] }> {
  const vectors = rows.map((row) => Float64Array.from(values.subarray(row * width, (row + 1) * width)));
  const finite = vectors.filter((vector) => vector.every(Number.isFinite));
  if (finite.length < 3) return { x: rows.map(() => null), y: rows.map(() => null) };
  const { scores } = principalComponents(finite, componentsForUmap, stream(0, "report", "pca"));
  const found =
    layout === "umap" && width > 2 && finite.length > 20
      ? await umap(scores, stream(0, "report", "umap"))
      : scores;
  const along = (axis: number): number[] => found.map((position) => position[axis] ?? 0);
  const low = [Math.min(...along(0)), Math.min(...along(1))];
  const size = Math.max(Math.max(...along(0)) - low[0]!, Math.max(...along(1)) - low[1]!) || 1;
  const scaled = (axis: number): (number | null)[] => {
    const values = along(axis).map((value) => Math.round(((value - low[axis]!) / size) * positions));
    let next = 0;
    return vectors.map((vector) => (vector.every(Number.isFinite) ? values[next++]! : null));
  };
  return { x: scaled(0), y: scaled(1) };
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
