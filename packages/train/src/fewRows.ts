/** The sign that there are too few rows to learn from. */
import type { Sign } from "@gumbel/metrics";
import type { DatasetInfo } from "@gumbel/tables";

/**
 * The sign of more inputs than rows, of a table or of texts: a network learns such rows by heart, where k-means still finds groups.
 * Undefined for pictures, whose inputs are alike.
 *
 * @param n rows
 * @param d inputs
 */
export function signOfFewRows(n: number, d: number, kind: DatasetInfo["kind"]): Sign | undefined {
  if (n >= d || kind === "image") return undefined;
  return {
    name: "few-rows",
    what: `there are ${n} rows to learn from and ${d} inputs: a network may learn the rows by heart`,
    hint: `kmeans on the same data, to compare; or fewer inputs: ${kind === "text" ? '"dataset": { "terms": … }' : "columns left out, or a few principal components in their place"}`,
  };
}
