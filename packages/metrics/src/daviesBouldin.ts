import { grouped, squaredDistance } from "./grouped.js";
import { fraction, singleMetric } from "./metric.js";

/**
 * The mean over the groups of the largest (s_i + s_j) / d_ij over the other groups: s is the mean distance of a group's
 * examples to its centre, d_ij that between two centres. 0 at best; null if two centres coincide.
 *
 * Source: D. L. Davies, D. W. Bouldin, A Cluster Separation Measure (1979).
 */
export const daviesBouldin = singleMetric(
  {
    name: "daviesBouldin",
    title: "Davies-Bouldin",
    words: "how much neighbouring clusters overlap, better when low",
    unit: fraction,
    range: [0, Number.POSITIVE_INFINITY],
    better: "low",
  },
  (run) => {
    const found = grouped(run);
    if (!found) return null;
    const { values, d, group, sizes, means } = found;
    const spread = new Float64Array(sizes.length);
    group.forEach((g, i) => {
      spread[g]! += Math.sqrt(squaredDistance(values, i * d, means, g * d, d)) / sizes[g]!;
    });
    const worst = Array.from(spread, (own, i) =>
      Math.max(
        ...Array.from(spread, (other, j) =>
          i === j ? 0 : (own + other) / Math.sqrt(squaredDistance(means, i * d, means, j * d, d)),
        ),
      ),
    );
    const mean = worst.reduce((sum, value) => sum + value, 0) / worst.length;
    return Number.isFinite(mean) ? mean : null;
  },
  { headline: true },
);
