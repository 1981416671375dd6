import { enlargement, type Sheet, sheet, toBytes } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { readSamples } from "@gumbel/results";
import { readDatasetInfo } from "@gumbel/tables";
import type { StudyFigure } from "@gumbel/workspace";
import { z } from "zod";
import { emptyView, type FigureKind, showParts } from "./figure.js";
import type { Part } from "./part.js";

type Figure = Extract<StudyFigure, { kind: "generated" }>;

const leads = {
  generated:
    "Rows: one cluster each, with the class it was matched to. Columns: one z ~ N(0, I) each, the same down the column.",
  style:
    "First column: a test example. The others: its latent, decoded under each cluster in turn, in the order of the clusters.",
};

/** Most bytes of a sheet, so that a record stays small: of large pictures fewer samples are shown. */
const mostBytes = 60_000;

const schema = z.strictObject({
  clusters: z.int().min(1),
  /** [height, width, channels] of a picture. */
  shape: z.array(z.int().min(1)),
  /** The name of each row. */
  names: z.array(z.string()),
  columns: z.int().min(1),
  width: z.int().min(1),
  height: z.int().min(1),
  grey: z.boolean(),
  /** The sheet, in base64. */
  png: z.base64(),
});

/** A sheet of pictures by the shown run. */
const part: Part<Figure, z.output<typeof schema>> = {
  name: ({ samples }) => samples,
  schema,
  missing: "it draws no pictures",
  async read({ samples: kind }, { open, evaluation, seed, assignment }) {
    const info = await readDatasetInfo(await (await open("ingest")).path("data.arrow"));
    const { shape } = info;
    const d = shape.reduce((product, size) => product * size, 1);
    const samples = await readSamples(await open("extract"), `seed-${seed}/${kind}.arrow`, d);
    if (!samples || info.kind !== "image") return undefined;
    const bytes = toBytes(samples.values);
    const drawn = (rows: number, columns: number): Sheet => {
      const pictures = Array.from({ length: rows * columns }, (_, i) => {
        const at = Math.floor(i / columns) * samples.columns + (i % columns);
        return bytes.subarray(at * d, (at + 1) * d);
      });
      return sheet("", shape, rows, columns, pictures);
    };
    // Every cluster stays: it is a row of the generated pictures, a column of the restyled ones.
    const fewer = (of: Sheet): Sheet =>
      kind === "style" ? drawn(of.rows - 1, of.columns) : drawn(of.rows, of.columns - 1);
    let found = drawn(samples.rows, samples.columns);
    while (found.png.length > mostBytes && (kind === "style" ? found.rows : found.columns) > 1) {
      found = fewer(found);
    }
    const { rows, columns, width, height, grey, png } = found;
    const className = (cluster: number): string =>
      evaluation.dataset.classes[assignment[cluster] ?? -1] ?? "spare";
    return {
      clusters: evaluation.clusters,
      shape,
      names: Array.from({ length: rows }, (_, row) =>
        kind === "style" ? `example ${row + 1}` : `${row} → ${className(row)}`,
      ),
      ...{ columns, width, height, grey },
      png: Buffer.from(png).toString("base64"),
    };
  },
};

/** Pictures that each pipeline's shown run draws: a row per cluster, or per example whose style is transferred. */
export const generated: FigureKind<"generated", z.output<typeof schema>> = {
  part,
  pipelines: ({ pipelines }) => pipelines,
  async draw(figure, context) {
    const view = emptyView(figure, `${leads[figure.samples]} Of the run with the lowest loss.`);
    view.shown = await showParts(
      part,
      figure,
      figure.pipelines,
      context,
      async (pipeline, { clusters, shape, names, png, ...size }, { dataset }) => {
        const title = `${await datasetTitle(dataset)}, K = ${clusters}`;
        const drawn: Sheet = {
          ...size,
          name: `${figure.id}-${pipeline}`,
          rows: names.length,
          labels: { rows: names },
          png: Buffer.from(png, "base64"),
        };
        const scale = Math.max(1, Math.round(enlargement(shape) * 0.75));
        view.sheets.push({ title, sheet: drawn, scale, rows: names });
        return { title };
      },
    );
    return view;
  },
};
