/** Assignments: the cluster of each example. */

/** The cluster of a point that lies in none. */
export const noise = -1;

/** Count of the clusters, which are numbered from 0; noise is none. */
export const clusterCountOf = (assignment: Int32Array): number =>
  assignment.reduce((most, cluster) => Math.max(most, cluster), noise) + 1;

/** The same clusters, numbered from 0 in order of appearance. */
export function numbered(assignment: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return assignment.map((cluster) => {
    if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
    return numbers.get(cluster)!;
  });
}
