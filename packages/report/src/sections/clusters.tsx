import {
  count,
  enlargement,
  exampleBytes,
  Pictures,
  plural,
  Scroll,
  type Sheet,
  share,
  sheet,
} from "@gumbel/pages";
import { beginning, type Columns, type RawColumn } from "@gumbel/tables";
import type { ReportData } from "../data/data.js";
import {
  clusterName,
  majority,
  matchedClass,
  type Ranked,
  rankedExamples,
  selectedRun,
  shownClusters,
  shownRun,
  topTerms,
} from "../data/select.js";
import type { Section } from "./section.js";

const picturesInRow = 6;
const topTermsOfCluster = 12;
const documentsOfEach = 2;
const termsOfDocument = 6;

/** Contents of each cluster: its most typical, least certain and wrong pictures or documents, or its size alone. */
export const clusters: Section = {
  id: "clusters",
  title: "Clusters",
  async render(data) {
    switch (data.examples.info.kind) {
      case "image":
        return gallery(data, await data.latents());
      case "text":
        return termLists(data, await data.latents(), await firstLines(data));
      default:
        return sizes(data);
    }
  },
};

function gallery(data: ReportData, latents: Columns) {
  const { shape } = data.examples.info;
  const ranked = rankedExamples(data, latents, {
    typical: data.plan.samplesPerCluster,
    others: picturesInRow,
  });
  const strip = (name: string, rows: number[], kind: string, cluster: number) => {
    const pictures = sheet(
      name,
      shape,
      Math.ceil(rows.length / picturesInRow),
      Math.min(picturesInRow, rows.length),
      rows.map((row) => exampleBytes(data.examples, row)),
    );
    const alt = `${plural(rows.length, `${kind} example`)} of ${clusterName(data, cluster)}`;
    return <Pictures sheet={pictures} scale={enlargement(shape)} alt={alt} />;
  };
  const { clusters: shown, note } = shownClusters(data);
  const cards = shown.map((cluster) => {
    const { typical, uncertain, wrong } = ranked[cluster]!;
    if (typical.length === 0) return card(data, cluster, <p>No example is in it.</p>);
    const classes = wrong.map((row) => data.evaluation.dataset.classes[data.examples.labels[row]!] ?? "?");
    return card(
      data,
      cluster,
      <div class="kinds">
        {strip(`cluster-${cluster}`, typical, "typical", cluster)}
        {uncertain.length > 0 && <h4>least certain</h4>}
        {uncertain.length > 0 && strip(`cluster-${cluster}-uncertain`, uncertain, "least certain", cluster)}
        {wrong.length > 0 && <h4>wrong: {classes.join(", ")}</h4>}
        {wrong.length > 0 && strip(`cluster-${cluster}-wrong`, wrong, "wrong", cluster)}
      </div>,
    );
  });
  return {
    lead: `The most typical examples of each cluster: ${measure(latents)}. Below them the least certain ones by the same measure${ranked.some(({ wrong }) => wrong.length > 0) ? ", and the most typical ones of another class" : ""}.${note}${shownRun(data)}`,
    body: <ul class="clusters">{cards}</ul>,
    sheets: [typicalOfAll(data, ranked, shown)],
  };
}

/** The figure for a paper: a row of typical examples for each cluster. */
function typicalOfAll(data: ReportData, ranked: Ranked[], shown: number[]): Sheet {
  const { shape } = data.examples.info;
  const columns = Math.max(...shown.map((cluster) => ranked[cluster]!.typical.length));
  const pictures = shown.flatMap((cluster) =>
    Array.from({ length: columns }, (_, i) => {
      const row = ranked[cluster]!.typical[i];
      return row === undefined ? undefined : exampleBytes(data.examples, row);
    }),
  );
  return sheet("clusters", shape, shown.length, columns, pictures, {
    rows: shown.map((cluster) => clusterName(data, cluster)),
  });
}

/** The beginning of each text of the user's own; undefined for a named data set, which keeps the terms alone. */
async function firstLines(data: ReportData): Promise<RawColumn | undefined> {
  const { preparation } = data.examples.info;
  const column = preparation?.kind === "text" ? (preparation.column ?? "text") : null;
  return (await data.original())?.find(({ name }) => name === column)?.values;
}

function termLists(data: ReportData, latents: Columns, lines: RawColumn | undefined) {
  const terms = termsByCluster(data, latents);
  const { clusters: shown, note } = shownClusters(data);
  const ranked = rankedExamples(data, latents, { typical: documentsOfEach, others: documentsOfEach });
  return {
    lead: `The terms whose mean weight in the cluster is furthest above that over all documents. Below them documents of the cluster, each by its ${lines ? "beginning" : "heaviest terms"}: the most typical (${measure(latents)}), the least certain${data.evaluation.dataset.classes.length > 0 ? " and the wrong" : ""}.${note}${shownRun(data)}`,
    body: (
      <ul class="clusters">
        {shown.map((cluster) => {
          const { typical, uncertain, wrong } = ranked[cluster]!;
          return card(
            data,
            cluster,
            <div class="kinds">
              <p class="terms">
                {terms[cluster]!.map((term) => (
                  <span key={term}>{term} </span>
                ))}
              </p>
              <Documents data={data} lines={lines} kind="typical" rows={typical} />
              <Documents data={data} lines={lines} kind="least certain" rows={uncertain} />
              <Documents data={data} lines={lines} kind="wrong" rows={wrong} />
            </div>,
          );
        })}
      </ul>
    ),
  };
}

function Documents({ data, lines, kind, rows }: DocumentsProperties) {
  if (rows.length === 0) return null;
  const { classes } = data.evaluation.dataset;
  return (
    <>
      <h4>{kind}</h4>
      <ul class="documents">
        {rows.map((row) => (
          <li key={row}>
            {kind === "wrong" && <b>{classes[data.examples.labels[row]!] ?? "?"}: </b>}
            {lines
              ? beginning(String(lines[row] ?? "")) || "no text"
              : topTerms(data, row, termsOfDocument).join(", ") || "no term"}
          </li>
        ))}
      </ul>
    </>
  );
}

interface DocumentsProperties {
  data: ReportData;
  lines: RawColumn | undefined;
  kind: string;
  rows: number[];
}

const measure = (latents: Columns): string =>
  latents.probabilities ? "highest q(c | x)" : "closest to the cluster's mean latent";

function card(data: ReportData, cluster: number, body: preact.VNode) {
  const most = majority(data, cluster);
  const counted = matchedClass(data, cluster);
  return (
    <li key={cluster}>
      <h3>{clusterName(data, cluster)}</h3>
      <p class="note">
        {plural(selectedRun(data).clusterSizes[cluster] ?? 0, "example")}
        {most && `, ${share(most.share)} of them ${most.name}`}
        {most &&
          counted !== most.name &&
          (counted === undefined ? ", counted as none" : `, counted as ${counted}`)}
        {most && `; number ${cluster}`}
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
  const { clusters: shown, note } = shownClusters(data);
  return {
    lead: `Size of each cluster${labelled ? ", and its most frequent class" : ""}.${note}${shownRun(data)}`,
    body: (
      <Scroll label="Table of clusters">
        <table>
          <caption class="hidden">Clusters</caption>
          <thead>
            <tr>
              <th scope="col">cluster</th>
              <th scope="col">examples</th>
              {labelled && <th scope="col">most frequent class</th>}
              {labelled && <th scope="col">share</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((cluster) => {
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

/** For each cluster the terms, in the order of their mean inside minus their mean over all documents. */
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
      .slice(0, topTermsOfCluster)
      .map((j) => info.terms?.[j] ?? String(j));
  });
}
