import { Parameters } from "@gumbel/engine";
import { z } from "zod";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { clusterCount, clustersOption } from "../options.js";
import { autoencoderFor } from "../ownData.js";
import type { System } from "../system.js";
import { weighted } from "../training/objective.js";
import { mainPhase, sgd } from "../training/phases.js";
import { autoencoderPhase, autoencoderPretraining, latentsOf } from "../training/pretraining.js";
import { StudentTClusters, studentTOptions } from "../training/studentT.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  pretraining: autoencoderPretraining,
  ...studentTOptions,
});

/**
 * Deep embedded clustering: the encoder of a trained autoencoder and centroids, trained together towards assignments more
 * certain than their own.
 *
 *   z = f(x),  q_ij ∝ (1 + ‖z_i - μ_j‖²)⁻¹                                   Student's t, one degree of freedom
 *   p_ij ∝ q_ij² / Σ_i' q_i'j                                                 every `updateInterval` steps
 *   L = KL(P ‖ Q) = (1/N) Σ_i Σ_j p_ij log(p_ij / q_ij)
 *
 * It starts from the autoencoder and from k-means on its latent, and ends once the clusters no longer change. The decoder is
 * not trained on, so that nothing can be reconstructed from the finished latent. As for AE + k-means, the layer-wise
 * denoising phase before the autoencoder's training end to end is left out.
 */
const dec: System<z.output<typeof optionsSchema>> = {
  title: "DEC",
  reference: "Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering Analysis, ICML",
  link: "https://arxiv.org/abs/1511.06335",
  optionsSchema,
  // Section 4.3, with momentum 0.9. There the clusters alone end the training; the epochs are an upper bound (ours).
  training: { epochs: 100, batchSize: 256, optimizer: sgd(0.01) },
  comparedBy: null,
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  forData: autoencoderFor,

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const layer = new StudentTClusters(parameters, clusters, options.latentSize, options);

    const pretraining = autoencoderPhase(autoencoder, options.pretraining);
    const main = mainPhase(
      schedule,
      ({ x, rows }) => weighted({ clustering: layer.loss(autoencoder.encode(x), rows) }),
      {
        start: async (all) => layer.start(latentsOf(autoencoder, all), (i) => random("k-means", i)),
        beforeStep: async (at, all) => layer.beforeStep(at, () => latentsOf(autoencoder, all)),
      },
    );
    return {
      parameters,
      clusters,
      training: { phases: [pretraining, main], state: layer.state },
      encoder: { latent: "feature", encode: (x) => layer.encoding(autoencoder.encode(x)) },
      decoder: {},
    };
  },
};
export default dec;
