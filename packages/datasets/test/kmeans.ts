/** A simple k-means (Lloyd) with random starts, which measures how difficult a data set is. */
import { type RandomStream, stream } from "@gumbel/random";

/** Accuracy of k-means: the share of examples whose cluster has their class, by the best one-to-one matching. */
export function accuracyOfKmeans(
  features: Float32Array,
  labels: number[],
  k: number,
  restarts: number,
): number {
  let best: { assignment: number[]; inertia: number } | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const found = lloyd(features, labels.length, k, stream(restart, "test k-means"));
    if (!best || found.inertia < best.inertia) best = found;
  }
  const counts = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  for (const [i, cluster] of best!.assignment.entries()) counts[cluster]![labels[i]!]!++;
  return bestMatching(counts) / labels.length;
}

function lloyd(features: Float32Array, n: number, k: number, random: RandomStream) {
  const d = features.length / n;
  const centres = [...random.permutation(n).subarray(0, k)].map((row) =>
    Float64Array.from(features.subarray(row * d, (row + 1) * d)),
  );
  let assignment = new Array<number>(n).fill(-1);
  for (let iteration = 0; iteration < 30; iteration++) {
    let inertia = 0;
    const next = assignment.map((_, i) => {
      let nearest = 0;
      let least = Number.POSITIVE_INFINITY;
      for (const [cluster, centre] of centres.entries()) {
        let distance = 0;
        for (let j = 0; j < d; j++) distance += (features[i * d + j]! - centre[j]!) ** 2;
        if (distance < least) [nearest, least] = [cluster, distance];
      }
      inertia += least;
      return nearest;
    });
    if (next.every((cluster, i) => cluster === assignment[i])) return { assignment, inertia };
    assignment = next;
    for (const [cluster, centre] of centres.entries()) {
      const members = [...assignment.keys()].filter((i) => assignment[i] === cluster);
      if (members.length === 0) continue;
      centre.fill(0);
      for (const i of members)
        for (let j = 0; j < d; j++) centre[j]! += features[i * d + j]! / members.length;
    }
    if (iteration === 29) return { assignment, inertia };
  }
  throw new Error("unreachable");
}

/** Largest sum of one entry per row and column, by dynamic programming over sets of columns. */
function bestMatching(counts: number[][]): number {
  const k = counts.length;
  let sums = new Map([[0, 0]]);
  for (const row of counts) {
    const next = new Map<number, number>();
    for (const [taken, sum] of sums) {
      for (let column = 0; column < k; column++) {
        if (taken & (1 << column)) continue;
        const key = taken | (1 << column);
        next.set(key, Math.max(next.get(key) ?? 0, sum + row[column]!));
      }
    }
    sums = next;
  }
  return [...sums.values()][0]!;
}
