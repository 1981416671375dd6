/** A number of clusters for data without labels. */
import { UserError } from "@gumbel/config";
import { engineDistances, tf } from "@gumbel/engine";
import { groupedBy, silhouetteOf } from "@gumbel/metrics";
import { principalComponents } from "@gumbel/projection";
import type { RandomStream } from "@gumbel/random";
import { kmeansSettings } from "../options.js";
import { fitKMeans } from "./kmeans.js";

/** The largest number that is tried, and never more than the square root of the number of examples. */
const most = 20;
/** Wider data is projected on so many principal components: distances of all pairs are taken for every number. */
const components = 50;
const restarts = 10;

/** What was found. */
export interface CountedClusters {
  clusters: number;
  /** The mean silhouette of the k-means clusters, in [-1, 1], for each number that was tried, ascending. */
  tried: { clusters: number; silhouette: number }[];
}

/**
 * The number of clusters, from 2 to 20, whose k-means clusters have the highest mean silhouette (Rousseeuw 1987); of equal
 * ones the smallest. Uses no label.
 *
 * @param points n rows of d numbers: a sample is enough
 * @throws UserError for fewer than four points, or values that are not finite.
 */
export function countClusters(
  points: Float32Array,
  d: number,
  random: (...names: (string | number)[]) => RandomStream,
): CountedClusters {
  const n = points.length / d;
  const largest = Math.min(most, Math.floor(Math.sqrt(n)));
  if (largest < 2) {
    throw new UserError({
      what: `a number of clusters cannot be found among ${n} examples`,
      where: "model.clusters in pipeline.json",
      expected: 'a number in place of "auto"',
    });
  }
  const { values, width } = projected(points, d, random);
  const tensor = tf.tensor2d(values, [n, width]);
  const tried = Array.from({ length: largest - 1 }, (_, i) => {
    const clusters = i + 2;
    const { assignment } = fitKMeans(tensor, kmeansSettings(clusters, restarts), (restart) =>
      random(clusters, restart),
    );
    const groups = groupedBy(values, width, assignment, clusters);
    return { clusters, silhouette: groups ? silhouetteOf(groups, engineDistances()) : 0 };
  });
  tensor.dispose();
  const best = tried.reduce((so, each) => (each.silhouette > so.silhouette ? each : so));
  return { clusters: best.clusters, tried };
}

function projected(
  points: Float32Array,
  d: number,
  random: (name: string) => RandomStream,
): { values: Float32Array; width: number } {
  if (d <= components) return { values: points, width: d };
  const rows = Array.from({ length: points.length / d }, (_, i) =>
    Float64Array.from(points.subarray(i * d, (i + 1) * d)),
  );
  const { scores } = principalComponents(rows, components, random("components"));
  return { values: Float32Array.from(scores.flat()), width: scores[0]!.length };
}
