import { bernoulliLoss, div, matMul, mul, Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitMixture, mixtureDefaults } from "../clustering/gmm/em.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { autoencoderOptions, unitScale } from "../networks/autoencoder.js";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { sampleGaussian } from "../networks/gaussian.js";
import { refitAsLogits } from "../networks/logit.js";
import { logPosterior, mixtureTerms, TrainedMixturePrior } from "../networks/mixturePrior.js";
import { clusterCount, clustersOption, kmeansSettings, restartsOption } from "../options.js";
import type { System, TrainingData } from "../system.js";
import { encodeAll } from "../training/encodeAll.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase, phase } from "../training/phases.js";
import { autoencoderPretraining, pretrainingSchedule } from "../training/pretraining.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  pretraining: autoencoderPretraining,
  restarts: restartsOption,
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
  optionsSchema,
  // Section 4.2, and 300 epochs on MNIST.
  training: { epochs: 300, batchSize: 100, optimizer: adam(2e-3) },
  comparedBy: "total",
  small: { hidden: [12], latentSize: 4, restarts: 3 },

  build({ options, data, schedule, random }) {
    const { hidden, latentSize, decay } = options;
    const clusters = clusterCount(options.clusters, data);
    const bernoulli = data.range === "unit";
    const parameters = new Parameters();
    const hiddenUnits = hidden.at(-1) ?? data.d;
    const encoder = new DenseNetwork(parameters, random, "encoder", [data.d, ...hidden], "relu");
    const mean = new DenseLayer(parameters, random, `encoder/${hidden.length}`, hiddenUnits, latentSize);
    const logVariance = new DenseLayer(parameters, random, "logVariance", hiddenUnits, latentSize);
    const back = [latentSize, ...hidden.toReversed(), data.d];
    const decoder = new DenseNetwork(parameters, random, "decoder", back, "linear");
    const inputScale = parameters.create("inputScale", [], Float32Array.of(1), { trainable: false });
    // 1 once the decoder's output is logits. An autoencoder from elsewhere has no such parameter and leaves it at 0.
    const logitOutput = parameters.create("logitOutput", [], Float32Array.of(0), { trainable: false });
    const prior = new TrainedMixturePrior(parameters, clusters, latentSize);

    const scaled = (x: tf.Tensor2D) => mul(x, inputScale.value);
    const code = (x: tf.Tensor2D) => mean.apply(encoder.apply(scaled(x)));
    const loss = (decoded: tf.Tensor2D, x: tf.Tensor2D) =>
      bernoulli ? bernoulliLoss(decoded, x) : squaredError(decoded, scaled(x));
    const decode = (latent: tf.Tensor2D): tf.Tensor2D => {
      const decoded = decoder.apply(latent);
      return bernoulli ? tf.sigmoid(decoded) : div(decoded, inputScale.value);
    };

    const pretraining = phase(
      "pretraining",
      pretrainingSchedule(options.pretraining),
      ({ x }) => weighted({ reconstruction: loss(decoder.apply(code(x)), x) }),
      {
        pretraining: true,
        async start(all) {
          tf.tidy(() => {
            inputScale.assign(tf.scalar(unitScale(all)));
            logitOutput.assign(tf.scalar(1));
          });
        },
      },
    );

    /** The mixture that the prior starts as, on the autoencoder's latent. */
    const start = async (all: TrainingData) => {
      const ready = tf.tidy(() => logitOutput.value.dataSync()[0] === 1);
      if (bernoulli && !ready) {
        const last = parameters.all.filter(({ name }) => name.startsWith(`decoder/${hidden.length}/`));
        refitAsLogits(last, inputScale, all, (x) => decoder.apply(code(x)));
      }
      const latents = encodeAll(all, latentSize, code);
      const settings = kmeansSettings(clusters, options.restarts);
      const found = fitKMeans(latents, settings, (restart) => random("k-means", restart));
      const mixtureOptions = { ...mixtureDefaults, components: clusters, covariance: "diag" as const };
      prior.set(fitMixture(latents, found, mixtureOptions));
      latents.dispose();
      tf.tidy(() => logitOutput.assign(tf.scalar(1)));
    };

    const main = mainPhase(
      schedule,
      ({ x, random: noise }) => {
        const h = encoder.apply(scaled(x));
        const mu = mean.apply(h);
        const logSigma2 = logVariance.apply(h);
        const sample = sampleGaussian(mu, logSigma2, noise("z"));
        return weighted({
          reconstruction: loss(decoder.apply(sample), x),
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
          generate: (noise, c) => decode(prior.draw(noise, c)),
        },
        reconstruct: (x) => decode(code(x)),
        interpolate: (x, weights) => decode(matMul(weights, code(x))),
      },
    };
  },
};
export default vade;
