import { certaintyHistogram, certaintyOf, certaintyPlot } from "@gumbel/pages";
import { readTable } from "@gumbel/tables";
import { nameOfParameter, type Point, pointsOf, type Study, type StudyFigure } from "@gumbel/workspace";
import { z } from "zod";
import { emptyView, type FigureKind, showParts } from "./figure.js";
import type { Part } from "./part.js";

type Figure = Extract<StudyFigure, { kind: "probabilities" }>;

const size = { width: 300, height: 200 };
const counts = z.array(z.int().min(0));
const schema = z.strictObject({ wrong: counts, others: counts });

/** The histogram of the shown run. */
const part: Part<Figure, z.output<typeof schema>> = {
  name: () => "probabilities",
  schema,
  missing: "it has no q(c | x)",
  async read(_, { open, seed, assignment }) {
    const { columns } = await readTable(await (await open("extract")).path(`seed-${seed}/latents.arrow`));
    const found = certaintyOf(columns, assignment);
    return found && certaintyHistogram(found.examples);
  },
};

const pointsIn = ({ parameter, values }: Figure, study: Study, name: string): Point[] =>
  (study.points?.datasets ?? []).flatMap((dataset) =>
    pointsOf(study, name, dataset, parameter).filter(({ value }) => values.includes(value)),
  );

/** Certainty of the model under some values of one parameter: a histogram for each. */
export const probabilities: FigureKind<"probabilities", z.output<typeof schema>> = {
  part,
  pipelines: (figure, study, name) => pointsIn(figure, study, name).map((point) => point.name),
  async draw(figure, context) {
    const { study, name } = context;
    const view = emptyView(
      figure,
      "Number of examples by the q(c | x) of their cluster; of the run with the lowest loss. Red: those whose cluster was matched to another class.",
    );
    const values = new Map(pointsIn(figure, study, name).map((point) => [point.name, point.value]));
    view.shown = await showParts(part, figure, [...values.keys()], context, async (pipeline, histogram) => {
      const title = `${nameOfParameter(study, figure.parameter)} = ${values.get(pipeline)}`;
      view.plots.push(await certaintyPlot(`${figure.id}-${pipeline}`, title, histogram, size));
      return { title };
    });
    return view;
  },
};
