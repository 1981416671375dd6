import { Figure } from "../parts.js";
import { confusionPlot } from "../plots/confusion.js";
import type { Section } from "../section.js";

/** Which class went into which cluster. */
export const confusion: Section = {
  id: "confusion",
  title: "Confusion matrix",
  async render(data) {
    const plot = await confusionPlot(data);
    if (!plot) return undefined;
    return {
      plots: [plot],
      body: (
        <Figure plot={plot}>
          After Hungarian matching; the run with the lowest loss (seed {data.evaluation.selectedSeed}). Shade:
          share of the class.
        </Figure>
      ),
    };
  },
};
