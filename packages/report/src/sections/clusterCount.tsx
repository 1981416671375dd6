import { axes, colours, draw, Figure } from "@gumbel/pages";
import type { Section } from "./section.js";

/** The silhouette of each number of clusters that was tried, if the number was looked for. */
export const clusterCount: Section = {
  id: "cluster-count",
  title: "Number of clusters",
  async render({ training: { tried, clusters } }) {
    if (tried === null) return undefined;
    const best = tried.find((each) => each.clusters === clusters)!;
    const values = tried.map((each) => ({ ...each, chosen: each === best }));
    const plot = await draw(
      "cluster-count",
      `Mean silhouette of k-means for 2 to ${tried.at(-1)!.clusters} clusters; highest, ${best.silhouette.toFixed(3)}, for ${clusters}`,
      {
        width: 420,
        height: 190,
        title: "Mean silhouette",
        data: { values },
        encoding: {
          x: {
            field: "clusters",
            type: "quantitative",
            title: "clusters",
            scale: { nice: false, zero: false },
            axis: { tickMinStep: 1, grid: false, format: "d" },
          },
          y: { ...axes.amount(false), field: "silhouette" },
        },
        layer: [
          { mark: { type: "line", color: colours.accent, strokeWidth: 2 } },
          {
            transform: [{ filter: "datum.chosen" }],
            mark: { type: "point", color: colours.accent, filled: true, size: 70 },
          },
        ],
      },
    );
    return {
      lead: `The number was looked for: k-means clusters of up to 2,000 evenly spaced examples have the highest mean silhouette with ${clusters}. A flat curve says that several numbers fit alike.`,
      plots: [plot],
      body: <Figure plot={plot} />,
    };
  },
};
