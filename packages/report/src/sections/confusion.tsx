import { count, Scroll, share } from "@gumbel/pages";
import { shownRun } from "../data/select.js";
import { type Confusion, confusionOf, confusionPlot } from "../plots/confusion.js";
import type { Section } from "./section.js";

/** Number of examples of each class in each cluster. */
export const confusion: Section = {
  id: "confusion",
  title: "Confusion matrix",
  shortTitle: "Confusion",
  async render(data) {
    const matrix = confusionOf(data);
    if (!matrix) return undefined;
    return {
      lead: (
        <>
          Classes down, clusters across, each cluster in the column of the class it was matched to
          (Hungarian). Shade: share of the class. Edges: share of a class and of a cluster in the matched
          cell.
          {shownRun(data)}
        </>
      ),
      plots: [await confusionPlot(matrix)],
      body: (
        <>
          <p class="summary">
            {count(matrix.right)} of {count(matrix.total)} examples are in the cluster that was matched to
            their class.
          </p>
          <Matrix matrix={matrix} />
        </>
      ),
    };
  },
};

function Matrix({ matrix }: { matrix: Confusion }) {
  const { classes, clusters, counts } = matrix;
  return (
    <Scroll label="Confusion matrix">
      <table class="confusion">
        <caption class="hidden">Examples by class and cluster</caption>
        <thead>
          <tr>
            <th scope="col">class</th>
            {clusters.map(({ cluster }) => (
              <th scope="col" key={cluster}>
                <span class="hidden">cluster </span>
                {cluster}
              </th>
            ))}
            <th scope="col">of class</th>
          </tr>
        </thead>
        <tbody>
          {classes.map(({ name, total }, label) => {
            const right = clusters.findIndex((cluster) => cluster.label === label);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {clusters.map(({ cluster }, i) => {
                  const value = counts[label]![i]!;
                  const part = total > 0 ? value / total : 0;
                  return (
                    <td
                      key={cluster}
                      class={i === right ? "right" : undefined}
                      style={`--share:${part.toFixed(3)}`}
                    >
                      {value === 0 ? <span class="zero">0</span> : count(value)}
                    </td>
                  );
                })}
                <td>{right < 0 || total === 0 ? "—" : share(counts[label]![right]! / total)}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">of cluster</th>
            {clusters.map(({ cluster, label, total }, i) => (
              <td key={cluster}>{label < 0 || total === 0 ? "—" : share(counts[label]![i]! / total)}</td>
            ))}
            <td>{matrix.total > 0 ? share(matrix.right / matrix.total) : "—"}</td>
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}
