import { UserError } from "@gumbel/config";
import { engineDistances } from "@gumbel/engine";
import { eachPair } from "@gumbel/metrics";
import { DisjointSets } from "./disjointSets.js";

export type Linkage = "ward" | "average";

/**
 * Agglomerative clustering: the two clusters nearest to one another merge until `clusters` are left.
 *
 *   ward     the increase of the sum of squared distances to the centres (Ward 1963)
 *   average  the mean distance between the members
 *
 * By chains of nearest neighbours (Murtagh 1983) with the update of Lance and Williams 1967: exact for both linkages, in
 * time of n² and memory of n² (32 MB for 2,000 points).
 *
 * @param points n rows of d numbers
 * @returns cluster of each point, numbered from 0 in order of appearance
 * @throws UserError for fewer points than clusters, or values that are not finite.
 */
export function agglomerative(
  points: Float32Array,
  d: number,
  clusters: number,
  linkage: Linkage,
): Int32Array {
  const n = points.length / d;
  if (clusters > n) {
    throw new UserError({
      what: `${clusters} clusters cannot be made of ${n} examples`,
      where: "model.clusters",
    });
  }
  if (!points.every(Number.isFinite)) {
    throw new UserError({
      what: "agglomerative clustering was given values that are not finite numbers",
      hint: "look for NaN in the data, or lower train.learningRate",
    });
  }
  const distances = pairwise(points, d, linkage);
  const size = new Float64Array(n).fill(1);
  const gone = new Uint8Array(n);
  const merges: { height: number; into: number; from: number }[] = [];
  let chain: number[] = [];
  let first = 0;
  while (merges.length < n - 1) {
    while (gone[first]) first++;
    if (chain.length === 0) chain = [first];
    const at = chain.at(-1)!;
    // Of equally near ones the one before in the chain, so that the chain ends.
    let nearest = chain.at(-2) ?? -1;
    let height = nearest < 0 ? Number.POSITIVE_INFINITY : distances[at * n + nearest]!;
    for (let other = 0; other < n; other++) {
      if (other !== at && !gone[other] && distances[at * n + other]! < height) {
        height = distances[at * n + other]!;
        nearest = other;
      }
    }
    if (nearest !== chain.at(-2)) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    merges.push({ height, into: nearest, from: at });
    gone[at] = 1;
    const i = size[nearest]!;
    const j = size[at]!;
    for (let other = 0; other < n; other++) {
      if (gone[other] || other === nearest) continue;
      // Along rows, which lie in one piece; columns are the same.
      const a = distances[nearest * n + other]!;
      const b = distances[at * n + other]!;
      const k = size[other]!;
      const merged =
        linkage === "ward"
          ? ((i + k) * a + (j + k) * b - k * height) / (i + j + k)
          : (i * a + j * b) / (i + j);
      distances[other * n + nearest] = merged;
      distances[nearest * n + other] = merged;
    }
    size[nearest]! += size[at]!;
  }
  return cut(merges, n, clusters);
}

/** Distances between all points; squared for Ward's linkage. */
function pairwise(points: Float32Array, d: number, linkage: Linkage): Float64Array {
  const n = points.length / d;
  const distances = new Float64Array(n * n);
  eachPair(
    points,
    d,
    (a, b, squared) => {
      const distance = linkage === "ward" ? squared : Math.sqrt(squared);
      distances[a * n + b] = distance;
      distances[b * n + a] = distance;
    },
    engineDistances(),
  );
  return distances;
}

/** The clusters after all merges but the highest `clusters` - 1. */
function cut(
  merges: { height: number; into: number; from: number }[],
  n: number,
  clusters: number,
): Int32Array {
  // A merge is never lower than the merges before it of the same clusters, and sorting keeps the order of equals.
  const lowest = merges.toSorted((a, b) => a.height - b.height).slice(0, n - clusters);
  const sets = new DisjointSets(n);
  for (const { into, from } of lowest) sets.join(into, from);
  return sets.numbered();
}
