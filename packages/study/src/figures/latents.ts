import { categorical, draw, type Plot } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { principalComponents, umap } from "@gumbel/projection";
import { evenlySpaced, stream } from "@gumbel/random";
import { readDatasetInfo, readSnapshots, type Snapshot } from "@gumbel/tables";
import { type DrawFigure, emptyView, showEach } from "./figure.js";

/** Enough examples to see the groups; every moment has a layout of its own. */
const drawn = 800;
const componentsForUmap = 50;

/** Latents of the shown run at moments of its training: small multiples, coloured by class. */
export const latents: DrawFigure<"latents"> = async (figure, context) => {
  const view = emptyView(
    figure,
    `${figure.layout === "pca" ? "The first two principal components" : "UMAP"} of the latents of the same ${drawn} examples at each moment, each with a layout of its own; of the run with the lowest loss. Colours: classes.`,
  );
  view.shown = await showEach(figure.pipelines, context, async (pipeline, { dataset, runs }) => {
    const losses = runs.map(({ loss }) => loss ?? Number.POSITIVE_INFINITY);
    const { seed } = runs[losses.indexOf(Math.min(...losses))] ?? runs[0]!;
    const train = await context.members.artifacts(pipeline, "train");
    const ingest = await context.members.artifacts(pipeline, "ingest");
    const { classes } = await readDatasetInfo(await ingest.path("data.arrow"));
    const { unit, label, moments } = await readSnapshots(await train.path(`seed-${seed}/snapshots.arrow`));
    const title = await datasetTitle(dataset);
    const chosen = moments.filter(({ at }) => figure.at.includes(at));
    const missing = figure.at.filter((at) => !moments.some((moment) => moment.at === at));
    const panels: Panel[] = [];
    for (const moment of chosen) {
      const points = await layOut(moment, label, classes, figure.layout);
      panels.push({ title: `${unit} ${moment.at}`, points });
    }
    if (panels.length > 0) view.plots.push(await latentsPlot(figure.id, pipeline, title, panels, classes));
    const problems = missing.length > 0 ? [`no snapshot at ${unit} ${missing.join(", ")} in this run`] : [];
    return { title, seeds: [seed], problems };
  });
  return view;
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

/** Positions of some of the examples, in the unit square. */
async function layOut(
  { latent: { values, width } }: Snapshot,
  label: Int32Array,
  classes: string[],
  layout: "pca" | "umap",
): Promise<Point[]> {
  const vector = (row: number): Float64Array =>
    Float64Array.from(values.subarray(row * width, (row + 1) * width));
  const rows = [...evenlySpaced(label.length, drawn)].filter((row) => vector(row).every(Number.isFinite));
  if (rows.length < 3) return [];
  const { scores } = principalComponents(rows.map(vector), componentsForUmap, stream(0, "report", "pca"));
  const positions =
    layout === "umap" && width > 2 && rows.length > 20
      ? await umap(scores, stream(0, "report", "umap"))
      : scores;
  const along = (axis: number): number[] => positions.map((position) => position[axis] ?? 0);
  const low = [Math.min(...along(0)), Math.min(...along(1))];
  const size = Math.max(Math.max(...along(0)) - low[0]!, Math.max(...along(1)) - low[1]!) || 1;
  const scaled = (value: number, axis: number): number =>
    Math.round(((value - low[axis]!) / size) * 1000) / 1000;
  return rows.map((row, i) => ({
    x: scaled(positions[i]![0]!, 0),
    y: scaled(positions[i]![1] ?? 0, 1),
    class: classes[label[row]!] ?? "unknown",
  }));
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
