/** What every run has to be compared with: k-means on the same prepared data. */
import { engineDistances, tf } from "@gumbel/engine";
import {
  accuracy,
  contingency,
  type EvaluatedRun,
  groupedBy,
  type Sign,
  silhouetteOf,
} from "@gumbel/metrics";
import type { RandomStream } from "@gumbel/random";
import { kmeansSettings } from "../options.js";
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
  signOf(clusters: Int32Array): Sign | undefined;
}

const restarts = 10;
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
  const isLabelled = known.some((label) => label >= 0);
  const figureOf = {
    accuracy: (clusters: Int32Array) => (isLabelled ? accuracy.compute(contingency(known, clusters)) : null),
    silhouette(clusters: Int32Array) {
      const groups = groupedBy(values, d, clusters, K);
      return groups ? silhouetteOf(groups, engineDistances()) : null;
    },
  };
  const points = tf.tensor2d(values, [n, d]);
  const { assignment } = fitKMeans(points, kmeansSettings(K, restarts), random);
  points.dispose();
  const figures = { accuracy: figureOf.accuracy(assignment), silhouette: figureOf.silhouette(assignment) };
  return {
    examples: n,
    figures,
    signOf(clusters) {
      const name = isLabelled ? "accuracy" : "silhouette";
      // The other figure is not computed: a silhouette takes the distances of all pairs.
      const ours = figureOf[name](Int32Array.from(rows, (row) => clusters[row]!));
      const theirs = figures[name];
      if (theirs === null || ours === null || theirs - ours <= clearly) return undefined;
      return {
        name: "below-k-means",
        what: `k-means on the same data has the better ${name}: ${theirs.toFixed(3)}, this run ${ours.toFixed(3)}`,
        hint: "take kmeans, try another system or seed, or train longer: GUMBEL_PROFILE=full",
      };
    },
  };
}
