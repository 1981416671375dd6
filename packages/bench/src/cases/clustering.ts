import { startEngine, tf } from "@gumbel/engine";
import { fitKMeans, fitMixture } from "@gumbel/models";
import { stream } from "@gumbel/random";
import type { Benchmark } from "./benchmark.js";

const n = 70_000;

/** Points in overlapping clusters, so that no fit converges before its last iteration. */
function cloud(d: number): Float32Array {
  const centres = stream(0, "centres").fill("normal", 10 * d);
  return stream(0, "points")
    .fill("normal", n * d)
    .map((value, i) => centres[(((i / d) | 0) % 10) * d + (i % d)]! + value);
}

const kmeansBenchmarks: Benchmark[] = [10, 784].map((d) => ({
  name: `kmeans/${d}`,
  title: `k-means++ and 20 iterations, 70,000 points, K = 10, d = ${d}`,
  unit: { name: "s", per: "unit" },
  repetitions: 1,
  warmup: 0,
  async prepare(threads) {
    await startEngine({ threads });
    const points = tf.tensor2d(cloud(d), [n, d]);
    const options = { clusters: 10, restarts: 1, maxIterations: 20, tolerance: 0 };
    return { amount: 1, run: () => fitKMeans(points, options, (restart) => stream(0, "k-means", restart)) };
  },
  peer: { title: "scikit-learn KMeans", script: "kmeans.py", arguments: [String(d)] },
}));

/** 20 iterations of EM from a given assignment; full covariances only in the dimension of latents. */
const mixtureBenchmarks: Benchmark[] = (
  [
    ["diag", 784],
    ["full", 10],
  ] as const
).map(([covariance, d]) => ({
  name: `gmm/${covariance}-${d}`,
  title: `20 iterations of EM, 70,000 points, K = 10, ${covariance} covariances, d = ${d}`,
  unit: { name: "s", per: "unit" },
  repetitions: 1,
  warmup: 0,
  async prepare(threads) {
    await startEngine({ threads });
    const values = cloud(d);
    const points = tf.tensor2d(values, [n, d]);
    const start = {
      centroids: Float64Array.from(values.subarray(0, 10 * d)),
      assignment: Int32Array.from({ length: n }, (_, i) => i % 10),
    };
    const options = { components: 10, covariance, maxIterations: 20, tolerance: 0, regularisation: 1e-6 };
    return { amount: 1, run: () => fitMixture(points, start, options) };
  },
  peer: { title: "scikit-learn GaussianMixture", script: "gmm.py", arguments: [covariance, String(d)] },
}));

export const clusteringBenchmarks: Benchmark[] = [...kmeansBenchmarks, ...mixtureBenchmarks];
