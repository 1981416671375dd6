/**
 * k-means: Lloyd's iterations from k-means++ starts (Arthur and Vassilvitskii 2007), the best of several restarts.
 * Distances and sums are matrix products, so that the engine does the work.
 */
import { UserError } from "@gumbel/config";
import { add, div, gather, matMul, oneHot, sub, tf, transpose } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { forEachChunk } from "./chunks.js";
import { enter, frameOf, left } from "./frame.js";

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
  const framed = enter(points, frame);
  const squares = squaresOf(framed);
  const variance = squares.dataSync<"float32">().reduce((sum, square) => sum + square, 0) / framed.size;
  let best: KMeansResult | undefined;
  for (let restart = 0; restart < options.restarts; restart++) {
    const start = plusPlus(framed, squares, options.clusters, random(restart));
    const result = lloyd(framed, squares, start, options, options.tolerance * variance);
    if (!best || result.inertia < best.inertia) best = result;
  }
  tf.dispose([framed, squares]);
  return {
    ...best!,
    centroids: left(best!.centroids, frame),
    inertia: best!.inertia / frame.scale / frame.scale,
  };
}

/** ‖x‖² of each point, [n]. */
function squaresOf(points: tf.Tensor2D): tf.Tensor1D {
  const squares = new Float32Array(points.shape[0]);
  forEachChunk(points, (chunk, from) => {
    squares.set(tf.sum(tf.square(chunk), 1).dataSync<"float32">(), from);
  });
  return tf.tensor1d(squares);
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

/** k-means++: each next centroid is a point, drawn in proportion to its squared distance to the nearest one so far. */
function plusPlus(
  points: tf.Tensor2D,
  squares: tf.Tensor1D,
  clusters: number,
  random: RandomStream,
): tf.Tensor2D {
  const n = points.shape[0];
  const chosen = [random.int(n)];
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  while (chosen.length < clusters) {
    const toLast = tf.tidy(() => {
      const centroid = tf.gather(points, tf.tensor1d([chosen.at(-1)!], "int32"));
      return tf.add(tf.reshape(expanded(points, centroid), [n]), squares);
    });
    const distances = toLast.dataSync();
    toLast.dispose();
    let sum = 0;
    for (let i = 0; i < n; i++) {
      nearest[i] = Math.max(0, Math.min(nearest[i]!, distances[i]!));
      sum += nearest[i]!;
    }
    let left = random.uniform() * sum;
    let next = 0;
    while (next < n - 1 && left >= nearest[next]!) left -= nearest[next++]!;
    chosen.push(next);
  }
  return tf.tidy(() => tf.gather(points, tf.tensor1d(chosen, "int32")));
}

/** Lloyd's iterations from `start`, which is disposed of, until the centroids move by at most `tolerance`. */
function lloyd(
  points: tf.Tensor2D,
  squares: tf.Tensor1D,
  start: tf.Tensor2D,
  { clusters, maxIterations }: KMeansOptions,
  tolerance: number,
): KMeansResult {
  let centroids = start;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const next = tf.tidy(() => {
      const assignment = tf.argMin<tf.Tensor1D>(expanded(points, centroids), 1);
      const members = oneHot(assignment, clusters);
      const counts = tf.sum(members, 0);
      const sums = matMul(transpose(members), points);
      // A cluster left without a point takes the point that lies farthest from its centroid.
      const empty = [...counts.dataSync()].flatMap((count, cluster) => (count === 0 ? [cluster] : []));
      const means = div(sums, tf.reshape(tf.maximum(counts, 1), [clusters, 1]));
      return empty.length === 0 ? means : refill(points, squares, means, empty);
    });
    const movement = tf.tidy(() => tf.sum(tf.squaredDifference(next, centroids)).dataSync()[0]!);
    centroids.dispose();
    centroids = next;
    if (movement <= tolerance) break;
  }
  const [assignment, inertia] = tf.tidy(() => {
    const distances = expanded(points, centroids);
    // Rounding may leave a distance of nothing a little below zero.
    return [tf.argMin(distances, 1), tf.sum(tf.relu(tf.add(tf.min(distances, 1), squares)))];
  }) as [tf.Tensor1D, tf.Scalar];
  const result = {
    centroids: Float64Array.from(centroids.dataSync()),
    assignment: assignment.dataSync<"int32">().slice(),
    inertia: inertia.dataSync()[0]!,
  };
  for (const tensor of [centroids, assignment, inertia]) tensor.dispose();
  return result;
}

/** `means` with each empty cluster's centroid moved onto one of the points farthest from all others. */
function refill(points: tf.Tensor2D, squares: tf.Tensor1D, means: tf.Tensor2D, empty: number[]): tf.Tensor2D {
  const worst = tf.topk(tf.add(tf.min(expanded(points, means), 1), squares), empty.length).indices;
  const replacement = gather(points, worst);
  const rows = tf.unstack(means);
  const others = tf.unstack(replacement);
  empty.forEach((cluster, i) => {
    rows[cluster] = others[i]!;
  });
  return tf.stack(rows) as tf.Tensor2D;
}
