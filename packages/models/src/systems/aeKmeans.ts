import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { clusterCount, type Model, type System } from "../system.js";
import { autoencoderTraining, clusterWhileLearning } from "../training/whileLearning.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  ...autoencoderOptions,
  restarts: z.int().min(1).default(20).describe("k-means starts. Xie et al. 2016, section 4.3."),
  clusterWhileLearning,
});

/**
 * An autoencoder, then k-means on its latent: the baseline from which DEC and its kin start.
 *
 * Objective: (1/N) Σ ‖x - g(f(x))‖² / d; then k-means on z = f(x). Trained end to end by Adam; the layer-wise denoising
 * phase of the paper is left out.
 */
export const aeKmeans: System<z.output<typeof optionsSchema>> = {
  title: "AE + k-means",
  reference:
    "Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering Analysis, ICML (the AE + k-means row)",
  optionsSchema,
  // 300 epochs end to end is DEC's schedule after the layer-wise phase; batch and rate as there and in IDEC.
  training: { epochs: 300, batchSize: 256, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const shape: [number, number] = [clusters, options.latentSize];
    const zeros = new Float32Array(shape[0] * shape[1]);
    const centroids = parameters.create("centroids", shape, zeros, { trainable: false });

    return {
      parameters,
      clusters,
      latent: "feature",
      ...autoencoderTraining(autoencoder, options.clusterWhileLearning, clusters, random),
      async finish(training) {
        const latents = autoencoder.latents(training);
        const settings = { clusters, restarts: options.restarts, maxIterations: 300, tolerance: 1e-4 };
        const fit = fitKMeans(latents, settings, (restart) => random("k-means", restart));
        latents.dispose();
        tf.tidy(() => centroids.assign(tf.tensor2d(fit.centroids, shape)));
      },
      encode(x) {
        const feature = autoencoder.encode(x);
        return { cluster: tf.argMin(relativeDistances(feature, centroids.value as tf.Tensor2D), 1), feature };
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
