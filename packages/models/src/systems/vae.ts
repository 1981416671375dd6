import { gaussianKl, matMul, Parameters, type tf } from "@gumbel/engine";
import { z } from "zod";
import { encodeAll } from "../encodeAll.js";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { likelihoodOf, likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { clusterCount, clustersOption, hiddenOption, kmeansSettings, restartsOption } from "../options.js";
import { likelihoodFor } from "../ownData.js";
import type { System } from "../system.js";
import { Centroids } from "../training/centroids.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  hidden: hiddenOption(
    [500],
    "Hidden layers of the encoder; the decoder is its mirror image. Section 5: 500 units on MNIST.",
  ),
  latentSize: z.int().min(1).default(10).describe("Size of z; 3 to 200 in figure 2, of which 10 (inferred)."),
  likelihood: likelihoodOption,
  restarts: restartsOption,
});

/**
 * The variational autoencoder; for clusters, k-means on the means of its latent.
 *
 *   q(z | x) = N(μ(x), diag σ²(x)),  p(z) = N(0, I)
 *   L = -E[log p(x | z)] + KL(q(z | x) ‖ p(z)), one sample of z
 *   KL = -½ Σ (1 + log σ² - μ² - σ²)
 *
 * ReLU in place of tanh, and Adam in place of Adagrad (ours: usual since).
 */
const vae: System<z.output<typeof optionsSchema>> = {
  title: "VAE",
  reference: "Kingma, Welling 2014, Auto-Encoding Variational Bayes, ICLR",
  link: "https://arxiv.org/abs/1312.6114",
  optionsSchema,
  // Batch 100 in the paper, section 5; epochs and rate inferred.
  training: { epochs: 100, batchSize: 100, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  forData: (data) => ({ hidden: [data.width], latentSize: data.latentSize, ...likelihoodFor(data) }),

  build({ options, data, schedule, random }) {
    const { hidden, latentSize } = options;
    const clusters = clusterCount(options.clusters, data);
    const likelihood = likelihoodOf(options.likelihood, data);
    const parameters = new Parameters();
    const hiddenUnits = hidden.at(-1) ?? data.d;
    const encoder = new DenseNetwork(parameters, random, "encoder", [data.d, ...hidden], "relu");
    const mean = new DenseLayer(parameters, random, "mean", hiddenUnits, latentSize);
    const logVariance = new DenseLayer(parameters, random, "logVariance", hiddenUnits, latentSize);
    const back = [latentSize, ...hidden.toReversed(), data.d];
    const decoder = new DenseNetwork(parameters, random, "decoder", back, "linear");
    const centroids = new Centroids(parameters, clusters, latentSize);

    const code = (x: tf.Tensor2D) => mean.apply(encoder.apply(x));
    const decode = (z: tf.Tensor2D) => likelihood.mean(decoder.apply(z));

    const main = mainPhase(schedule, ({ x, random: noise }) => {
      const h = encoder.apply(x);
      const mu = mean.apply(h);
      const logSigma2 = logVariance.apply(h);
      const sample = sampleGaussian(mu, logSigma2, noise("z"));
      return weighted({
        reconstruction: likelihood.loss(decoder.apply(sample), x),
        gaussian: gaussianKl(mu, logSigma2),
      });
    });

    return {
      parameters,
      clusters,
      training: {
        phases: [main],
        async finish(all) {
          const latents = encodeAll(all, latentSize, code);
          const settings = kmeansSettings(clusters, options.restarts);
          centroids.fit(latents, settings, (restart) => random("k-means", restart));
          latents.dispose();
        },
      },
      encoder: {
        latent: "z",
        encode(x) {
          const latent = code(x);
          return { cluster: centroids.nearest(latent), z: latent };
        },
      },
      decoder: {
        // The latent has no cluster of its own to draw from: the typical example of a cluster is its centroid, decoded.
        generator: { noise: 0, conditional: true, generate: (_noise, c) => decode(centroids.of(c)) },
        reconstruct: (x) => decode(code(x)),
        interpolate: (x, weights) => decode(matMul(weights, code(x))),
      },
    };
  },
};
export default vae;
