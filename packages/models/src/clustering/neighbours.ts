/** Exact nearest neighbours: distances as matrix products in blocks, so that the engine does the work. */
import { UserError } from "@gumbel/config";
import { tf } from "@gumbel/engine";
import { relativeDistances } from "./kmeans.js";

/** Each point's nearest others, nearest first. */
export interface Neighbours {
  /** Neighbours of each point. */
  count: number;
  /** Which points, n × count. */
  rows: Int32Array;
  /** Squared Euclidean distances, n × count. */
  squared: Float64Array;
}

/** Distances held at once: 16 MB of them, and of each step on the way to them. */
const blockSize = 1 << 22;

/**
 * The `count` nearest other points of every point; a point is no neighbour of itself. Of equally near ones the
 * engine's order decides, which is the same every time.
 *
 * @param points n rows of d numbers
 * @throws UserError where there are no `count` other points, or values are no numbers.
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
  const rows = new Int32Array(n * count);
  const squared = new Float64Array(n * count);
  const block = Math.max(1, Math.floor(blockSize / n));
  const all = tf.tensor2d(points, [n, d]);
  for (let from = 0; from < n; from += block) {
    const size = Math.min(block, n - from);
    // One more than asked for, because each point finds itself; with duplicates it may come in any place, or in none.
    const found = tf.tidy(
      () =>
        tf.topk(tf.neg(relativeDistances(tf.slice(all, [from, 0], [size, d]), all)), count + 1)
          .indices as tf.Tensor2D,
    );
    const candidates = found.dataSync<"int32">();
    found.dispose();
    for (let i = 0; i < size; i++) {
      const self = from + i;
      const others = [...candidates.subarray(i * (count + 1), (i + 1) * (count + 1))]
        .filter((row) => row !== self)
        .slice(0, count)
        .map((row) => ({ row, distance: squaredDistance(points, self, row, d) }))
        // Products in float32 leave near ties in the wrong order.
        .sort((a, b) => a.distance - b.distance || a.row - b.row);
      others.forEach(({ row, distance }, j) => {
        rows[self * count + j] = row;
        squared[self * count + j] = distance;
      });
    }
  }
  all.dispose();
  return { count, rows, squared };
}

function squaredDistance(points: Float32Array, a: number, b: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += (points[a * d + j]! - points[b * d + j]!) ** 2;
  return sum;
}
