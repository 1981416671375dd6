import type { EvaluatedRun } from "./metric.js";

/** Examples by cluster, for figures that need no label. */
export interface Grouped {
  /** `n × d` */
  values: Float32Array;
  d: number;
  /** Group of each example, 0 … groups - 1; clusters without an example are left out. */
  group: Int32Array;
  /** Number of examples of each group. */
  sizes: Int32Array;
  /** Mean of each group, `groups × d`. */
  means: Float64Array;
}

/**
 * Examples in their clusters; undefined unless at least two of these have an example, and there are more examples than groups.
 *
 * @param values `n × d`
 * @param clusters cluster of each example, 0 … K - 1
 */
export function groupedBy(
  values: Float32Array,
  d: number,
  clusters: Int32Array,
  K: number,
): Grouped | undefined {
  const numbers = new Int32Array(K).fill(-1);
  const sizes: number[] = [];
  const group = clusters.map((cluster) => {
    if (numbers[cluster]! < 0) numbers[cluster] = sizes.push(0) - 1;
    sizes[numbers[cluster]!]!++;
    return numbers[cluster]!;
  });
  if (sizes.length < 2 || sizes.length >= group.length) return undefined;
  const means = new Float64Array(sizes.length * d);
  group.forEach((g, i) => {
    for (let j = 0; j < d; j++) means[g * d + j]! += values[i * d + j]! / sizes[g]!;
  });
  return { values, d, group, sizes: Int32Array.from(sizes), means };
}

/** The sampled examples of a run in their clusters. */
export const grouped = ({ clusters, K, input }: EvaluatedRun): Grouped | undefined =>
  groupedBy(
    input.values,
    input.d,
    Int32Array.from(input.rows, (row) => clusters[row]!),
    K,
  );

/** Squared Euclidean distance of `d` numbers from `i` in `a` and from `j` in `b`. */
export function squaredDistance(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  d: number,
): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += (a[i + k]! - b[j + k]!) ** 2;
  return sum;
}
