import type { Study, StudyFigure } from "@gumbel/workspace";
import type { Members } from "../tables/members.js";
import { epochs } from "./epochs.js";
import type { DrawFigure, FigureContext, FigureView } from "./figure.js";
import { generated } from "./generated.js";
import { latents } from "./latents.js";
import { probabilities } from "./probabilities.js";
import { sweep } from "./sweep.js";

/** Every kind of figure. A new one is one file, one line here and its form in study.json. */
const drawers: { [Kind in StudyFigure["kind"]]: DrawFigure<Kind> } = {
  sweep,
  epochs,
  latents,
  probabilities,
  generated,
};

/** Draws every figure of a study from the finished runs. */
export async function drawFigures(study: Study, name: string, members: Members): Promise<FigureView[]> {
  const context: FigureContext = { study, name, members };
  const views: FigureView[] = [];
  for (const figure of study.figures) {
    views.push(await (drawers[figure.kind] as DrawFigure<StudyFigure["kind"]>)(figure, context));
  }
  return views;
}
