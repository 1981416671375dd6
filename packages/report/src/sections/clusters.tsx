import type { Columns } from "@gumbel/artifacts";
import type { ReportData } from "../data.js";
import { count, plural, share } from "../format.js";
import { Pictures, Scroll } from "../parts.js";
import type { Section } from "../section.js";
import { clusterName, clustersByClass, majority, selectedRun, shownRun, typicalExamples } from "../select.js";
import { enlargement, exampleBytes, type Sheet, sheet } from "../sprites.js";

const picturesInRow = 6;
const topTerms = 12;

/** What lies in each cluster: its most typical pictures, a text cluster's terms, or its size alone. */
export const clusters: Section = {
  id: "clusters",
  title: "Clusters",
  async render(data) {
    switch (data.examples.info.kind) {
      case "image":
        return gallery(data, await data.latents());
      case "text":
        return termLists(data, await data.latents());
      default:
        return sizes(data);
    }
  },
};

function gallery(data: ReportData, latents: Columns) {
  const { shape } = data.examples.info;
  const typical = typicalExamples(data, latents, data.plan.samplesPerCluster);
  const sheets: Sheet[] = [];
  const cards = clustersByClass(data).map((cluster) => {
    const rows = typical[cluster]!;
    if (rows.length === 0) return card(data, cluster, <p>No example lies in it.</p>);
    const pictures = sheet(
      `cluster-${cluster}`,
      shape,
      Math.ceil(rows.length / picturesInRow),
      Math.min(picturesInRow, rows.length),
      rows.map((row) => exampleBytes(data.examples, row)),
    );
    sheets.push(pictures);
    const alt = `${rows.length} typical examples of ${clusterName(data, cluster)}`;
    return card(data, cluster, <Pictures sheet={pictures} scale={enlargement(shape)} alt={alt} />);
  });
  const measure = latents.probabilities ? "highest q(c | x)" : "closest to the cluster's mean latent";
  return {
    lead: `The most typical examples of each cluster: ${measure}.${shownRun(data)}`,
    body: <ul class="clusters">{cards}</ul>,
    sheets,
  };
}

function termLists(data: ReportData, latents: Columns) {
  const terms = termsByCluster(data, latents);
  return {
    lead: `The terms whose mean weight in the cluster is furthest above that over all documents.${shownRun(data)}`,
    body: (
      <ul class="clusters">
        {clustersByClass(data).map((cluster) =>
          card(
            data,
            cluster,
            <p class="terms">
              {terms[cluster]!.map((term) => (
                <span key={term}>{term} </span>
              ))}
            </p>,
          ),
        )}
      </ul>
    ),
  };
}

function card(data: ReportData, cluster: number, body: preact.VNode) {
  const most = majority(data, cluster);
  return (
    <li key={cluster}>
      <h3>{clusterName(data, cluster)}</h3>
      <p class="note">
        {plural(selectedRun(data).clusterSizes[cluster] ?? 0, "example")}
        {most && `, ${share(most.share)} of them ${most.name}`}
      </p>
      {most && (
        <div class="bar" aria-hidden="true">
          <i style={`width:${(100 * most.share).toFixed(1)}%`} />
        </div>
      )}
      {body}
    </li>
  );
}

function sizes(data: ReportData) {
  const { clusterSizes } = selectedRun(data);
  const labelled = data.evaluation.dataset.classes.length > 0;
  return {
    lead: `How large the clusters are${labelled ? ", and what most of each is" : ""}.${shownRun(data)}`,
    body: (
      <Scroll label="Table of clusters">
        <table>
          <caption class="hidden">Clusters</caption>
          <thead>
            <tr>
              <th scope="col">cluster</th>
              <th scope="col">examples</th>
              {labelled && <th scope="col">most of them</th>}
              {labelled && <th scope="col">share</th>}
            </tr>
          </thead>
          <tbody>
            {clustersByClass(data).map((cluster) => {
              const most = majority(data, cluster);
              return (
                <tr key={cluster}>
                  <th scope="row">{clusterName(data, cluster)}</th>
                  <td>{count(clusterSizes[cluster] ?? 0)}</td>
                  {labelled && <td>{most?.name ?? "—"}</td>}
                  {labelled && <td>{most ? share(most.share) : "—"}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    ),
  };
}

/** For each cluster the terms by how much larger their mean is inside of it than over all documents. */
function termsByCluster({ examples, evaluation }: ReportData, latents: Columns): string[][] {
  const { features, d, n, info } = examples;
  const cluster = latents.cluster!.values;
  const all = new Float64Array(d);
  const inside = Array.from({ length: evaluation.clusters }, () => new Float64Array(d));
  const size = new Float64Array(evaluation.clusters);
  for (let row = 0; row < n; row++) {
    const own = inside[cluster[row]!]!;
    size[cluster[row]!]!++;
    for (let j = 0; j < d; j++) {
      const value = features[row * d + j]!;
      if (value === 0) continue;
      all[j]! += value / n;
      own[j]! += value;
    }
  }
  return inside.map((sums, k) => {
    if (size[k] === 0) return [];
    const lift = (j: number): number => sums[j]! / size[k]! - all[j]!;
    return [...all.keys()]
      .sort((a, b) => lift(b) - lift(a))
      .slice(0, topTerms)
      .map((j) => info.terms?.[j] ?? String(j));
  });
}
