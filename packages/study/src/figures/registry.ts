import type { Study, StudyFigure } from "@gumbel/workspace";
import type { Members } from "../tables/members.js";
import { assignments } from "./assignments.js";
import { epochs } from "./epochs.js";
import type { FigureContext, FigureKind, FigureView } from "./figure.js";
import { generated } from "./generated.js";
import { latents } from "./latents.js";
import { describeMissing } from "./missing.js";
import type { Part } from "./part.js";
import { probabilities } from "./probabilities.js";
import { sweep } from "./sweep.js";

/** Every kind of figure. A new one is one file, one line here and its form in study.json. */
const kinds = { sweep, epochs, latents, probabilities, generated, assignments };

const kindOf = (figure: StudyFigure): FigureKind<StudyFigure["kind"]> =>
  kinds[figure.kind] as unknown as FigureKind<StudyFigure["kind"]>;

/** Draws every figure of a study from the finished runs and the records. */
export async function drawFigures(study: Study, name: string, members: Members): Promise<FigureView[]> {
  const context: FigureContext = { study, name, members };
  const views: FigureView[] = [];
  for (const figure of study.figures) views.push(await kindOf(figure).draw(figure, context));
  const missing = study.figures.map((figure) =>
    members.missing(kindOf(figure).pipelines(figure, study, name)),
  );
  const all = [...new Set(missing.flat())];
  return Promise.all(
    views.map(async (view, i) =>
      missing[i]!.length === 0
        ? view
        : {
            ...view,
            missing: await describeMissing(name, missing[i]!, all, (each) => members.seconds(each)),
          },
    ),
  );
}

/** The parts of a pipeline's run that the figures of a study draw, by name. */
export function partsOf(
  study: Study,
  name: string,
  pipeline: string,
): Map<string, { part: Part; figure: StudyFigure }> {
  const found = new Map<string, { part: Part; figure: StudyFigure }>();
  for (const figure of study.figures) {
    const { part, pipelines } = kindOf(figure);
    if (part && pipelines(figure, study, name).includes(pipeline)) {
      found.set(part.name(figure), { part, figure });
    }
  }
  return found;
}
