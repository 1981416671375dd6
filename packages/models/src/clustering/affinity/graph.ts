/** The affinity graph of nearest neighbours (Zhang, Wang, Zhao and Tang 2012, Graph Degree Linkage). */
import type { Neighbours } from "../neighbours.js";

/** Directed weights between examples. */
export interface AffinityGraph {
  n: number;
  /** Edges from each example. */
  outgoing: Edge[][];
  /** The same edges, by the example that they end at. */
  incoming: Edge[][];
}

interface Edge {
  /** The other end. */
  row: number;
  weight: number;
}

/**
 * W_ij = exp(-‖x_i - x_j‖² / σ²) if j is one of the nearest neighbours of i, else 0; σ² is the mean of those squared
 * distances. If all neighbours are duplicates, and σ² is 0, each weight is 1.
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
    // So far away that the weight underflows: no edge.
    if (weight === 0) return;
    graph.outgoing[from]!.push({ row: to, weight });
    graph.incoming[to]!.push({ row: from, weight });
  });
  return graph;
}
