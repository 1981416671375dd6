import { count, Scroll, share } from "@gumbel/pages";
import type { ReportData } from "../data/data.js";
import { mostShown, shortName, shownRun } from "../data/select.js";
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
    if (Math.max(matrix.classes.length, matrix.clusters.length) > mostShown) {
      return {
        lead: `The ${mostListed} most frequent mistakes: of ${matrix.classes.length} classes and ${matrix.clusters.length} clusters a matrix would show nothing. All of it is in evaluate/evaluation.json.${shownRun(data)}`,
        body: (
          <>
            <Right matrix={matrix} />
            <Mistakes matrix={matrix} />
          </>
        ),
      };
    }
    return {
      lead: (
        <>
          Classes down; clusters across, by what is in them above their number, each in the column of the
          class it was matched to (Hungarian). Shade: share of the class. Edges: share of a class and of a
          cluster in the matched cell.
          {shownRun(data)}
        </>
      ),
      plots: [await confusionPlot(matrix)],
      body: (
        <>
          <Right matrix={matrix} />
          <Matrix data={data} matrix={matrix} />
        </>
      ),
    };
  },
};

/** Mistakes that are listed if there are too many classes for a matrix. */
const mostListed = 30;

function Right({ matrix: { right, total } }: { matrix: Confusion }) {
  return (
    <p class="summary">
      {count(right)} of {count(total)} examples are in the cluster that was matched to their class.
    </p>
  );
}

function Mistakes({ matrix: { classes, clusters, counts } }: { matrix: Confusion }) {
  const mistakes = counts
    .flatMap((row, label) =>
      row.flatMap((examples, i) =>
        examples > 0 && clusters[i]!.label !== label
          ? [{ label, cluster: clusters[i]!.cluster, taken: clusters[i]!.label, examples }]
          : [],
      ),
    )
    .sort((a, b) => b.examples - a.examples)
    .slice(0, mostListed);
  return (
    <Scroll label="Table of mistakes">
      <table>
        <caption class="hidden">Examples outside of the cluster of their class</caption>
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col">in the cluster</th>
            <th scope="col">of class</th>
            <th scope="col">examples</th>
            <th scope="col">share of the class</th>
          </tr>
        </thead>
        <tbody>
          {mistakes.map(({ label, cluster, taken, examples }) => (
            <tr key={`${label} ${cluster}`}>
              <th scope="row">{classes[label]!.name}</th>
              <td>{cluster}</td>
              <td>{classes[taken]?.name ?? "—"}</td>
              <td>{count(examples)}</td>
              <td>{share(examples / classes[label]!.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Matrix({ data, matrix }: { data: ReportData; matrix: Confusion }) {
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
                {shortName(data, cluster)}
                <div class="note">
                  <span class="hidden">cluster </span>
                  {cluster}
                </div>
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
