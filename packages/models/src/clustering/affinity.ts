/**
 * Agglomerative clustering on a graph of nearest neighbours: the affinity between clusters of Zhang, Wang, Zhao and Tang
 * 2012 (Graph Degree Linkage), and the order of merging of Yang, Parikh and Batra 2016.
 *
 * Affinities are kept for the pairs of clusters that have one, and are exact after every merge: no n × n matrix, and not
 * the "fast" update of the authors' code, which leaves out terms.
 */
import { UserError } from "@gumbel/config";
import { DisjointSets, numbered } from "./disjointSets.js";
import type { Neighbours } from "./neighbours.js";

/** Directed weights between examples. */
export interface AffinityGraph {
  n: number;
  /** Edges from each example. */
  outgoing: Edge[][];
  /** The same edges, by where they end. */
  incoming: Edge[][];
}

interface Edge {
  /** The other end. */
  row: number;
  weight: number;
}

/**
 * W_ij = exp(-‖x_i - x_j‖² / σ²) where j is one of the nearest neighbours of i, else 0; σ² is the mean of those squared
 * distances. Where all of them are zero, so where neighbours are duplicates, each weight is 1.
 */
export function affinityGraph({ count, rows, squared }: Neighbours): AffinityGraph {
  const n = rows.length / count;
  const variance = squared.reduce((sum, distance) => sum + distance, 0) / squared.length;
  const graph: AffinityGraph = {
    n,
    outgoing: Array.from({ length: n }, () => []),
    incoming: Array.from({ length: n }, () => []),
  };
  rows.forEach((to, at) => {
    const from = Math.floor(at / count);
    const weight = variance > 0 ? Math.exp(-squared[at]! / variance) : 1;
    // So far away that the weight is no number above zero: no edge.
    if (weight === 0) return;
    graph.outgoing[from]!.push({ row: to, weight });
    graph.incoming[to]!.push({ row: from, weight });
  });
  return graph;
}

/**
 * The clusters that merging starts from: each example with its nearest neighbour, and so on along the chain. Where that
 * leaves fewer than `atLeast`, as duplicates may, each example is a cluster of its own.
 *
 * @returns cluster of each example, numbered from 0 in order of appearance
 * @throws UserError for fewer examples than `atLeast`.
 */
export function nearestNeighbourClusters({ count, rows }: Neighbours, atLeast: number): Int32Array {
  const n = rows.length / count;
  if (atLeast > n) {
    throw new UserError({
      what: `${atLeast} clusters cannot be made of ${n} examples`,
      where: "model.clusters",
    });
  }
  const sets = new DisjointSets(n);
  for (let row = 0; row < n; row++) sets.join(rows[row * count]!, row);
  const clusters = sets.numbered();
  return clusterCountOf(clusters) < atLeast ? Int32Array.from({ length: n }, (_, row) => row) : clusters;
}

/** How many clusters there are; they are numbered from 0. */
export const clusterCountOf = (assignment: Int32Array): number =>
  assignment.reduce((most, cluster) => Math.max(most, cluster), -1) + 1;

export interface MergeOptions {
  /** Merges until so many clusters are left. */
  target: number;
  /** K_c: how many nearest clusters the local term looks at. */
  localClusters: number;
  /**
   * While there are more clusters than this, one without affinity to any other joins the one whose mean is nearest. Else a
   * few duplicates, each other's neighbours alone, would end as a cluster. In the authors' code, 20 K.
   */
  absorbAbove: number;
}

/**
 * Merges two clusters after another. The next pair is the cluster i, with its nearest N_i[1], of the largest
 *
 *   A(i, N_i[1]) + 1 / (K_c - 1) Σ_{k = 2}^{K_c} (A(i, N_i[1]) - A(i, N_i[k])):
 *
 * near to one another and far from the rest. Where no pair has any affinity left, the smallest cluster joins the one whose
 * mean is nearest (ours).
 *
 * @param start cluster of each example, numbered from 0
 * @param points n rows of d numbers
 * @returns cluster of each example, numbered from 0 in order of appearance
 */
export function agglomerate(
  graph: AffinityGraph,
  start: Int32Array,
  points: Float32Array,
  { target, localClusters, absorbAbove }: MergeOptions,
): Int32Array {
  const clusters = new Clusters(graph, start);
  for (const lonely of clusters.lonely()) {
    if (clusters.size <= Math.max(absorbAbove, target)) break;
    // Another one may have joined it since.
    if (clusters.isLonely(lonely)) clusters.merge(clusters.nearestMean(lonely, points), lonely);
  }
  while (clusters.size > target) {
    let pair = clusters.nextPair(localClusters);
    if (!pair) {
      const smallest = clusters.smallest();
      pair = [clusters.nearestMean(smallest, points), smallest];
    }
    clusters.merge(...pair);
  }
  return numbered(clusters.assignment);
}

/** What is known of the pair that a cluster would merge with. */
interface Candidate {
  with: number;
  score: number;
}

/** Clusters of a graph's examples, with the affinities between them. */
export class Clusters {
  readonly assignment: Int32Array;
  /** Clusters left. */
  size: number;
  readonly #graph: AffinityGraph;
  /** Examples of each cluster; none of one that was merged into another. */
  readonly #members: number[][];
  /**
   * Links of i with each j that it has any with: Σ_{x ∈ C_j} (Σ_{y ∈ C_i} W_yx) (Σ_{y ∈ C_i} W_xy), which is
   * 1ᵀ W_{i,j} W_{j,i} 1. If j is a key of i, i is one of j.
   */
  readonly #links: Map<number, number>[];
  readonly #candidates: (Candidate | undefined)[];
  readonly #in: Float64Array;
  readonly #out: Float64Array;

  constructor(graph: AffinityGraph, start: Int32Array) {
    this.#graph = graph;
    this.assignment = start.slice();
    this.size = clusterCountOf(start);
    this.#members = Array.from({ length: this.size }, () => []);
    start.forEach((cluster, row) => {
      this.#members[cluster]!.push(row);
    });
    this.#in = new Float64Array(graph.n);
    this.#out = new Float64Array(graph.n);
    this.#links = this.#members.map(() => new Map());
    this.#candidates = this.#members.map(() => undefined);
    for (let cluster = 0; cluster < this.#members.length; cluster++) this.#findLinks(cluster);
  }

  /** A(i, j) = 1ᵀ W_{i,j} W_{j,i} 1 / |C_i|² + 1ᵀ W_{j,i} W_{i,j} 1 / |C_j|². */
  affinity(i: number, j: number): number {
    const ofI = (this.#links[i]!.get(j) ?? 0) / this.#members[i]!.length ** 2;
    return ofI + (this.#links[j]!.get(i) ?? 0) / this.#members[j]!.length ** 2;
  }

  /** The pair to merge next; undefined where no two clusters have any affinity. */
  nextPair(localClusters: number): [number, number] | undefined {
    const counted = Math.min(localClusters, this.size - 1);
    // With so few clusters left, the number of them is part of every score.
    const all = counted < localClusters;
    let best = -1;
    for (let i = 0; i < this.#members.length; i++) {
      if (this.#members[i]!.length === 0) continue;
      if (all || !this.#candidates[i]) this.#candidates[i] = this.#candidate(i, counted);
      const { with: other, score } = this.#candidates[i]!;
      if (other >= 0 && (best < 0 || score > this.#candidates[best]!.score)) best = i;
    }
    return best < 0 ? undefined : [best, this.#candidates[best]!.with];
  }

  #candidate(i: number, counted: number): Candidate {
    let nearest = -1;
    const affinities: number[] = [];
    for (const j of this.#links[i]!.keys()) {
      const affinity = this.affinity(i, j);
      if (affinity <= 0) continue;
      const first = affinities[0] ?? 0;
      if (affinity > first || (affinity === first && j < nearest)) nearest = j;
      // The largest `counted`, in order.
      let at = affinities.length;
      while (at > 0 && affinities[at - 1]! < affinity) at--;
      if (at < counted) affinities.splice(at, 0, affinity);
      if (affinities.length > counted) affinities.pop();
    }
    const first = affinities[0] ?? 0;
    let gaps = 0;
    for (let k = 1; k < counted; k++) gaps += first - (affinities[k] ?? 0);
    return { with: nearest, score: counted > 1 ? first + gaps / (counted - 1) : first };
  }

  /** Clusters without affinity to any other. */
  lonely(): number[] {
    return this.#left().filter((i) => this.isLonely(i));
  }

  isLonely(i: number): boolean {
    return [...this.#links[i]!.keys()].every((j) => this.affinity(i, j) <= 0);
  }

  /** The first of the clusters with the fewest examples. */
  smallest(): number {
    return this.#left().reduce((least, i) =>
      this.#members[i]!.length < this.#members[least]!.length ? i : least,
    );
  }

  /** The cluster whose mean is nearest to that of `cluster`. */
  nearestMean(cluster: number, points: Float32Array): number {
    const own = this.#mean(cluster, points);
    const others = this.#left().filter((i) => i !== cluster);
    const distances = others.map((i) =>
      this.#mean(i, points).reduce((sum, value, j) => sum + (value - own[j]!) ** 2, 0),
    );
    return others[distances.indexOf(Math.min(...distances))]!;
  }

  #left(): number[] {
    return [...this.#members.keys()].filter((i) => this.#members[i]!.length > 0);
  }

  #mean(cluster: number, points: Float32Array): Float64Array {
    const d = points.length / this.#graph.n;
    const members = this.#members[cluster]!;
    const mean = new Float64Array(d);
    for (const row of members) {
      for (let j = 0; j < d; j++) mean[j]! += points[row * d + j]! / members.length;
    }
    return mean;
  }

  /** Makes one cluster of two; it is called `a`. */
  merge(a: number, b: number): void {
    for (const row of this.#members[b]!) {
      this.assignment[row] = a;
      this.#members[a]!.push(row);
    }
    this.#members[b] = [];
    this.size--;
    // Links of others with the two add up; those of the new cluster do not, and are found anew.
    for (const [j] of this.#links[b]!) {
      const ofJ = this.#links[j]!;
      if (j !== a) ofJ.set(a, (ofJ.get(a) ?? 0) + ofJ.get(b)!);
      ofJ.delete(b);
    }
    const others = new Set([...this.#links[a]!.keys(), ...this.#links[b]!.keys()]);
    others.delete(a);
    others.delete(b);
    this.#links[b] = new Map();
    this.#candidates[b] = undefined;
    this.#links[a] = new Map([...others].map((j) => [j, 0]));
    this.#findLinks(a);
    for (const j of this.#links[a]!.keys()) this.#candidates[j] = undefined;
    this.#candidates[a] = undefined;
  }

  /** Sums the links of `cluster` with every other. */
  #findLinks(cluster: number): void {
    const touched: number[] = [];
    for (const member of this.#members[cluster]!) {
      for (const { row, weight } of this.#graph.outgoing[member]!) {
        if (this.assignment[row] === cluster) continue;
        if (this.#in[row] === 0) touched.push(row);
        this.#in[row]! += weight;
      }
      for (const { row, weight } of this.#graph.incoming[member]!) this.#out[row]! += weight;
    }
    const links = this.#links[cluster]!;
    for (const row of touched) {
      const link = this.#in[row]! * this.#out[row]!;
      if (link === 0) continue;
      const other = this.assignment[row]!;
      links.set(other, (links.get(other) ?? 0) + link);
      if (!this.#links[other]!.has(cluster)) this.#links[other]!.set(cluster, 0);
    }
    for (const row of touched) this.#in[row] = 0;
    for (const member of this.#members[cluster]!) {
      for (const { row } of this.#graph.incoming[member]!) this.#out[row] = 0;
    }
  }
}
