import { matMul, Parameters } from "@gumbel/engine";
import { z } from "zod";
import { fitMixture, mixtureDefaults } from "../clustering/gmm/em.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { GaussianMixture } from "../networks/gaussianMixture.js";
import { byScores } from "../networks/scores.js";
import { clusterCount, clustersOption, kmeansSettings, restartsOption } from "../options.js";
import { autoencoderFor } from "../ownData.js";
import type { System } from "../system.js";
import { clusterWhileLearning, learnAndCluster } from "../training/clusterWhileLearning.js";
import { adam } from "../training/phases.js";
import { latentsOf } from "../training/pretraining.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  covariance: z
    .enum(["diag", "full", "tied"])
    .default("full")
    .describe("A matrix per cluster (inferred): the ten latents of an autoencoder are correlated, and few."),
  restarts: restartsOption,
  clusterWhileLearning,
});

/**
 * An autoencoder, then a Gaussian mixture on its latent.
 *
 * Objective: (1/N) Σ ‖x - g(f(x))‖² / d; then EM for Σ_i log Σ_k π_k N(f(x_i) | μ_k, Σ_k), from the k-means start of lowest
 * inertia.
 */
const aeGmm: System<z.output<typeof optionsSchema>> = {
  title: "AE + GMM",
  reference:
    "Jiang, Zheng, Tan, Tang, Zhou 2017, Variational Deep Embedding, IJCAI (the AE + GMM row); autoencoder of Xie et al. 2016",
  link: "https://arxiv.org/abs/1611.05148",
  optionsSchema,
  // The schedule of AE + k-means.
  training: { epochs: 300, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: "reconstruction",
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  forData: autoencoderFor,

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const mixture = new GaussianMixture(parameters, clusters, options.latentSize, options.covariance);
    const { training, encodeDuringTraining } = learnAndCluster(
      autoencoder,
      options.clusterWhileLearning,
      schedule,
      clusters,
      random,
    );

    return {
      parameters,
      clusters,
      training: {
        ...training,
        async finish(all) {
          const latents = latentsOf(autoencoder, all);
          const settings = kmeansSettings(clusters, options.restarts);
          const start = fitKMeans(latents, settings, (restart) => random("k-means", restart));
          const mixtureOptions = { ...mixtureDefaults, components: clusters, covariance: options.covariance };
          mixture.set(fitMixture(latents, start, mixtureOptions), mixtureOptions);
          latents.dispose();
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          const feature = autoencoder.encode(x);
          const logs = mixture.logDensities(feature);
          return byScores(logs, feature);
        },
        encodeDuringTraining,
      },
      decoder: autoencoder.decoder((c) => matMul(c, mixture.means)),
    };
  },
};
export default aeGmm;
