import { engineDistances, startEngine, tf } from "@gumbel/engine";
import { groupedBy, silhouetteOf } from "@gumbel/metrics";
import { agglomerative, dbscan, fitKMeans, fitMixture } from "@gumbel/models";
import { fitUmap } from "@gumbel/projection";
import { stream } from "@gumbel/random";
import { type Benchmark, oneRun } from "./benchmark.js";

/** Points in overlapping clusters, so that no fit converges before its last iteration. */
function cloud(n: number, d: number): Float32Array {
  const centres = stream(0, "centres").fill("normal", 10 * d);
  return stream(0, "points")
    .fill("normal", n * d)
    .map((value, i) => centres[(((i / d) | 0) % 10) * d + (i % d)]! + value);
}

/** Points in the engine's memory, as a run has them: made of JavaScript's values, they would come there with the first kernel. */
function pointsInEngine(values: Float32Array, n: number, d: number): tf.Tensor2D {
  const given = tf.tensor2d(values, [n, d]);
  const points = tf.mul<tf.Tensor2D>(given, 1);
  given.dispose();
  return points;
}

const count = (n: number): string => n.toLocaleString("en-US");

const kmeansBenchmarks: Benchmark[] = (
  [
    [70_000, 10],
    [70_000, 784],
    [1_000_000, 20],
  ] as const
).map(([n, d]) => ({
  name: `kmeans/${d}`,
  title: `k-means++ and 20 iterations, ${count(n)} points, K = 10, d = ${d}`,
  ...oneRun,
  async prepare(threads) {
    await startEngine({ threads });
    const points = pointsInEngine(cloud(n, d), n, d);
    const options = { clusters: 10, restarts: 1, maxIterations: 20, tolerance: 0 };
    return { amount: 1, run: () => fitKMeans(points, options, (restart) => stream(0, "k-means", restart)) };
  },
  peer: { title: "scikit-learn KMeans", script: "kmeans.py", arguments: [String(n), String(d)] },
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
  ...oneRun,
  async prepare(threads) {
    await startEngine({ threads });
    const n = 70_000;
    const values = cloud(n, d);
    const points = pointsInEngine(values, n, d);
    const start = {
      centroids: Float64Array.from(values.subarray(0, 10 * d)),
      assignment: Int32Array.from({ length: n }, (_, i) => i % 10),
    };
    const options = { components: 10, covariance, maxIterations: 20, tolerance: 0, regularisation: 1e-6 };
    return { amount: 1, run: () => fitMixture(points, start, options) };
  },
  peer: { title: "scikit-learn GaussianMixture", script: "gmm.py", arguments: [covariance, String(d)] },
}));

/** Of umap-learn both ways: in parallel, where no two runs are alike, and with a seed, as ours always is. */
const umapBenchmarks: Benchmark[] = [
  { d: 10, name: "umap/10", title: "umap-learn, parallel", seed: [] },
  { d: 784, name: "umap/784", title: "umap-learn, parallel", seed: [] },
  { d: 10, name: "umap/10-seeded", title: "umap-learn, random_state", seed: ["0"] },
  { d: 784, name: "umap/784-seeded", title: "umap-learn, random_state", seed: ["0"] },
].map(({ d, name, title, seed }) => ({
  name,
  title: `UMAP in the plane, 10,000 points, 15 neighbours, d = ${d}`,
  ...oneRun,
  async prepare(threads) {
    await startEngine({ threads });
    const points = cloud(10_000, d);
    const options = { dimensions: 2, neighbours: 15, minimumDistance: 0.1 };
    return { amount: 1, run: () => fitUmap(points, d, options, stream(0, "umap")) };
  },
  peer: { title, script: "umap_fit.py", arguments: ["10000", String(d), ...seed] },
}));

const silhouetteBenchmarks: Benchmark[] = [10, 784].map((d) => ({
  name: `silhouette/${d}`,
  title: `silhouette of 10 clusters, 10,000 points, d = ${d}`,
  ...oneRun,
  async prepare(threads) {
    await startEngine({ threads });
    const n = 10_000;
    const clusters = Int32Array.from({ length: n }, (_, i) => i % 10);
    const grouped = groupedBy(cloud(n, d), d, clusters, 10)!;
    return { amount: 1, run: () => silhouetteOf(grouped, engineDistances()) };
  },
  peer: {
    title: "scikit-learn silhouette_score",
    script: "silhouette.py",
    arguments: ["10000", String(d)],
  },
}));

/** At these radii there are several clusters, and half of the points are noise. */
const dbscanBenchmarks: Benchmark[] = (
  [
    [10, 2],
    [784, 37.2],
  ] as const
).map(([d, radius]) => {
  const options = { radius, minimumPoints: 5 };
  return {
    name: `dbscan/${d}`,
    title: `DBSCAN, 10,000 points, d = ${d}`,
    ...oneRun,
    async prepare(threads) {
      await startEngine({ threads });
      const points = cloud(10_000, d);
      return { amount: 1, run: () => dbscan(points, d, options) };
    },
    peer: {
      title: "scikit-learn DBSCAN",
      script: "dbscan.py",
      arguments: ["10000", String(d), String(options.radius), String(options.minimumPoints)],
    },
  };
});

const agglomerativeBenchmarks: Benchmark[] = [10, 784].map((d) => ({
  name: `agglomerative/${d}`,
  title: `Ward's linkage, 5,000 points to 10 clusters, d = ${d}`,
  ...oneRun,
  async prepare(threads) {
    await startEngine({ threads });
    const points = cloud(5000, d);
    return { amount: 1, run: () => agglomerative(points, d, 10, "ward") };
  },
  peer: {
    title: "scikit-learn AgglomerativeClustering",
    script: "agglomerative.py",
    arguments: ["5000", String(d)],
  },
}));

export const clusteringBenchmarks: Benchmark[] = [
  ...kmeansBenchmarks,
  ...mixtureBenchmarks,
  ...dbscanBenchmarks,
  ...agglomerativeBenchmarks,
  ...umapBenchmarks,
  ...silhouetteBenchmarks,
];
