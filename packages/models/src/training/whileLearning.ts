/** Clustering of the features while they are learned, as an option of the autoencoder systems. */
import { squaredError, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import { agglomerative } from "../clustering/agglomerative.js";
import { dbscan, findRadius, noise } from "../clustering/dbscan.js";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import type { Autoencoder } from "../networks/autoencoder.js";
import type { Random } from "../networks/dense.js";
import { evenlySpaced, type Model, type Place, type TrainingData } from "../system.js";

const schedule = {
  startEpochs: z
    .int()
    .min(0)
    .default(10)
    .describe("Epochs of reconstruction alone before the first clustering (ours)."),
  interval: z.int().min(1).default(5).describe("Epochs between two clusterings (ours)."),
  weight: z
    .number()
    .min(0)
    .default(0.1)
    .describe(
      "w, against the reconstruction (ours). With a large one the clusters of the first clustering stay.",
    ),
};

const examples = z
  .int()
  .min(2)
  .default(2000)
  .describe(
    "At most so many are clustered, evenly spaced; any other goes with the nearest of these (ours: time and memory grow with the square).",
  );

/** The option as pipeline.json has it: null, or a method with its settings. */
export const clusterWhileLearning = z
  .discriminatedUnion("method", [
    z.strictObject({
      method: z.literal("kmeans"),
      ...schedule,
      restarts: z.int().min(1).default(3).describe("k-means starts in each clustering (ours)."),
    }),
    z.strictObject({
      method: z.literal("dbscan"),
      ...schedule,
      examples,
      minimumPoints: z
        .int()
        .min(1)
        .nullable()
        .default(null)
        .describe(
          "Neighbours, the example itself among them, of a core point; null takes twice the latent's size (Sander et al. 1998).",
        ),
      radius: z
        .number()
        .positive()
        .nullable()
        .default(null)
        .describe(
          "Of a neighbourhood; null finds one in each clustering, at which much lies in clusters other than the largest (ours).",
        ),
    }),
    z.strictObject({
      method: z.literal("agglomerative"),
      ...schedule,
      examples,
      linkage: z.enum(["ward", "average"]).default("ward"),
    }),
  ])
  .nullable()
  .default(null)
  .describe(
    "Clusters the latent while the autoencoder learns, and pulls it to the clusters' centres; null leaves the latent to the reconstruction.",
  );

/**
 * How AE + k-means and AE + GMM learn: by reconstruction, and with the option also by the clusters of their time.
 *
 * @param random the streams of the run's initialisation
 */
export function autoencoderTraining(
  autoencoder: Autoencoder,
  options: z.output<typeof clusterWhileLearning>,
  clusters: number,
  random: Random,
): Pick<Model, "start" | "state" | "beforeStep" | "objective" | "encodeUnfinished"> {
  const start = async (training: TrainingData) => autoencoder.fitScale(training);
  if (!options) return { start, objective: ({ x }) => autoencoder.objective(x) };
  const clustering = new ClusterWhileLearning(options, clusters, (epoch, restart) =>
    random("while learning", epoch, restart),
  );
  return {
    start,
    state: clustering.state,
    async beforeStep(at, training) {
      clustering.beforeStep(at, () => autoencoder.latents(training));
      return undefined;
    },
    objective({ x, rows }) {
      const latent = autoencoder.encode(x);
      const reconstruction = autoencoder.reconstructionLoss(x, latent);
      const pull = clustering.loss(latent, rows);
      return { total: tf.add(reconstruction, pull), reconstruction, pull };
    },
    encodeUnfinished(x, rows) {
      const cluster = clustering.clustersOf(rows);
      return { feature: autoencoder.encode(x), ...(cluster && { cluster }) };
    },
  };
}

/**
 * Every `interval` epochs the latents of all training data are clustered; until the next time, each is pulled to the centre
 * of its cluster, as in DCN:
 *
 *   L = (1/N) Σ ‖x - g(f(x))‖² / d + (w/2) (1/N) Σ ‖f(x) - μ_s‖² / v
 *
 * v is the mean squared distance of the latents from their mean when they were clustered (ours): w means the same at any
 * scale of the latent. k-means and agglomerative clustering look for K clusters, DBSCAN for as many as there are. Its noise
 * is not pulled. Where it finds no two clusters nothing is, until the next clustering; so too where all latents are one and
 * the same. Clusters and centres stand in `state`.
 */
class ClusterWhileLearning {
  readonly state: NonNullable<Model["state"]> = new Map();
  readonly #options: NonNullable<z.output<typeof clusterWhileLearning>>;
  readonly #clusters: number;
  readonly #random: (epoch: number, restart: number) => RandomStream;

  /** @param random the stream of one k-means start of the clustering before an epoch */
  constructor(
    options: NonNullable<z.output<typeof clusterWhileLearning>>,
    clusters: number,
    random: (epoch: number, restart: number) => RandomStream,
  ) {
    this.#options = options;
    this.#clusters = clusters;
    this.#random = random;
  }

  /**
   * Clusters, where it is time.
   *
   * @param latents of all training data, [n, F]; disposed of
   */
  beforeStep({ epoch, offset }: Place, latents: () => tf.Tensor2D): void {
    const { startEpochs, interval } = this.#options;
    if (offset > 0 || epoch < startEpochs || (epoch - startEpochs) % interval !== 0) return;
    const points = latents();
    const [n, size] = points.shape;
    const { assignment, clusters } = this.#cluster(points, epoch);
    const values = points.dataSync<"float32">();
    const { centres, spread } = centresOf(values, size, assignment, clusters);
    points.dispose();
    const aimless = this.#options.method === "dbscan" && clusters < 2;
    if (spread === 0 || aimless) assignment.fill(noise);
    this.state.set("assignment", { shape: [n], values: Float32Array.from(assignment) });
    this.state.set("centres", { shape: [clusters, size], values: centres });
    this.state.set("spread", { shape: [1], values: Float32Array.of(spread) });
  }

  /**
   * (w/2) (1/N) Σ ‖z - μ_s‖² / v on a batch; 0 before the first clustering.
   *
   * @param latent z, [batch, F]
   * @param rows of the batch in the training data
   */
  loss(latent: tf.Tensor2D, rows: Uint32Array): tf.Scalar {
    const assignment = this.state.get("assignment")?.values;
    const spread = this.state.get("spread")?.values[0] ?? 0;
    if (!assignment || spread === 0) return tf.scalar(0);
    const [batch, size] = latent.shape;
    const { values } = this.state.get("centres")!;
    const centres = new Float32Array(batch * size);
    const pulled = new Float32Array(batch);
    rows.forEach((row, i) => {
      const cluster = assignment[row]!;
      if (cluster === noise) return;
      pulled[i] = 1;
      centres.set(values.subarray(cluster * size, (cluster + 1) * size), i * size);
    });
    const seen = tf.mul<tf.Tensor2D>(latent, tf.tensor2d(pulled, [batch, 1]));
    const squared = squaredError(seen, tf.tensor2d(centres, [batch, size]));
    return tf.mul(squared, this.#options.weight / 2 / spread);
  }

  /** The clusters of the last clustering, -1 for noise; undefined before the first. */
  clustersOf(rows: Uint32Array): tf.Tensor1D | undefined {
    const assignment = this.state.get("assignment")?.values;
    return (
      assignment &&
      tf.tensor1d(
        Int32Array.from(rows, (row) => assignment[row]!),
        "int32",
      )
    );
  }

  #cluster(points: tf.Tensor2D, epoch: number): { assignment: Int32Array; clusters: number } {
    const options = this.#options;
    const [n, size] = points.shape;
    if (options.method === "kmeans") {
      const settings = {
        clusters: this.#clusters,
        restarts: options.restarts,
        maxIterations: 300,
        tolerance: 1e-4,
      };
      const { assignment } = fitKMeans(points, settings, (restart) => this.#random(epoch, restart));
      return { assignment, clusters: this.#clusters };
    }
    const chosen = evenlySpaced(n, options.examples);
    const sample = tf.tidy(() => tf.gather(points, tf.tensor1d(Int32Array.from(chosen), "int32")));
    const values = sample.dataSync<"float32">();
    let found: Int32Array;
    if (options.method === "agglomerative") {
      found = agglomerative(values, size, this.#clusters, options.linkage);
    } else {
      const minimumPoints = options.minimumPoints ?? 2 * size;
      const radius = options.radius ?? findRadius(values, size, minimumPoints);
      found = dbscan(values, size, { radius, minimumPoints });
    }
    const nearest = nearestOf(points, sample);
    sample.dispose();
    return {
      assignment: nearest.map((at) => found[at]!),
      clusters: found.reduce((most, cluster) => Math.max(most, cluster), noise) + 1,
    };
  }
}

/** Which reference lies nearest to each point, n; in blocks, so that no matrix of all pairs is needed. */
function nearestOf(points: tf.Tensor2D, references: tf.Tensor2D): Int32Array {
  const [n, size] = points.shape;
  const nearest = new Int32Array(n);
  const step = 2000;
  for (let from = 0; from < n; from += step) {
    const part = tf.tidy(() => {
      const block = tf.slice(points, [from, 0], [Math.min(step, n - from), size]);
      return tf.argMin(relativeDistances(block, references), 1);
    });
    nearest.set(part.dataSync<"int32">(), from);
    part.dispose();
  }
  return nearest;
}

/** Means of the clusters, and the mean squared distance of all points from their mean; 0 where they are equal. */
function centresOf(
  points: Float32Array,
  size: number,
  assignment: Int32Array,
  clusters: number,
): { centres: Float32Array; spread: number } {
  const sums = new Float64Array(clusters * size);
  const counts = new Float64Array(clusters);
  const mean = new Float64Array(size);
  const n = assignment.length;
  assignment.forEach((cluster, row) => {
    if (cluster !== noise) counts[cluster]!++;
    for (let j = 0; j < size; j++) {
      const value = points[row * size + j]!;
      mean[j]! += value / n;
      if (cluster !== noise) sums[cluster * size + j]! += value;
    }
  });
  const squares = points.reduce((sum, value, i) => sum + (value - mean[i % size]!) ** 2, 0) / n;
  const lengths = points.reduce((sum, value) => sum + value ** 2, 0) / n;
  // What rounding leaves of equal points is no spread, and must not be divided by.
  const spread = squares > 1e-12 * lengths ? squares : 0;
  return { centres: Float32Array.from(sums, (sum, i) => sum / (counts[Math.floor(i / size)]! || 1)), spread };
}
