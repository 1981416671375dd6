/** Exact nearest neighbours of points among themselves. */
import { UserError } from "@gumbel/config";
import { engineSearch } from "@gumbel/engine";
import { nearestOthers } from "@gumbel/metrics";

/** Each point's nearest others, nearest first. */
export interface Neighbours {
  /** Neighbours of each point. */
  count: number;
  /** Rows of the neighbours, n × count. */
  rows: Int32Array;
  /** Squared Euclidean distances, n × count. */
  squared: Float64Array;
}

/**
 * The `count` nearest other points of every point. Of equally near ones the first comes first.
 *
 * @param points n rows of d numbers
 * @throws UserError for fewer than `count` other points, or values that are not finite.
 */
export function nearestNeighbours(points: Float32Array, d: number, count: number): Neighbours {
  const n = points.length / d;
  if (count > n - 1) {
    throw new UserError({
      what: `${count} nearest neighbours cannot be found among ${n} examples`,
      hint: "ask for fewer neighbours, or give more examples",
    });
  }
  if (!points.every(Number.isFinite)) {
    throw new UserError({
      what: "nearest neighbours were asked of values that are not finite numbers",
      hint: "look for NaN in the data, or lower train.learningRate",
    });
  }
  const { indices, squaredDistances } = nearestOthers({ points, d, k: count, search: engineSearch() });
  return { count, rows: indices, squared: squaredDistances };
}
