/** What every run has to be compared with: k-means on the same prepared data. */
import { tf } from "@gumbel/engine";
import {
  accuracy,
  type Collapse,
  contingency,
  type EvaluatedRun,
  groupedBy,
  silhouetteOf,
} from "@gumbel/metrics";
import type { RandomStream } from "@gumbel/random";
import { fitKMeans } from "./kmeans.js";

/** How good a clustering of some examples is; null if that cannot be said of them. */
export interface Figures {
  /** Of the labelled ones, in [0, 1]. */
  accuracy: number | null;
  /** In the space of the prepared data, in [-1, 1]. */
  silhouette: number | null;
}

export interface Baseline {
  /** Number of examples that k-means was fitted to. */
  examples: number;
  figures: Figures;
  /**
   * The sign that a run is worse than k-means by more than 0.1: in accuracy if examples are labelled, else in silhouette.
   *
   * @param clusters of all examples, 0 … K - 1
   */
  signOf(clusters: Int32Array): Collapse | undefined;
}

const kmeans = { restarts: 10, maxIterations: 300, tolerance: 1e-4 };
/** A difference that is none of chance. */
const clearly = 0.1;

/**
 * Clusters the sampled examples by k-means. The engine must have been started.
 *
 * @param labels class of each example, negative if unknown
 * @returns undefined for fewer examples than clusters, or a single cluster
 */
export function kmeansBaseline(
  { values, d, rows }: EvaluatedRun["input"],
  labels: Int32Array,
  K: number,
  random: (restart: number) => RandomStream,
): Baseline | undefined {
  const n = rows.length;
  if (K < 2 || n < K) return undefined;
  const known = Int32Array.from(rows, (row) => labels[row]!);
  const figuresOf = (clusters: Int32Array): Figures => {
    const groups = groupedBy(values, d, clusters, K);
    return {
      accuracy: known.some((label) => label >= 0) ? accuracy.compute(contingency(known, clusters)) : null,
      silhouette: groups ? silhouetteOf(groups) : null,
    };
  };
  const points = tf.tensor2d(values, [n, d]);
  const { assignment } = fitKMeans(points, { ...kmeans, clusters: K }, random);
  points.dispose();
  const figures = figuresOf(assignment);
  return {
    examples: n,
    figures,
    signOf(clusters) {
      const here = figuresOf(Int32Array.from(rows, (row) => clusters[row]!));
      const name = figures.accuracy === null ? "silhouette" : "accuracy";
      const [theirs, ours] = [figures[name], here[name]];
      if (theirs === null || ours === null || theirs - ours <= clearly) return undefined;
      return {
        name: "below-k-means",
        what: `k-means on the same data has the better ${name}: ${theirs.toFixed(3)}, this run ${ours.toFixed(3)}`,
        hint: "take kmeans, try another system or seed, or train longer: GUMBEL_PROFILE=full",
      };
    },
  };
}
