import { Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import { Autoencoder, autoencoderOptions, pretrainingOptions } from "../networks/autoencoder.js";
import { clusterCount, type Model, type System, type TrainingData } from "../system.js";
import { rowsOf } from "../training/targets.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  ...autoencoderOptions,
  pretraining: pretrainingOptions,
  restarts: z.int().min(1).default(20).describe("k-means starts. As for DEC."),
  clusteringWeight: z
    .number()
    .min(0)
    .default(0.05)
    .describe(
      "λ, against the reconstruction. The paper on MNIST, for its latents' scale; the authors' code has 2, with the input times 5.1. " +
        "Larger ones may collapse the clusters.",
    ),
  startCount: z
    .int()
    .min(0)
    .default(100)
    .describe(
      "Examples that each cluster counts as having seen before the first step, so that its centre moves by 1 / (count + 1) at first. The authors' code.",
    ),
});

/**
 * Deep clustering network: an autoencoder whose latent is pulled to the centres of k-means, in turns with k-means itself.
 *
 *   L = (1/N) Σ ‖x - g(f(x))‖² + (λ/2) ‖f(x) - μ_s‖², s the cluster of x
 *
 * One turn is a batch: a step of the network with clusters and centres held fixed; then, with the network held fixed, each
 * of the batch's examples goes to its nearest centre, and one example after another moves its own centre there:
 *
 *   s = argmin_k ‖f(x) - μ_k‖²,   c_s ← c_s + 1,   μ_s ← μ_s + (f(x) - μ_s) / c_s
 *
 * It starts from the autoencoder and from k-means on its latent. Counts, each example's cluster and which examples the
 * last step saw stand in `state`: a turn's second half comes before the next step, and so the last batch of all has none.
 */
export const dcn: System<z.output<typeof optionsSchema>> = {
  title: "DCN",
  reference:
    "Yang, Fu, Sidiropoulos, Hong 2017, Towards K-means-friendly Spaces: Simultaneous Deep Learning and Clustering, ICML",
  optionsSchema,
  // 50 epochs as in the authors' code; batch and Adam as for IDEC (there: 128, Nesterov's momentum, 0.05).
  training: { epochs: 50, batchSize: 256, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const { latentSize } = options;
    const clusters = clusterCount(options.clusters, data);
    const shape: [number, number] = [clusters, latentSize];
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const zeros = new Float32Array(clusters * latentSize);
    const centroids = parameters.create("centroids", shape, zeros, { trainable: false });
    const state: NonNullable<Model["state"]> = new Map();

    const nearest = (latent: tf.Tensor2D): tf.Tensor1D =>
      tf.argMin(relativeDistances(latent, centroids.value as tf.Tensor2D), 1);

    /** The second half of a turn, for the batch of the last step. */
    const moveCentres = (training: TrainingData): void => {
      const rows = Uint32Array.from(state.get("batch")!.values);
      if (rows.length === 0) return;
      const { latent, assigned, centres } = tf.tidy(() => {
        const latent = autoencoder.encode(tf.tensor2d(training.rows(rows), [rows.length, training.d]));
        return { latent, assigned: nearest(latent), centres: tf.clone(centroids.value) };
      });
      const assignment = assigned.dataSync<"int32">();
      const moved = centres.dataSync<"float32">().slice();
      const clustersOfAll = state.get("assignment")!.values;
      moveByOne(moved, state.get("counts")!.values, latent.dataSync<"float32">(), assignment);
      rows.forEach((row, i) => {
        clustersOfAll[row] = assignment[i]!;
      });
      tf.tidy(() => centroids.assign(tf.tensor2d(moved, shape)));
      state.set("batch", { shape: [0], values: new Float32Array() });
      for (const tensor of [latent, assigned, centres]) tensor.dispose();
    };

    return {
      parameters,
      clusters,
      latent: "feature",
      state,
      pretraining: autoencoder.pretraining(options.pretraining),

      async start(training) {
        const latents = autoencoder.latents(training);
        const settings = { clusters, restarts: options.restarts, maxIterations: 300, tolerance: 1e-4 };
        const fit = fitKMeans(latents, settings, (restart) => random("k-means", restart));
        latents.dispose();
        tf.tidy(() => centroids.assign(tf.tensor2d(fit.centroids, shape)));
        state.set("counts", {
          shape: [clusters],
          values: new Float32Array(clusters).fill(options.startCount),
        });
        state.set("assignment", { shape: [training.n], values: Float32Array.from(fit.assignment) });
        state.set("batch", { shape: [0], values: new Float32Array() });
      },

      async beforeStep(_at, training) {
        moveCentres(training);
        return undefined;
      },

      objective({ x, rows }) {
        state.set("batch", { shape: [rows.length], values: Float32Array.from(rows) });
        const latent = autoencoder.encode(x);
        // In the units of the data, not of the scaled input: λ weighs against them.
        const reconstruction = squaredError(autoencoder.decode(latent), x);
        const assigned = Int32Array.from(rowsOf(state.get("assignment")!.values, 1, rows));
        const centres = tf.gather(centroids.value as tf.Tensor2D, tf.tensor1d(assigned, "int32"));
        const clustering = tf.mul<tf.Scalar>(squaredError(latent, centres), options.clusteringWeight / 2);
        return { total: tf.add(reconstruction, clustering), reconstruction, clustering };
      },

      encode(x) {
        const feature = autoencoder.encode(x);
        return { cluster: nearest(feature), feature };
      },
      generator: {
        noise: 0,
        generate: (c) => autoencoder.decode(tf.matMul(c, centroids.value as tf.Tensor2D)),
      },
      reconstruct: (x) => autoencoder.decode(autoencoder.encode(x)),
      interpolate: (x, weights) => autoencoder.interpolate(x, weights),
    };
  },
};

/**
 * Moves centres towards their points, one point after another: c_s ← c_s + 1, μ_s ← μ_s + (z - μ_s) / c_s. Without a count
 * before, a centre becomes the mean of its points. A centre without points stays.
 *
 * @param centres μ, K × d; changed
 * @param counts c, K; changed
 * @param points z, n × d
 * @param assignment s, the cluster of each point
 */
export function moveByOne(
  centres: Float32Array,
  counts: Float32Array,
  points: Float32Array,
  assignment: Int32Array,
): void {
  const d = centres.length / counts.length;
  assignment.forEach((cluster, row) => {
    counts[cluster]!++;
    const share = 1 / counts[cluster]!;
    for (let j = 0; j < d; j++) {
      centres[cluster * d + j]! += share * (points[row * d + j]! - centres[cluster * d + j]!);
    }
  });
}
