import { matMul, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitMixture, mixtureDefaults } from "../clustering/gmm/em.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { encodeAll } from "../encodeAll.js";
import { autoencoderOptions } from "../networks/autoencoder.js";
import { sampleGaussian } from "../networks/gaussian.js";
import { logPosterior, mixtureTerms, TrainedMixturePrior } from "../networks/mixturePrior.js";
import { ScaledVae } from "../networks/scaledVae.js";
import { clusterCount, clustersOption, kmeansSettings, restartsOption } from "../options.js";
import { autoencoderFor, likelihoodFor } from "../ownData.js";
import type { System, TrainingData } from "../system.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase, phase } from "../training/phases.js";
import { autoencoderPretraining, pretrainingSchedule } from "../training/pretraining.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  pretraining: autoencoderPretraining,
  restarts: restartsOption,
  likelihood: z
    .enum(["auto", "calibrated"])
    .optional()
    .describe(
      "-log p(x | z): by default as the paper, a Bernoulli or a squared error; calibrated: a Gaussian whose variance is the batch's mean squared error (ours), without which tables of few columns collapse.",
    ),
  decay: z
    .strictObject({
      epochs: z.int().min(1).default(10).describe("Epochs between two decays; 5 on Reuters."),
      factor: z.number().positive().max(1).default(0.9).describe("0.5 on Reuters."),
      least: z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe("Share of the learning rate that stays: 0.0002 of 0.002 in the authors' code on MNIST."),
    })
    .prefault({})
    .describe("Of the learning rate. Section 4.2."),
});

const fewColumns = 10;

/**
 * Variational deep embedding: a variational autoencoder whose prior is a mixture of Gaussians, one per cluster.
 *
 *   c ~ Cat(π),  z | c ~ N(μ_c, diag σ²_c),  x | z ~ Bernoulli(decoder(z)), or a Gaussian around it
 *   q(z | x) = N(μ̃(x), diag σ̃²(x)),  q(c | x) = γ_c = p(c | z) ∝ π_c N(z | μ_c, σ²_c), at one sample of z
 *
 * Equation 12 of the paper, negative, in nats per example:
 *
 *   L = -log p(x | z)                                                                    reconstruction
 *     + ½ Σ_c γ_c Σ_j (log σ²_cj + σ̃²_j / σ²_cj + (μ̃_j - μ_cj)² / σ²_cj)
 *     - ½ Σ_j (1 + log σ̃²_j)                                                             gaussian, both lines
 *     + Σ_c γ_c log(γ_c / π_c)                                                           categorical
 *
 * π is trained as logits and σ²_c as logarithms (ours), so that both stay in their range. Gradients flow through γ.
 *
 * Starts from an autoencoder through μ̃ and a diagonal mixture on it; without, the clusters collapse. The networks are the
 * stacked autoencoder's, with its parameters' names and its scaled input, so that one trained for DEC or AE + k-means
 * serves. For inputs in [0, 1] one thing differs: its decoder ends in the scaled input itself, this one in the logits of
 * a Bernoulli. The last layer is then refitted, as the logistic curve of the old output that has the least
 * cross-entropy; the layers before it, and with them the latent, stay as they were. Other data is reconstructed with
 * squared error in the scaled input, as in the authors' code for Reuters, so that nothing has to change.
 */
const vade: System<z.output<typeof optionsSchema>> = {
  title: "VaDE",
  reference:
    "Jiang, Zheng, Tan, Tang, Zhou 2017, Variational Deep Embedding: An Unsupervised and Generative Approach to Clustering, IJCAI",
  link: "https://arxiv.org/abs/1611.05148",
  optionsSchema,
  // Section 4.2, and 300 epochs on MNIST.
  training: { epochs: 300, batchSize: 100, optimizer: adam(2e-3) },
  comparedBy: "total",
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  // Seen without labels: with a squared error tables of two to four columns end in one cluster, with a calibrated Gaussian one
  // of 64 columns loses clusters.
  forData: (data) => ({ ...autoencoderFor(data), ...(data.d <= fewColumns && likelihoodFor(data)) }),

  build({ options, data, schedule, random }) {
    const { latentSize, decay } = options;
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const network = new ScaledVae(parameters, random, data, options);
    const prior = new TrainedMixturePrior(parameters, clusters, latentSize);
    const code = (x: tf.Tensor2D) => network.mean(x);

    const pretraining = phase(
      "pretraining",
      pretrainingSchedule(options.pretraining),
      ({ x }) => weighted({ reconstruction: network.loss(code(x), x) }),
      { pretraining: true, start: async (all) => network.fitScale(all) },
    );
    /** The mixture that the prior starts as, on the autoencoder's latent. */
    const start = async (all: TrainingData) => {
      network.useLogits(all);
      const latents = encodeAll(all, latentSize, code);
      const settings = kmeansSettings(clusters, options.restarts);
      const found = fitKMeans(latents, settings, (restart) => random("k-means", restart));
      const mixtureOptions = { ...mixtureDefaults, components: clusters, covariance: "diag" as const };
      prior.set(fitMixture(latents, found, mixtureOptions));
      latents.dispose();
    };
    const main = mainPhase(
      schedule,
      ({ x, random: noise }) => {
        const { mu, logSigma2 } = network.posterior(x);
        const sample = sampleGaussian(mu, logSigma2, noise("z"));
        return weighted({
          reconstruction: network.loss(sample, x),
          ...mixtureTerms(mu, logSigma2, sample, prior.value),
        });
      },
      {
        start,
        learningRate: (epoch) => Math.max(decay.least, decay.factor ** Math.floor(epoch / decay.epochs)),
      },
    );

    return {
      parameters,
      clusters,
      training: { phases: [pretraining, main] },
      encoder: {
        latent: "z",
        // γ at the mean of q(z | x).
        encode(x) {
          const z = code(x);
          const logs = logPosterior(z, prior.value);
          return { cluster: tf.argMax(logs, 1), z, probabilities: tf.exp(logs) };
        },
      },
      decoder: {
        generator: {
          noise: latentSize,
          conditional: true,
          generate: (noise, c) => network.decode(prior.draw(noise, c)),
        },
        reconstruct: (x) => network.decode(code(x)),
        interpolate: (x, weights) => network.decode(matMul(weights, code(x))),
      },
    };
  },
};
export default vade;
