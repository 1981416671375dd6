/**
 * k-means: Lloyd's iterations from k-means++ starts (Arthur and Vassilvitskii 2007), the best of several restarts.
 * Distances and sums are matrix products, so that the engine does the work.
 */
import { UserError } from "@gumbel/config";
import { add, div, gather, matMul, oneHot, tf, transpose } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { addTo, forEachChunk, meanOfRows } from "./chunks.js";

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
  centroids: Float32Array;
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
  const { squares, variance } = secondMoments(points);
  if (!Number.isFinite(variance)) {
    squares.dispose();
    throw new UserError({
      what: "k-means was given values that are not finite numbers",
      hint: "look for NaN in the data",
    });
  }
  let best: KMeansResult | undefined;
  for (let restart = 0; restart < options.restarts; restart++) {
    const start = plusPlus(points, squares, options.clusters, random(restart));
    const result = lloyd(points, squares, start, options, options.tolerance * variance);
    if (!best || result.inertia < best.inertia) best = result;
  }
  squares.dispose();
  return best!;
}

/** ‖x‖² of each point, and the variance of a coordinate, a mean over coordinates. */
function secondMoments(points: tf.Tensor2D): { squares: tf.Tensor1D; variance: number } {
  const [n, d] = points.shape;
  const squares = new Float32Array(n);
  forEachChunk(points, (chunk, from) => {
    squares.set(tf.sum(tf.square(chunk), 1).dataSync<"float32">(), from);
  });
  // About the mean, not E[x²] - E[x]², which would lose a variance far from the origin.
  const mean = tf.tensor1d(Float32Array.from(meanOfRows(points)));
  const second = new Float64Array(1);
  forEachChunk(points, (chunk) => addTo(second, tf.sum(tf.squaredDifference(chunk, mean))));
  mean.dispose();
  return { squares: tf.tensor1d(squares), variance: second[0]! / (n * d) };
}

/**
 * Squared distances to centroids, less each point's own square: ‖c‖² - 2 x·c.
 *
 * @param points [n, d]
 * @param centroids [clusters, d]
 * @returns [n, clusters]
 */
export function relativeDistances(points: tf.Tensor2D, centroids: tf.Tensor2D): tf.Tensor2D {
  const products = tf.matMul(points, tf.transpose(centroids));
  return tf.sub(tf.sum(tf.square(centroids), 1), tf.mul(products, 2));
}

/**
 * ‖x_i - μ_j‖², [n, K].
 *
 * @param points x, [n, d]
 * @param centroids μ, [K, d]
 */
export function squaredDistances(points: tf.Tensor2D, centroids: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(points), 1, true);
  // Rounding may leave a distance of nothing a little below zero.
  return tf.relu(add(relativeDistances(points, centroids), squares));
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
      return tf.add(tf.reshape(relativeDistances(points, centroid), [n]), squares);
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
      const assignment = tf.argMin<tf.Tensor1D>(relativeDistances(points, centroids), 1);
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
    const distances = relativeDistances(points, centroids);
    return [tf.argMin(distances, 1), tf.sum(tf.add(tf.min(distances, 1), squares))];
  }) as [tf.Tensor1D, tf.Scalar];
  const result = {
    centroids: centroids.dataSync<"float32">().slice(),
    assignment: assignment.dataSync<"int32">().slice(),
    inertia: inertia.dataSync()[0]!,
  };
  for (const tensor of [centroids, assignment, inertia]) tensor.dispose();
  return result;
}

/** `means` with each empty cluster's centroid moved onto one of the points farthest from all others. */
function refill(points: tf.Tensor2D, squares: tf.Tensor1D, means: tf.Tensor2D, empty: number[]): tf.Tensor2D {
  const worst = tf.topk(tf.add(tf.min(relativeDistances(points, means), 1), squares), empty.length).indices;
  const replacement = gather(points, worst);
  const rows = tf.unstack(means);
  const others = tf.unstack(replacement);
  empty.forEach((cluster, i) => {
    rows[cluster] = others[i]!;
  });
  return tf.stack(rows) as tf.Tensor2D;
}
