import { count, digits, draw, Figure, Scroll, share } from "@gumbel/pages";
import { type PreparedFeature, preparedFeatures } from "@gumbel/tables";
import type { ReportData } from "../data/data.js";
import { clusterName, selectedRun, shownClusters, shownRun } from "../data/select.js";
import type { Section } from "./section.js";

/** The most columns that are shown: those that differ the most. */
const mostColumns = 30;

/** The user's columns, cluster by cluster: what sets each apart. */
export const columns: Section = {
  id: "columns",
  title: "What sets the clusters apart",
  shortTitle: "Columns",
  async render(data) {
    const { preparation } = data.examples.info;
    if (preparation?.kind !== "table") return undefined;
    const features = preparedFeatures(preparation);
    const cluster = (await data.latents()).cluster!.values;
    const found = profiles(data, cluster, features);
    const shown = found.toSorted((a, b) => b.explained - a.explained).slice(0, mostColumns);
    const { clusters: all, note } = shownClusters(data);
    const clusters = all.filter((k) => (selectedRun(data).clusterSizes[k] ?? 0) > 0);
    const plot = await heatMap(data, shown, clusters);
    return {
      lead: (
        <>
          The columns by how much of their variance lies between the clusters
          {found.length > shown.length ? `: the first ${shown.length} of ${count(found.length)}` : ""}.
          Colour: how many standard deviations of the whole column the cluster's mean lies above or below that
          of all rows.
          {note}
          {shownRun(data)}
        </>
      ),
      plots: [plot],
      body: (
        <>
          <Figure plot={plot} />
          <Scroll label="Table of columns by cluster">
            <table>
              <caption>
                Mean ± standard deviation, in the units of the file; of a category the share of rows
              </caption>
              <thead>
                <tr>
                  <th scope="col">column</th>
                  <th scope="col">between clusters</th>
                  <th scope="col">all rows</th>
                  {clusters.map((k) => (
                    <th scope="col" key={k}>
                      {clusterName(data, k)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((profile) => (
                  <tr key={profile.feature.name}>
                    <th scope="row">{profile.feature.name}</th>
                    <td>{share(profile.explained)}</td>
                    <td>{cell(profile.feature, profile.all)}</td>
                    {clusters.map((k) => (
                      <td key={k}>{cell(profile.feature, profile.of[k]!)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      ),
    };
  },
};

/** Mean and standard deviation of a feature, as it was prepared. */
interface Moments {
  mean: number;
  deviation: number;
}
interface Profile {
  feature: PreparedFeature;
  all: Moments;
  /** By cluster. */
  of: Moments[];
  /** Share of the variance that lies between the clusters, in [0, 1]. */
  explained: number;
}

function profiles(
  { examples: { features: values, n, d }, evaluation }: ReportData,
  cluster: ArrayLike<number>,
  features: PreparedFeature[],
): Profile[] {
  const K = evaluation.clusters;
  const sizes = new Float64Array(K);
  for (let row = 0; row < n; row++) sizes[cluster[row]!]!++;
  return features.map((feature, j) => {
    const sums = new Float64Array(K);
    const squares = new Float64Array(K);
    for (let row = 0; row < n; row++) {
      const value = values[row * d + j]!;
      sums[cluster[row]!]! += value;
      squares[cluster[row]!]! += value * value;
    }
    const moments = (sum: number, square: number, size: number): Moments => {
      const mean = sum / size;
      return { mean, deviation: Math.sqrt(Math.max(0, square / size - mean * mean)) };
    };
    const all = moments(
      sums.reduce((a, b) => a + b, 0),
      squares.reduce((a, b) => a + b, 0),
      n,
    );
    const of = Array.from(sums, (sum, k) => moments(sum, squares[k]!, sizes[k]!));
    const between = of.reduce(
      (sum, { mean }, k) => (sizes[k] === 0 ? sum : sum + (sizes[k]! / n) * (mean - all.mean) ** 2),
      0,
    );
    return { feature, all, of, explained: all.deviation > 0 ? Math.min(1, between / all.deviation ** 2) : 0 };
  });
}

/** In the user's units; a category's mean is the share of the rows that have it. */
function cell({ category, centre, scale }: PreparedFeature, { mean, deviation }: Moments): string {
  if (category !== null) return share(mean);
  // A constant column has no scale: its feature is 0 everywhere.
  if (scale === 0) return digits(centre);
  return `${digits(mean * scale + centre)} ± ${digits(deviation * scale)}`;
}

function heatMap(data: ReportData, shown: Profile[], clusters: number[]) {
  const values = shown.flatMap(({ feature, all, of }) =>
    clusters.map((k) => ({
      column: feature.name,
      cluster: clusterName(data, k),
      deviations: all.deviation > 0 ? (of[k]!.mean - all.mean) / all.deviation : 0,
    })),
  );
  const most = values.reduce((so, { deviations }) => Math.max(so, Math.abs(deviations)), 1);
  const strongest = shown[0];
  return draw(
    "columns",
    `Heat map of ${shown.length} columns by ${clusters.length} clusters${strongest ? `; the clusters differ most in ${strongest.feature.name}` : ""}`,
    {
      width: { step: 54 },
      height: { step: 17 },
      data: { values },
      mark: { type: "rect" },
      encoding: {
        x: {
          field: "cluster",
          type: "nominal",
          title: null,
          sort: null,
          axis: { orient: "top", labelAngle: -35, domain: false, ticks: false },
        },
        y: {
          field: "column",
          type: "nominal",
          title: null,
          sort: null,
          axis: { domain: false, ticks: false, labelLimit: 260 },
        },
        color: {
          field: "deviations",
          type: "quantitative",
          title: "sd from the mean",
          scale: { scheme: "blueorange", domain: [-most, most] },
        },
      },
    },
  );
}
