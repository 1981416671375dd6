import { type Grouped, grouped } from "./grouped.js";
import { fraction, singleMetric } from "./metric.js";
import { eachPair, type RowDistances } from "./pairs.js";

/**
 * The mean over all examples of (b - a) / max(a, b), in [-1, 1]: a is the mean distance to the others of its group, b that to
 * the nearest other group; 0 for an example that is alone.
 *
 * @param distances of all pairs; plain JavaScript computes them if absent
 *
 * Source: P. J. Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis (1987).
 */
export function silhouetteOf({ values, d, group, sizes }: Grouped, distances?: RowDistances): number {
  const n = group.length;
  const groups = sizes.length;
  // Sum of the distances of each example to each group.
  const sums = new Float64Array(n * groups);
  eachPair(
    values,
    d,
    (i, j, squared) => {
      const distance = Math.sqrt(squared);
      sums[i * groups + group[j]!]! += distance;
      sums[j * groups + group[i]!]! += distance;
    },
    distances,
  );
  let total = 0;
  for (let i = 0; i < n; i++) {
    const own = group[i]!;
    if (sizes[own] === 1) continue;
    const a = sums[i * groups + own]! / (sizes[own]! - 1);
    let b = Number.POSITIVE_INFINITY;
    for (let g = 0; g < groups; g++) if (g !== own) b = Math.min(b, sums[i * groups + g]! / sizes[g]!);
    if (a !== b) total += (b - a) / Math.max(a, b);
  }
  return total / n;
}

/** The silhouette in the space of the prepared data, which is the same for all systems. */
export const silhouette = singleMetric(
  {
    name: "silhouette",
    title: "silhouette",
    words: "how far apart the clusters are for their size, from −1 to 1",
    unit: fraction,
    range: [-1, 1],
    better: "high",
  },
  (run) => {
    const found = grouped(run);
    return found ? silhouetteOf(found, run.distances) : null;
  },
  { headline: true },
);
