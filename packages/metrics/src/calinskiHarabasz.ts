import { grouped, squaredDistance } from "./grouped.js";
import { singleMetric } from "./metric.js";

/**
 * (B / (K - 1)) / (W / (n - K)): the dispersion between the K groups against that within them. Null if nothing varies within.
 *
 * Source: T. Caliński, J. Harabasz, A dendrite method for cluster analysis (1974).
 */
export const calinskiHarabasz = singleMetric(
  {
    name: "calinskiHarabasz",
    title: "Calinski-Harabasz",
    words: "the spread between clusters over that within, better when high",
    unit: { symbol: "", digits: 1 },
    range: [0, Number.POSITIVE_INFINITY],
    better: "high",
  },
  (run) => {
    const found = grouped(run);
    if (!found) return null;
    const { values, d, group, sizes, means } = found;
    const n = group.length;
    const K = sizes.length;
    const centre = new Float64Array(d);
    means.forEach((value, i) => {
      centre[i % d]! += (value * sizes[Math.floor(i / d)]!) / n;
    });
    const between = sizes.reduce(
      (sum, size, g) => sum + size * squaredDistance(means, g * d, centre, 0, d),
      0,
    );
    const within = group.reduce((sum, g, i) => sum + squaredDistance(values, i * d, means, g * d, d), 0);
    return within > 0 ? between / (K - 1) / (within / (n - K)) : null;
  },
  { headline: true },
);
