/**
 * k-means: Lloyd's iterations from k-means++ starts (Arthur and Vassilvitskii 2007), the best of several restarts.
 */
import { UserError } from "@gumbel/config";
import { add, type Frame, findNearest, matMul, sub, tf, transpose } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { frameOf, left, rowIn } from "./frame.js";

export interface KMeansOptions {
  clusters: number;
  /** Independent starts, of which the lowest inertia is kept. */
  restarts: number;
  maxIterations: number;
  /** Stops when the centroids' squared movement falls below this share of the data's mean variance. */
  tolerance: number;
}

export interface KMeansResult {
  /** [clusters × d] */
  centroids: Float64Array;
  /** Cluster of each point. */
  assignment: Int32Array;
  /** Sum of squared distances to the nearest centroid. */
  inertia: number;
}

/**
 * Fits k-means.
 *
 * @param points [n, d]
 * @param random the stream of one restart
 * @throws UserError for fewer points than clusters, or values that are not finite.
 */
export function fitKMeans(
  points: tf.Tensor2D,
  options: KMeansOptions,
  random: (restart: number) => RandomStream,
): KMeansResult {
  const [n] = points.shape;
  if (options.clusters > n) {
    throw new UserError({
      what: `${options.clusters} clusters cannot be made of ${n} examples`,
      where: "model.clusters",
    });
  }
  const frame = frameOf(points);
  if (!Number.isFinite(frame.scale)) {
    throw new UserError({
      what: "k-means was given values that are not finite numbers",
      hint: "look for NaN in the data",
    });
  }
  // The frame's origin is the mean.
  const fromMean = findNearest(points, new Float32Array(points.shape[1]), frame).distances;
  const variance = fromMean.reduce((sum, square) => sum + square, 0) / points.size;
  let best: KMeansResult | undefined;
  for (let restart = 0; restart < options.restarts; restart++) {
    const start = plusPlus(points, frame, options.clusters, random(restart));
    const result = lloyd(points, frame, start, options.maxIterations, options.tolerance * variance);
    if (!best || result.inertia < best.inertia) best = result;
  }
  return {
    ...best!,
    centroids: left(best!.centroids, frame),
    inertia: best!.inertia / frame.scale / frame.scale,
  };
}

/** ‖c‖² - 2 x·c, [n, clusters]: accurate if the points lie around the origin. */
function expanded(points: tf.Tensor2D, centroids: tf.Tensor2D): tf.Tensor2D {
  const products = matMul(points, transpose(centroids));
  return sub(tf.sum(tf.square(centroids), 1), tf.mul(products, 2));
}

/** Points and centroids relative to the mean of the centroids: far from the origin ‖c‖² - 2 x·c would lose all digits. */
function centred(points: tf.Tensor2D, centroids: tf.Tensor2D): [points: tf.Tensor2D, centroids: tf.Tensor2D] {
  const origin = tf.mean(centroids, 0, true);
  return [sub(points, origin), sub(centroids, origin)];
}

/**
 * Squared distances to centroids, less a number of each point that does not depend on the centroid: enough to compare them.
 *
 * @param points [n, d]
 * @param centroids [clusters, d]
 * @returns [n, clusters]
 */
export function relativeDistances(points: tf.Tensor2D, centroids: tf.Tensor2D): tf.Tensor2D {
  return expanded(...centred(points, centroids));
}

/**
 * ‖x_i - μ_j‖², [n, K].
 *
 * @param points x, [n, d]
 * @param centroids μ, [K, d]
 */
export function squaredDistances(points: tf.Tensor2D, centroids: tf.Tensor2D): tf.Tensor2D {
  const [x, mu] = centred(points, centroids);
  // Rounding may leave a distance of nothing a little below zero.
  return tf.relu(add(expanded(x, mu), tf.sum(tf.square(x), 1, true)));
}

/**
 * k-means++: each next centroid is a point, drawn in proportion to its squared distance to the nearest one so far. They are in
 * the frame.
 */
function plusPlus(points: tf.Tensor2D, frame: Frame, clusters: number, random: RandomStream): Float32Array {
  const [n, d] = points.shape;
  const centroids = new Float32Array(clusters * d);
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let next = random.int(n);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const centroid = rowIn(points, next, frame);
    centroids.set(centroid, cluster * d);
    if (cluster === clusters - 1) break;
    const { distances } = findNearest(points, centroid, frame);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      nearest[i] = Math.min(nearest[i]!, distances[i]!);
      sum += nearest[i]!;
    }
    let remaining = random.uniform() * sum;
    next = 0;
    while (next < n - 1 && remaining >= nearest[next]!) remaining -= nearest[next++]!;
  }
  return centroids;
}

/** Lloyd's iterations from `start`, in the frame, until the centroids' squared movement is at most `tolerance`. */
function lloyd(
  points: tf.Tensor2D,
  frame: Frame,
  start: Float32Array,
  maxIterations: number,
  tolerance: number,
): KMeansResult {
  const d = points.shape[1];
  let centroids = start;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const { sums, counts, distances } = findNearest(points, centroids, frame);
    const next = Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i / d)]!);
    // A cluster left without a point takes the point that lies farthest from its centroid.
    const empty = [...counts.keys()].filter((cluster) => counts[cluster] === 0);
    for (const [i, point] of farthest(distances, empty.length).entries())
      next.set(rowIn(points, point, frame), empty[i]! * d);
    const movement = next.reduce((sum, value, i) => sum + (value - centroids[i]!) ** 2, 0);
    centroids = next;
    if (movement <= tolerance) break;
  }
  const { assignment, distances } = findNearest(points, centroids, frame);
  const inertia = distances.reduce((sum, distance) => sum + distance, 0);
  return { centroids: Float64Array.from(centroids), assignment, inertia };
}

/** The indices of the `count` largest distances, largest first. */
const farthest = (distances: Float32Array, count: number): number[] =>
  count === 0 ? [] : [...distances.keys()].sort((a, b) => distances[b]! - distances[a]!).slice(0, count);
