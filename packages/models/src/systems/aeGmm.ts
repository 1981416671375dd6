import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitMixture, GaussianMixture, mixtureDefaults } from "../clustering/gmm.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { clusterCount, type Model, type System } from "../system.js";
import { autoencoderTraining, clusterWhileLearning } from "../training/whileLearning.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  ...autoencoderOptions,
  covariance: z
    .enum(["diag", "full", "tied"])
    .default("full")
    .describe("A matrix per cluster (inferred): the ten latents of an autoencoder are correlated, and few."),
  restarts: z
    .int()
    .min(1)
    .default(20)
    .describe("k-means starts, of which the lowest inertia is where EM begins. As for AE + k-means."),
  clusterWhileLearning,
});

/**
 * An autoencoder, then a Gaussian mixture on its latent.
 *
 * Objective: (1/N) Σ ‖x - g(f(x))‖² / d; then EM for Σ_i log Σ_k π_k N(f(x_i) | μ_k, Σ_k), from k-means.
 */
export const aeGmm: System<z.output<typeof optionsSchema>> = {
  title: "AE + GMM",
  reference:
    "Jiang, Zheng, Tan, Tang, Zhou 2017, Variational Deep Embedding, IJCAI (the AE + GMM row); autoencoder of Xie et al. 2016",
  optionsSchema,
  // The schedule of AE + k-means.
  training: { epochs: 300, batchSize: 256, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const mixture = new GaussianMixture(parameters, clusters, options.latentSize, options.covariance);

    return {
      parameters,
      clusters,
      latent: "feature",
      ...autoencoderTraining(autoencoder, options.clusterWhileLearning, clusters, random),
      async finish(training) {
        const latents = autoencoder.latents(training);
        const settings = { clusters, restarts: options.restarts, maxIterations: 300, tolerance: 1e-4 };
        const start = fitKMeans(latents, settings, (restart) => random("k-means", restart));
        const mixtureOptions = { ...mixtureDefaults, components: clusters, covariance: options.covariance };
        mixture.set(fitMixture(latents, start, mixtureOptions), mixtureOptions);
        latents.dispose();
      },
      encode(x) {
        const feature = autoencoder.encode(x);
        const logs = mixture.logDensities(feature);
        return { cluster: tf.argMax(logs, 1), feature, probabilities: tf.softmax(logs) };
      },
      generator: { noise: 0, generate: (c) => autoencoder.decode(tf.matMul(c, mixture.means)) },
      reconstruct: (x) => autoencoder.decode(autoencoder.encode(x)),
      interpolate: (x, weights) => autoencoder.interpolate(x, weights),
    };
  },
};
