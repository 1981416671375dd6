import { clusterCountOf } from "../assignment.js";
import { meanOf } from "../means.js";
import type { AffinityGraph } from "./graph.js";

/** A cluster's best merge. */
interface Candidate {
  /** The other cluster, -1 if there is none with any affinity. */
  with: number;
  score: number;
}

/**
 * Clusters of a graph's examples, with the affinities between them (Zhang, Wang, Zhao and Tang 2012).
 *
 * Affinities are kept for the pairs of clusters that have one, and are exact after every merge: no n × n matrix, and not
 * the "fast" update of the authors' code, which leaves out terms.
 */
export class Clusters {
  readonly assignment: Int32Array;
  /** Clusters left. */
  size: number;
  readonly #graph: AffinityGraph;
  /** Examples of each cluster; empty after it was merged into another. */
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

  /** The pair to merge next; undefined if no two clusters have any affinity. */
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
  isolated(): number[] {
    return this.#left().filter((i) => this.isIsolated(i));
  }

  /** True if a cluster has no affinity to any other. */
  isIsolated(i: number): boolean {
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
    const d = points.length / this.#graph.n;
    const own = meanOf(points, d, this.#members[cluster]!);
    const others = this.#left().filter((i) => i !== cluster);
    const distances = others.map((i) =>
      meanOf(points, d, this.#members[i]!).reduce((sum, value, j) => sum + (value - own[j]!) ** 2, 0),
    );
    return others[distances.indexOf(Math.min(...distances))]!;
  }

  /** Clusters that were not merged into another. */
  #left(): number[] {
    return [...this.#members.keys()].filter((i) => this.#members[i]!.length > 0);
  }

  /** Merges cluster b into a. */
  merge(a: number, b: number): void {
    for (const row of this.#members[b]!) {
      this.assignment[row] = a;
      this.#members[a]!.push(row);
    }
    this.#members[b] = [];
    this.size--;
    // Links of others with the two add up; those of the new cluster do not, and are summed again.
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
