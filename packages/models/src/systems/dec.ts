import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { Autoencoder, autoencoderOptions, pretrainingOptions } from "../networks/autoencoder.js";
import { clusterCount, type Model, type System } from "../system.js";
import { StudentTClusters, selfTrainingOptions } from "../training/studentT.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  ...autoencoderOptions,
  pretraining: pretrainingOptions,
  ...selfTrainingOptions,
});

/**
 * Deep embedded clustering: the encoder of a trained autoencoder and centroids, trained together towards assignments more
 * certain than their own.
 *
 *   z = f(x),  q_ij ∝ (1 + ‖z_i - μ_j‖²)⁻¹                                   Student's t, one degree of freedom
 *   p_ij ∝ q_ij² / Σ_i' q_i'j                                                 every `updateInterval` steps
 *   L = KL(P ‖ Q) = (1/N) Σ_i Σ_j p_ij log(p_ij / q_ij)
 *
 * It starts from the autoencoder and from k-means on its latent, and ends once the clusters stand still. The decoder is
 * not trained on, so that nothing can be reconstructed from the finished latent. As for AE + k-means, the layer-wise
 * denoising phase before the autoencoder's training end to end is left out.
 */
export const dec: System<z.output<typeof optionsSchema>> = {
  title: "DEC",
  reference: "Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering Analysis, ICML",
  optionsSchema,
  // Section 4.3, with momentum 0.9. There the clusters alone end the training; the epochs are an upper bound (ours).
  training: { epochs: 100, batchSize: 256, learningRate: 0.01, optimizer: "sgd" },

  build({ options, data, random }): Model {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const layer = new StudentTClusters(parameters, clusters, options.latentSize, options);

    return {
      parameters,
      clusters,
      latent: "feature",
      state: layer.state,
      pretraining: autoencoder.pretraining(options.pretraining),
      async start(training) {
        layer.start(autoencoder.latents(training), (restart) => random("k-means", restart));
      },
      beforeStep: async (at, training) => layer.beforeStep(at, () => autoencoder.latents(training)),
      objective({ x, rows }) {
        const clustering = layer.loss(autoencoder.encode(x), rows);
        return { total: tf.clone(clustering), clustering };
      },
      encode: (x) => layer.encoding(autoencoder.encode(x)),
    };
  },
};
