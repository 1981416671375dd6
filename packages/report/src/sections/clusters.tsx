import type { ReportData } from "../data.js";
import { count } from "../format.js";
import { Pictures } from "../parts.js";
import type { Section } from "../section.js";
import { clusterName, selectedRun, typicalExamples } from "../select.js";
import { exampleBytes, sheet } from "../sprites.js";

const topTerms = 12;

/** What lies in each cluster: its most typical pictures, or a text cluster's terms. */
export const clusters: Section = {
  id: "clusters",
  title: "Clusters",
  render(data) {
    const { kind } = data.examples.info;
    if (kind !== "image" && kind !== "text") return undefined;
    const { clusterSizes } = selectedRun(data);
    const columns = data.plan.samplesPerCluster;
    const typical = kind === "image" ? typicalExamples(data, columns) : [];
    return {
      body: (
        <>
          <p class="note">
            {kind === "image"
              ? "The most typical examples of each cluster of the run with the lowest loss."
              : "The terms that are most over-represented in each cluster of the run with the lowest loss."}
          </p>
          <ul class="clusters">
            {clusterSizes.map((size, cluster) => (
              <li key={cluster}>
                <h3>{clusterName(data, cluster)}</h3>
                <p class="note">
                  {count(size)} examples{purity(data, cluster)}
                </p>
                {kind === "image"
                  ? picturesOf(data, typical[cluster]!, cluster)
                  : terms(data, cluster).map((term) => (
                      <span class="term" key={term}>
                        {term}
                      </span>
                    ))}
              </li>
            ))}
          </ul>
        </>
      ),
    };
  },
};

function picturesOf(data: ReportData, rows: number[], cluster: number) {
  if (rows.length === 0) return <p>No example lies in it.</p>;
  const { shape } = data.examples.info;
  const columns = data.plan.samplesPerCluster;
  const pictures = sheet(
    shape,
    1,
    columns,
    rows.map((row) => exampleBytes(data.examples, row)),
  );
  return (
    <Pictures
      sheet={pictures}
      scale={shape[0]! >= 28 ? 1.25 : 2}
      alt={`${rows.length} typical examples of ${clusterName(data, cluster)}`}
    />
  );
}

/** `, 93 % of them class 4` */
function purity(data: ReportData, cluster: number): string {
  const { confusion } = selectedRun(data);
  const column = confusion.map((row) => row[cluster] ?? 0);
  const total = column.reduce((sum, value) => sum + value, 0);
  if (total === 0) return "";
  const most = column.indexOf(Math.max(...column));
  return `, ${Math.round((100 * column[most]!) / total)} % of them ${data.evaluation.dataset.classes[most]}`;
}

/** Terms by how much larger their mean is inside of the cluster than over all documents. */
function terms({ examples, latents }: ReportData, cluster: number): string[] {
  const { features, d, n, info } = examples;
  const inside = new Float64Array(d);
  const all = new Float64Array(d);
  let size = 0;
  for (let row = 0; row < n; row++) {
    const member = latents.cluster!.values[row] === cluster;
    if (member) size++;
    for (let j = 0; j < d; j++) {
      const value = features[row * d + j]!;
      if (value === 0) continue;
      all[j]! += value / n;
      if (member) inside[j]! += value;
    }
  }
  const lift = (j: number): number => (size > 0 ? inside[j]! / size : 0) - all[j]!;
  return [...all.keys()]
    .sort((a, b) => lift(b) - lift(a))
    .slice(0, topTerms)
    .map((j) => info.terms?.[j] ?? String(j));
}
