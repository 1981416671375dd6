import { assignmentsOf, assignmentsPlot, neighboursOf } from "@gumbel/pages";
import { datasetTitle } from "@gumbel/plan";
import { column, labelledRows, readExamples, readSnapshots, readTable } from "@gumbel/tables";
import type { StudyFigure } from "@gumbel/workspace";
import { z } from "zod";
import { emptyView, type FigureKind, showParts } from "./figure.js";
import type { Part } from "./part.js";

type Figure = Extract<StudyFigure, { kind: "assignments" }>;

const group = z.int().min(-1);
const schema = z.strictObject({
  positions: z.array(z.number()),
  marked: z.array(z.strictObject({ point: z.int().min(0), group })),
  rows: z.array(
    z.strictObject({
      title: z.string(),
      panels: z.array(
        z.strictObject({ title: z.string(), group: z.array(group), right: z.number().nullable() }),
      ),
    }),
  ),
  groups: z.array(z.string()),
});

/** Clusters and pseudo-labels of the shown run at every moment that training kept, and at its end. */
const part: Part<Figure, z.output<typeof schema>> = {
  name: () => "assignments",
  schema,
  missing: "it has no moments of points of the plane",
  async read(_, { open, evaluation, seed, assignment, options }) {
    const [ingest, train, extract] = [await open("ingest"), await open("train"), await open("extract")];
    const file = `seed-${seed}/snapshots.arrow`;
    const { info, d, features } = await readExamples(await ingest.path("data.arrow"));
    if (info.kind !== "points" || d !== 2 || !train.names.includes(file)) return undefined;
    const run = evaluation.runs.findIndex((each) => each.seed === seed);
    const latents = await readTable(await extract.path(`seed-${seed}/latents.arrow`));
    return assignmentsOf({
      snapshots: await readSnapshots(await train.path(file)),
      latents: latents.columns,
      latent: column(latents, evaluation.latent, Float32Array),
      ...{ features, assignment },
      labelled: await labelledRows(ingest, run),
      classes: evaluation.dataset.classes,
      neighbours: neighboursOf(options),
    });
  },
};

/** Points of the plane in the colours of their clusters, and of their pseudo-labels, at moments of training. */
export const assignments: FigureKind<"assignments", z.output<typeof schema>> = {
  part,
  pipelines: ({ pipelines }) => pipelines,
  async draw(figure, context) {
    const view = emptyView(
      figure,
      "Each point in the colour of its cluster's class, with the share in the colour of their own class; above, in that of its pseudo-label. Diamonds: the examples that keep their label. Of the run with the lowest loss.",
    );
    view.shown = await showParts(
      part,
      figure,
      figure.pipelines,
      context,
      async (pipeline, data, { dataset }) => {
        const title = await datasetTitle(dataset);
        const plot = assignmentsPlot(`${figure.id}-${pipeline}`, data);
        view.plots.push({ ...plot, description: `${title}. ${plot.description}` });
        return { title };
      },
    );
    return view;
  },
};
