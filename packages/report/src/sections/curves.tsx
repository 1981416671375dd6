import { Figure } from "../parts.js";
import { curvePlots } from "../plots/curves.js";
import type { Section } from "../section.js";

/** How training went. */
export const curves: Section = {
  id: "curves",
  title: "Training",
  async render(data) {
    const plots = await curvePlots(data);
    if (plots.length === 0) return undefined;
    return {
      plots,
      body: (
        <>
          <p class="note">
            A line per run, their mean dashed. Losses are per example; accuracy and NMI are of up to 10,000
            examples while training, for the eye alone: no label steers or stops it.
          </p>
          <div class="row">
            {plots.map((plot) => (
              <Figure plot={plot} key={plot.name} />
            ))}
          </div>
        </>
      ),
    };
  },
};
