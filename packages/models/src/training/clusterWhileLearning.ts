/** Clustering of the latent while the autoencoder learns it, for AE + k-means and AE + GMM. */
import { mul, squaredError, tf } from "@gumbel/engine";
import { evenlySpaced, type RandomStream } from "@gumbel/random";
import { agglomerative } from "../clustering/agglomerative.js";
import { clusterCountOf, noise } from "../clustering/assignment.js";
import { dbscan, findRadius } from "../clustering/dbscan.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { clusterMeans, meanSquaredDistance } from "../clustering/means.js";
import { nearestReference } from "../clustering/nearestReference.js";
import type { Autoencoder } from "../networks/autoencoder.js";
import type { Random } from "../networks/dense.js";
import { kmeansSettings } from "../options.js";
import type { Batch, Encoder, Phase, Position, Schedule, Training } from "../system.js";
import type { ClusterWhileLearningOptions } from "./clusterWhileLearningOptions.js";
import { weighted } from "./objective.js";
import { mainPhase, phase } from "./phases.js";
import { latentsOf } from "./pretraining.js";

export { clusterWhileLearning } from "./clusterWhileLearningOptions.js";

/**
 * Training by reconstruction, and with the option also by the clusters found so far.
 *
 * @param random streams of the run's initialisation
 */
export function learnAndCluster(
  autoencoder: Autoencoder,
  options: ClusterWhileLearningOptions | null,
  schedule: Schedule,
  clusters: number,
  random: Random,
): { training: Training; encodeDuringTraining: NonNullable<Encoder["encodeDuringTraining"]> } {
  const reconstruct = ({ x }: Batch) => weighted({ reconstruction: autoencoder.reconstructionLoss(x) });
  const start: Phase["start"] = async (all) => autoencoder.fitScale(all);
  if (!options) {
    return {
      training: { phases: [mainPhase(schedule, reconstruct, { start })] },
      encodeDuringTraining: (x) => ({ feature: autoencoder.encode(x) }),
    };
  }
  const clustering = new ClusterWhileLearning(options, clusters, (epoch, restart) =>
    random("while learning", epoch, restart),
  );
  const alone = { ...schedule, epochs: options.startEpochs };
  const main = mainPhase(
    schedule,
    ({ x, rows }) => {
      const latent = autoencoder.encode(x);
      return weighted({
        reconstruction: autoencoder.reconstructionLoss(x, latent),
        pull: clustering.term(latent, rows),
      });
    },
    {
      continues: true,
      async beforeStep(at, all) {
        clustering.beforeStep(at, () => latentsOf(autoencoder, all));
        return undefined;
      },
    },
  );
  return {
    training: {
      phases: [phase("reconstruction", alone, reconstruct, { start, pretraining: true }), main],
      state: clustering.state,
    },
    encodeDuringTraining(x, rows) {
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
 * is not pulled. Nothing is pulled if it finds fewer than two clusters, or if all latents are equal. Clusters and centres are
 * training state.
 */
class ClusterWhileLearning {
  readonly state: NonNullable<Training["state"]> = new Map();
  readonly #options: ClusterWhileLearningOptions;
  readonly #clusters: number;
  readonly #random: (epoch: number, restart: number) => RandomStream;

  /** @param random the stream of one k-means start of the clustering before an epoch */
  constructor(
    options: ClusterWhileLearningOptions,
    clusters: number,
    random: (epoch: number, restart: number) => RandomStream,
  ) {
    this.#options = options;
    this.#clusters = clusters;
    this.#random = random;
  }

  /**
   * Clusters the latents at the start of every `interval`-th epoch.
   *
   * @param latents of all training data, [n, F]; disposed of
   */
  beforeStep({ epoch, offset }: Position, latents: () => tf.Tensor2D): void {
    if (offset > 0 || epoch % this.#options.interval !== 0) return;
    const points = latents();
    const [n, size] = points.shape;
    const { assignment, clusters } = this.#cluster(points, epoch);
    const values = points.dataSync<"float32">();
    const centres = clusterMeans(values, size, assignment, clusters);
    const variance = meanSquaredDistance(values, size);
    points.dispose();
    const none = this.#options.method === "dbscan" && clusters < 2;
    if (variance === 0 || none) assignment.fill(noise);
    this.state.set("assignment", { shape: [n], values: Float32Array.from(assignment) });
    this.state.set("centres", { shape: [clusters, size], values: centres });
    this.state.set("variance", { shape: [1], values: Float32Array.of(none ? 0 : variance) });
  }

  /**
   * (1/N) Σ ‖z - μ_s‖² / v on a batch, with its weight w/2; undefined if nothing is pulled.
   *
   * @param latent z, [batch, F]
   * @param rows of the batch in the training data
   */
  term(latent: tf.Tensor2D, rows: Uint32Array): [tf.Scalar, number] | undefined {
    const assignment = this.state.get("assignment")?.values;
    const variance = this.state.get("variance")?.values[0] ?? 0;
    if (!assignment || variance === 0) return undefined;
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
    const seen = mul(latent, tf.tensor2d(pulled, [batch, 1]));
    const squared = squaredError(seen, tf.tensor2d(centres, [batch, size]));
    return [squared, this.#options.weight / 2 / variance];
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

  /** Clusters the latents; all but those of a sample take the cluster of the nearest in it, if the method is not k-means. */
  #cluster(points: tf.Tensor2D, epoch: number): { assignment: Int32Array; clusters: number } {
    const options = this.#options;
    const [n, size] = points.shape;
    if (options.method === "kmeans") {
      const settings = kmeansSettings(this.#clusters, options.restarts);
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
    const nearest = nearestReference(points, sample);
    sample.dispose();
    return {
      assignment: nearest.map((at) => found[at]!),
      clusters: clusterCountOf(found),
    };
  }
}
