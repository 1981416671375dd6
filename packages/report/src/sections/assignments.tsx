import {
  assignmentsOf,
  assignmentsPlot,
  Figure,
  neighboursOf,
  plural,
  Scroll,
  votersText,
} from "@gumbel/pages";
import { latentOf, selectedRun, shownRun } from "../data/select.js";
import type { Section } from "./section.js";

/** Points of the plane with their cluster at moments of training and, for partly labelled data, their pseudo-label. */
export const assignments: Section = {
  id: "assignments",
  title: "Assignments while learning",
  shortTitle: "Assignments",
  async render(data) {
    const { info, d, features } = data.examples;
    const snapshots = info.kind === "points" && d === 2 ? await data.snapshots() : undefined;
    if (!snapshots) return undefined;
    const latents = await data.latents();
    const neighbours = neighboursOf(data.plan.effective.model);
    const { classes } = data.evaluation.dataset;
    const assigned = assignmentsOf({
      ...{ snapshots, latents, features, classes, neighbours },
      latent: latentOf(data, latents),
      labelled: await data.labelled(),
      assignment: selectedRun(data).assignment,
    });
    const labelled = assigned.marked.length;
    const propagates = snapshots.moments.some(({ pseudoLabel }) => pseudoLabel);
    const plot = assignmentsPlot("assignments", assigned);
    return {
      lead: (
        <>
          {plural(snapshots.index.length, "example")} at moments of training and at its end
          {classes.length > 0 && ", with the share of them in the colour of their class"}.
          {labelled > 0 &&
            ` Diamonds: the ${labelled} that keep their label. The upper row ${propagates ? "shows the pseudo-label of each other one before that step's epoch" : `shows the label of the ${votersText(neighbours)} of each other one`}, the lower row the class of the highest q(c | x).`}
          {shownRun(data)}
        </>
      ),
      plots: [plot],
      body: (
        <Scroll label="Assignments while learning">
          <Figure plot={plot} />
        </Scroll>
      ),
    };
  },
};
