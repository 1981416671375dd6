import { Parameters, tf } from "@gumbel/engine";
import { fitUmap } from "@gumbel/projection";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { fitMixture, type MixtureResult, mixtureDefaults } from "../clustering/gmm/em.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { GaussianMixture } from "../networks/gaussianMixture.js";
import { ReferenceEmbedding } from "../networks/referenceEmbedding.js";
import { clusterCount, clustersOption, kmeansSettings } from "../options.js";
import { autoencoderFor } from "../ownData.js";
import type { System } from "../system.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { latentsOf } from "../training/pretraining.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  neighbours: z
    .int()
    .min(2)
    .default(20)
    .describe("UMAP's neighbours, the point itself among them. The authors' code."),
  minimumDistance: z.number().min(0).default(0).describe("UMAP's min_dist. The authors' code."),
  dimensions: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Of the embedding; null takes K, as the authors' code."),
  umapExamples: z
    .int()
    .min(3)
    .nullable()
    .default(null)
    .describe(
      "UMAP is fitted to at most so many examples, evenly spaced; null takes all of them, as the paper.",
    ),
  restarts: z
    .int()
    .min(1)
    .default(20)
    .describe("Mixtures that are fitted, each from k-means; the most likely one is taken (ours)."),
});

/**
 * N2D, "not too deep" clustering: an autoencoder, UMAP on its latent, a Gaussian mixture on the embedding.
 *
 *   z = f(x) of the autoencoder, trained on (1/N) Σ ‖x - g(f(x))‖² / d alone
 *   e = UMAP(z), in K dimensions
 *   cluster = argmax_k π_k N(e | μ_k, Σ_k), Σ_k full
 *
 * UMAP is fitted to the latents of `umapExamples` examples, the references. Any example lies at the mean of its nearest
 * references' positions, weighted by 1 / squared distance (ours; UMAP's own transform starts like that, and then moves on by
 * gradients). A reference keeps its position of UMAP.
 */
const n2d: System<z.output<typeof optionsSchema>> = {
  title: "N2D",
  reference:
    "McConville, Santos-Rodríguez, Piechocki, Craddock 2020, N2D: (Not Too) Deep Clustering via Clustering the Local Manifold of an Autoencoded Embedding, ICPR",
  link: "https://arxiv.org/abs/1908.05968",
  optionsSchema,
  // The authors' code.
  training: { epochs: 1000, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: "reconstruction",
  small: { hidden: [12], latentSize: 4, neighbours: 5, restarts: 3 },
  forData: (data) => ({
    ...autoencoderFor(data),
    neighbours: Math.min(20, Math.ceil(data.n / 3)),
    ...(data.n > 10_000 && { umapExamples: 10_000 }),
  }),

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const dimensions = options.dimensions ?? clusters;
    const { latentSize } = options;
    const count = Math.min(options.umapExamples ?? data.examples, data.examples);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const embedding = new ReferenceEmbedding(parameters, {
      count,
      latentSize,
      dimensions,
      neighbours: options.neighbours,
    });
    const mixture = new GaussianMixture(parameters, clusters, dimensions, "full");

    const main = mainPhase(
      schedule,
      ({ x }) => weighted({ reconstruction: autoencoder.reconstructionLoss(x) }),
      { start: async (all) => autoencoder.fitScale(all) },
    );

    return {
      parameters,
      clusters,
      training: {
        phases: [main],
        async finish(all) {
          const chosen = Int32Array.from(evenlySpaced(all.n, count));
          const latents = latentsOf(autoencoder, all);
          const sample: tf.Tensor2D = tf.tidy(() => tf.gather(latents, tf.tensor1d(chosen, "int32")));
          const { neighbours, minimumDistance } = options;
          const settings = { dimensions, neighbours, minimumDistance };
          const embedded = await fitUmap(sample.dataSync<"float32">(), latentSize, settings, random("umap"));
          const points = tf.tensor2d(embedded, [count, dimensions]);
          embedding.set(sample, points);
          const mixtureOptions = { ...mixtureDefaults, components: clusters, covariance: "full" as const };
          let best: MixtureResult | undefined;
          for (let restart = 0; restart < options.restarts; restart++) {
            const start = fitKMeans(points, kmeansSettings(clusters, 1), () => random("k-means", restart));
            const fit = fitMixture(points, start, mixtureOptions);
            if (!best || fit.logLikelihood > best.logLikelihood) best = fit;
            // Lets a signal to stop through.
            await new Promise(setImmediate);
          }
          mixture.set(best!, mixtureOptions);
          tf.dispose([latents, sample, points]);
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          const z = autoencoder.encode(x);
          const feature = embedding.apply(z);
          const logs = mixture.logDensities(feature);
          return { cluster: tf.argMax(logs, 1), feature, z, probabilities: tf.softmax(logs) };
        },
        // The manifold is found at the end; until then there is the autoencoder's latent.
        encodeDuringTraining: (x) => ({ feature: autoencoder.encode(x) }),
      },
      decoder: autoencoder.decoder(),
    };
  },
};
export default n2d;
