import { parseWith } from "@gumbel/config";
import { certaintyOf, certaintyPlot } from "@gumbel/pages";
import { evaluationSchema, readTable } from "@gumbel/tables";
import { nameOfParameter, pointsOf } from "@gumbel/workspace";
import { type DrawFigure, emptyView, showEach } from "./figure.js";

const size = { width: 300, height: 200 };

/** Certainty of the model under some values of one parameter: a histogram for each. */
export const probabilities: DrawFigure<"probabilities"> = async (figure, context) => {
  const { study, name, members } = context;
  const view = emptyView(
    figure,
    "Number of examples by the q(c | x) of their cluster; of the run with the lowest loss. Red: those whose cluster was matched to another class.",
  );
  const points = (study.points?.datasets ?? []).flatMap((dataset) =>
    pointsOf(study, name, dataset, figure.parameter).filter(({ value }) => figure.values.includes(value)),
  );
  const values = new Map(points.map((point) => [point.name, point.value]));
  view.shown = await showEach([...values.keys()], context, async (pipeline) => {
    const evaluate = await members.artifacts(pipeline, "evaluate");
    const extract = await members.artifacts(pipeline, "extract");
    const { selectedSeed: seed, runs } = parseWith(
      evaluationSchema,
      await evaluate.json("evaluation.json"),
      `${pipeline}/evaluate/evaluation.json`,
    );
    const { assignment } = runs.find((run) => run.seed === seed) ?? runs[0]!;
    const { columns } = await readTable(await extract.path(`seed-${seed}/latents.arrow`));
    const title = `${nameOfParameter(study, figure.parameter)} = ${values.get(pipeline)}`;
    const found = certaintyOf(columns, assignment);
    if (!found) return { title, seeds: [seed], problems: ["it has no q(c | x)"] };
    view.plots.push(await certaintyPlot(`${figure.id}-${pipeline}`, title, found.examples, size));
    return { title, seeds: [seed], problems: [] };
  });
  return view;
};
