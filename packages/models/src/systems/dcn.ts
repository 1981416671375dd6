import { Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { moveByOne } from "../clustering/onlineKMeans.js";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { clusterCount, clustersOption, kmeansSettings, restartsOption } from "../options.js";
import { autoencoderFor } from "../ownData.js";
import type { System, Training, TrainingData } from "../system.js";
import { Centroids } from "../training/centroids.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { autoencoderPhase, autoencoderPretraining, latentsOf } from "../training/pretraining.js";
import { rowsOf } from "../training/targets.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  pretraining: autoencoderPretraining,
  restarts: restartsOption,
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
 * It starts from the autoencoder and from k-means on its latent. Counts and each example's cluster are training state.
 */
const dcn: System<z.output<typeof optionsSchema>> = {
  title: "DCN",
  reference:
    "Yang, Fu, Sidiropoulos, Hong 2017, Towards K-means-friendly Spaces: Simultaneous Deep Learning and Clustering, ICML",
  link: "https://arxiv.org/abs/1610.04794",
  optionsSchema,
  // 50 epochs as in the authors' code; batch and Adam as for IDEC (there: 128, Nesterov's momentum, 0.05).
  training: { epochs: 50, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  forData: autoencoderFor,

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const centroids = new Centroids(parameters, clusters, options.latentSize);
    const state: NonNullable<Training["state"]> = new Map();

    /** k-means on the latents, and the counts that each centre starts with. */
    const start = async (all: TrainingData) => {
      const latents = latentsOf(autoencoder, all);
      const settings = kmeansSettings(clusters, options.restarts);
      const assignment = centroids.fit(latents, settings, (restart) => random("k-means", restart));
      latents.dispose();
      const counts = new Float32Array(clusters).fill(options.startCount);
      state.set("counts", { shape: [clusters], values: counts });
      state.set("assignment", { shape: [all.n], values: Float32Array.from(assignment) });
    };

    /** The second half of a turn. */
    const moveCentres = async (rows: Uint32Array, all: TrainingData) => {
      const [latent, assigned, centres] = tf.tidy(() => {
        const points = autoencoder.encode(tf.tensor2d(all.rows(rows), [rows.length, all.d]));
        return [points, centroids.nearest(points), tf.clone(centroids.value)] as const;
      }) as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D];
      const assignment = assigned.dataSync<"int32">();
      const moved = Float64Array.from(centres.dataSync());
      moveByOne(moved, state.get("counts")!.values, latent.dataSync<"float32">(), assignment);
      centroids.set(moved);
      const clustersOfAll = state.get("assignment")!.values;
      rows.forEach((row, i) => {
        clustersOfAll[row] = assignment[i]!;
      });
      tf.dispose([latent, assigned, centres]);
    };

    const main = mainPhase(
      schedule,
      ({ x, rows }) => {
        const latent = autoencoder.encode(x);
        const assigned = Int32Array.from(rowsOf(state.get("assignment")!.values, 1, rows));
        const centres = tf.gather(centroids.value, tf.tensor1d(assigned, "int32"));
        return weighted({
          // In the units of the data, not of the scaled input: λ weighs against them.
          reconstruction: squaredError(autoencoder.decode(latent), x),
          clustering: [squaredError(latent, centres), options.clusteringWeight / 2],
        });
      },
      { start, afterStep: moveCentres },
    );

    return {
      parameters,
      clusters,
      training: { phases: [autoencoderPhase(autoencoder, options.pretraining), main], state },
      encoder: {
        latent: "feature",
        encode(x) {
          const feature = autoencoder.encode(x);
          return { cluster: centroids.nearest(feature), feature };
        },
      },
      decoder: autoencoder.decoder((c) => centroids.of(c)),
    };
  },
};
export default dcn;
