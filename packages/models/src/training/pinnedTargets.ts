/** Targets of labelled examples in a system whose clusters are found without labels. Labels are -1 where there is none. */
import { contingency, hungarianMatching } from "@gumbel/metrics";

/**
 * The same clusters, numbered so that cluster k is that of class k: the one-to-one map with the most labelled examples right.
 *
 * @param assignment cluster of each example, one of as many as there are classes
 */
export function namedByLabels(assignment: Int32Array, labels: Int32Array, classes: number): Int32Array {
  const table = contingency(labels, assignment, { classes, clusters: classes });
  const { assignment: classOf } = hungarianMatching(table);
  return assignment.map((cluster) => classOf[cluster]!);
}

/**
 * Of several clusterings, numbered by `namedByLabels`, that with the most labelled examples right; of equal ones the first.
 *
 * @param candidates cluster of each example, one or more clusterings
 */
export function bestNamed(candidates: Int32Array[], labels: Int32Array, classes: number): Int32Array {
  const named = candidates.map((assignment) => namedByLabels(assignment, labels, classes));
  const right = named.map((clusters) => labels.filter((label, row) => label === clusters[row]).length);
  return named[right.indexOf(Math.max(...right))]!;
}

/** Makes the target of each labelled example one-hot, its class. @param targets n × classes, changed in place */
export function pinLabelled(targets: Float32Array, labels: Int32Array, classes: number): void {
  for (const [row, label] of labels.entries()) {
    if (label < 0) continue;
    targets.fill(0, row * classes, (row + 1) * classes);
    targets[row * classes + label] = 1;
  }
}
