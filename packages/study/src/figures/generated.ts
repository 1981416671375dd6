import { parseWith } from "@gumbel/config";
import { enlargement, sheet, toBytes } from "@gumbel/pages";
import { readSamples } from "@gumbel/results";
import { evaluationSchema, readDatasetInfo } from "@gumbel/tables";
import { type DrawFigure, emptyView, showEach } from "./figure.js";

const leads = {
  generated:
    "Rows: one cluster each, with the class it was matched to. Columns: one z ~ N(0, I) each, the same down the column.",
  style:
    "First column: a test example. The others: its latent, decoded under each cluster in turn, in the order of the clusters.",
};

/** Pictures that each pipeline's shown run draws: a row per cluster, or per example whose style is transferred. */
export const generated: DrawFigure<"generated"> = async (figure, context) => {
  const view = emptyView(figure, `${leads[figure.samples]} Of the run with the lowest loss.`);
  view.shown = await showEach(figure.pipelines, context, async (pipeline) => {
    const evaluate = await context.members.artifacts(pipeline, "evaluate");
    const extract = await context.members.artifacts(pipeline, "extract");
    const ingest = await context.members.artifacts(pipeline, "ingest");
    const evaluation = parseWith(
      evaluationSchema,
      await evaluate.json("evaluation.json"),
      `${pipeline}/evaluate/evaluation.json`,
    );
    const seed = evaluation.selectedSeed;
    const { title: data, shape, kind } = await readDatasetInfo(await ingest.path("data.arrow"));
    const title = `${data}, K = ${evaluation.clusters}`;
    const d = shape.reduce((product, size) => product * size, 1);
    const samples = await readSamples(extract, `seed-${seed}/${figure.samples}.arrow`, d);
    if (!samples || kind !== "image") return { title, seeds: [seed], problems: ["it draws no pictures"] };
    const { rows, columns } = samples;
    const bytes = toBytes(samples.values);
    const pictures = Array.from({ length: rows * columns }, (_, i) => bytes.subarray(i * d, (i + 1) * d));
    const { assignment } = evaluation.runs.find((run) => run.seed === seed) ?? evaluation.runs[0]!;
    const className = (cluster: number): string =>
      evaluation.dataset.classes[assignment[cluster] ?? -1] ?? "spare";
    view.sheets.push({
      title,
      sheet: sheet(`${figure.id}-${pipeline}`, shape, rows, columns, pictures),
      scale: Math.max(1, Math.round(enlargement(shape) * 0.75)),
      rows: Array.from({ length: rows }, (_, row) =>
        figure.samples === "style" ? `example ${row + 1}` : `${row} → ${className(row)}`,
      ),
    });
    return { title, seeds: [seed], problems: [] };
  });
  return view;
};
