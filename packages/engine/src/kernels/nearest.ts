import * as tf from "@tensorflow/tfjs-core";
import { matrixRows, nativeBinding, pointsOf } from "../core/native.js";
import { oneHot } from "./oneHot.js";

/** x in a frame: (x - centre) · scale. */
export interface Frame {
  /** [d] */
  centre: Float32Array;
  scale: number;
}

/** The nearest centroid of each of n points, of k centroids of d numbers. */
export interface Nearest {
  /** [n] */
  assignment: Int32Array;
  /** ‖x - c‖² to that centroid, [n]. */
  distances: Float32Array;
  /** Sums of each centroid's points, [k × d]. */
  sums: Float64Array;
  /** Number of each centroid's points, [k]. */
  counts: Int32Array;
}

/**
 * Finds the nearest centroid of each point; the first of several that are equally near. Accurate if the points lie around the origin.
 *
 * @param points [n, d]
 * @param centroids [k × d], in the frame, as the distances and the sums are
 * @param frame the points are taken in it, without a copy of all of them
 */
export function findNearest(
  points: tf.Tensor2D,
  centroids: Float32Array,
  frame: Frame = { centre: new Float32Array(points.shape[1]), scale: 1 },
): Nearest {
  const [n, d] = points.shape;
  const k = centroids.length / d;
  const found: Nearest = {
    assignment: new Int32Array(n),
    distances: new Float32Array(n),
    sums: new Float64Array(k * d),
    counts: new Int32Array(k),
  };
  const binding = nativeBinding();
  if (!binding?.findNearest || binding.isUsingGpuDevice()) {
    byOperations(points, centroids, frame, found);
    return found;
  }
  const { assignment, distances, sums, counts } = found;
  binding.findNearest(
    ...([pointsOf(points), frame.centre, frame.scale, centroids, binding.threads ?? 1] as const),
    ...([assignment, distances, sums, counts] as const),
  );
  return found;
}

/** Rows of a chunk: products with all of the points at once could take much memory. */
const chunkRows = 4096;

function byOperations(
  points: tf.Tensor2D,
  centroids: Float32Array,
  { centre, scale }: Frame,
  found: Nearest,
): void {
  const [n, d] = points.shape;
  const k = centroids.length / d;
  for (let from = 0; from < n; from += chunkRows) {
    const tensors = tf.tidy(() => {
      const rows = matrixRows(points, from, Math.min(chunkRows, n - from));
      const chunk = tf.mul<tf.Tensor2D>(tf.sub(rows, tf.tensor1d(centre)), scale);
      const columns = tf.transpose(tf.tensor2d(centroids, [k, d]));
      const relative = tf.sub(tf.sum(tf.square(columns), 0), tf.mul(tf.matMul(chunk, columns), 2));
      const assignment = tf.argMin<tf.Tensor1D>(relative, 1);
      const members = oneHot(assignment, k);
      // Rounding may leave a distance of nothing a little below zero.
      const distances = tf.relu(tf.add(tf.min(relative, 1), tf.sum(tf.square(chunk), 1)));
      return [assignment, distances, tf.matMul(tf.transpose(members), chunk), tf.sum(members, 0)];
    });
    const [assignment, distances, sums, counts] = tensors.map((tensor) => tensor.dataSync());
    tf.dispose(tensors);
    found.assignment.set(assignment!, from);
    found.distances.set(distances!, from);
    for (let i = 0; i < k * d; i++) found.sums[i]! += sums![i]!;
    for (let j = 0; j < k; j++) found.counts[j]! += counts![j]!;
  }
}
