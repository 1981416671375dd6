import { Parameters } from "@gumbel/engine";
import { z } from "zod";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { clusterCount, clustersOption, kmeansSettings, restartsOption } from "../options.js";
import { autoencoderFor } from "../ownData.js";
import type { System } from "../system.js";
import { Centroids } from "../training/centroids.js";
import { clusterWhileLearning, learnAndCluster } from "../training/clusterWhileLearning.js";
import { adam } from "../training/phases.js";
import { latentsOf } from "../training/pretraining.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  restarts: restartsOption,
  clusterWhileLearning,
});

/**
 * An autoencoder, then k-means on its latent: the baseline from which DEC and its kin start.
 *
 * Objective: (1/N) Σ ‖x - g(f(x))‖² / d; then k-means on z = f(x). Trained end to end by Adam; the layer-wise denoising
 * phase of the paper is left out.
 */
const aeKmeans: System<z.output<typeof optionsSchema>> = {
  title: "AE + k-means",
  reference:
    "Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering Analysis, ICML (the AE + k-means row)",
  link: "https://arxiv.org/abs/1511.06335",
  optionsSchema,
  // 300 epochs end to end is DEC's schedule after the layer-wise phase; batch and rate as there and in IDEC.
  training: { epochs: 300, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: "reconstruction",
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  forData: autoencoderFor,

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const centroids = new Centroids(parameters, clusters, options.latentSize);
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
          centroids.fit(latents, settings, (restart) => random("k-means", restart));
          latents.dispose();
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          const feature = autoencoder.encode(x);
          return { cluster: centroids.nearest(feature), feature };
        },
        encodeDuringTraining,
      },
      decoder: autoencoder.decoder((c) => centroids.of(c)),
    };
  },
};
export default aeKmeans;
