/** The contingency table of classes and clusters, from which every metric that compares them is computed. */

/** Number of labelled examples of each class in each cluster. */
export interface Contingency {
  classes: number;
  clusters: number;
  /** `classes × clusters`, a row per class. */
  counts: Float64Array;
  /** Labelled examples of each class: the sums of the rows. */
  classSizes: Float64Array;
  /** Labelled examples in each cluster: the sums of the columns. */
  clusterSizes: Float64Array;
  /** Number of labelled examples; at least 1. */
  total: number;
}

/**
 * Counts examples by class and cluster. Examples with a negative label (unknown) are ignored.
 *
 * @param labels class of each example, 0 … classes - 1, negative if unknown
 * @param clusters cluster of each example, 0 … clusters - 1
 * @param sizes number of classes and clusters, if some may have no example
 * @throws RangeError if the lengths differ, no example is labelled, or a class or cluster is out of range.
 */
export function contingency(
  labels: ArrayLike<number>,
  clusters: ArrayLike<number>,
  sizes: { classes?: number; clusters?: number } = {},
): Contingency {
  if (labels.length !== clusters.length) {
    throw new RangeError(
      `${labels.length} labels but ${clusters.length} clusters: expected one of each per example`,
    );
  }
  const classCount = sizes.classes ?? largest(labels) + 1;
  const clusterCount = sizes.clusters ?? largest(clusters) + 1;
  const counts = new Float64Array(classCount * clusterCount);
  const classSizes = new Float64Array(classCount);
  const clusterSizes = new Float64Array(clusterCount);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const cluster = clusters[i]!;
    if (label < 0) continue;
    if (!(label < classCount))
      throw new RangeError(`example ${i} has label ${label}; there are ${classCount} classes`);
    if (!(cluster >= 0 && cluster < clusterCount)) {
      throw new RangeError(`example ${i} is in cluster ${cluster}; there are ${clusterCount} clusters`);
    }
    counts[label * clusterCount + cluster]!++;
    classSizes[label]!++;
    clusterSizes[cluster]!++;
    total++;
  }
  if (total === 0) throw new RangeError("no example is labelled");
  return { classes: classCount, clusters: clusterCount, counts, classSizes, clusterSizes, total };
}

function largest(values: ArrayLike<number>): number {
  let max = -1;
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!;
  return max;
}
