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
  clusteringWeight: z
    .number()
    .min(0)
    .default(0.1)
    .describe("γ, against the reconstruction. Guo et al. 2017, section 4.2."),
});

/**
 * Improved deep embedded clustering: DEC with the decoder kept, so that the latent still describes the input.
 *
 *   z = f(x),  q_ij ∝ (1 + ‖z_i - μ_j‖²)⁻¹                                   Student's t, one degree of freedom
 *   p_ij ∝ q_ij² / Σ_i' q_i'j                                                 every `updateInterval` steps
 *   L = (1/N) Σ ‖x - g(z)‖² / d + γ KL(P ‖ Q)
 *
 * It starts from the autoencoder and from k-means on its latent, and ends once the clusters stand still.
 */
export const idec: System<z.output<typeof optionsSchema>> = {
  title: "IDEC",
  reference:
    "Guo, Gao, Liu, Yin 2017, Improved Deep Embedded Clustering with Local Structure Preservation, IJCAI",
  optionsSchema,
  // Adam 1e-3 as there on MNIST (SGD elsewhere). The epochs are an upper bound (ours), as for DEC.
  training: { epochs: 100, batchSize: 256, learningRate: 1e-3 },

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
        const latent = autoencoder.encode(x);
        const reconstruction = autoencoder.reconstructionLoss(x, latent);
        const clustering = tf.mul<tf.Scalar>(layer.loss(latent, rows), options.clusteringWeight);
        return { total: tf.add(reconstruction, clustering), reconstruction, clustering };
      },
      encode: (x) => layer.encoding(autoencoder.encode(x)),
      generator: { noise: 0, generate: (c) => autoencoder.decode(tf.matMul(c, layer.centroids)) },
      reconstruct: (x) => autoencoder.decode(autoencoder.encode(x)),
      interpolate: (x, weights) => autoencoder.interpolate(x, weights),
    };
  },
};
