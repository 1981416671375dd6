import { categoricalKl, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { gaussianDivergence, likelihoodOf, likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { temperatureAt } from "../networks/temperature.js";
import { clusterCount, type Model, type System } from "../system.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  hidden: z
    .array(z.int().min(1))
    .default([512, 512])
    .describe("Hidden layers of q(y | x), of q(z | x, y) and of the decoder. jariasf/GMVAE."),
  zSize: z.int().min(1).default(64).describe("Size of the Gaussian latent. jariasf/GMVAE."),
  likelihood: likelihoodOption,
  wReconstruction: z.number().min(0).default(1).describe("Weight of the reconstruction. jariasf/GMVAE."),
  wGaussian: z.number().min(0).default(1).describe("Weight of the Gaussian term. jariasf/GMVAE."),
  wCategorical: z.number().min(0).default(1).describe("Weight of the categorical term. jariasf/GMVAE."),
  temperature: z
    .strictObject({
      start: z.number().positive().default(1).describe("τ at the start."),
      end: z.number().positive().default(0.5).describe("Lowest τ."),
      decay: z.number().min(0).default(0.013862944).describe("r of τ·exp(-r·epoch): 0.5 after 50 epochs."),
    })
    .prefault({})
    .describe("Of the Gumbel-softmax. jariasf/GMVAE."),
});

/**
 * The Gaussian mixture VAE in its simpler form, as in jariasf/GMVAE: a latent whose prior is a learned Gaussian per
 * cluster, and the cluster by Gumbel-softmax. (Dilokthanakul et al. have a second Gaussian latent, w, for the prior.)
 *
 *   q(y | x) = Cat(softmax(logits(x))),  y ~ softmax((logits + G) / τ),  G = -log(-log U)
 *   q(z | x, y) = N(μ(x, y), diag σ²(x, y)),  p(z | y) = N(μ_y, diag σ_y²), both linear in y
 *   p(x | z): decoder
 *
 *   L = w_R L_R + w_G L_G + w_C L_C, each a mean over the batch in nats per example:
 *   L_R = -log p(x | z), one sample of y and z
 *   L_G = KL(q(z | x, y) ‖ p(z | y)) at that y, in closed form where the code takes one sample (ours: the same mean, no noise)
 *   L_C = KL(q(y | x) ‖ uniform) = Σ_k π_k log(K π_k)
 *
 * Variances are exponentials of the networks' outputs where the code has softplus (ours, as everywhere here).
 */
export const gmvae: System<z.output<typeof optionsSchema>> = {
  title: "GMVAE",
  reference:
    "Dilokthanakul et al. 2016, Deep Unsupervised Clustering with Gaussian Mixture Variational Autoencoders, arXiv:1611.02648; form and settings of jariasf/GMVAE",
  optionsSchema,
  // jariasf/GMVAE.
  training: { epochs: 100, batchSize: 64, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const { hidden, zSize, temperature } = options;
    const clusters = clusterCount(options.clusters, data);
    const likelihood = likelihoodOf(options.likelihood, data);
    const parameters = new Parameters();
    const network = (name: string, sizes: number[], output: "relu" | "linear") =>
      new DenseNetwork(parameters, random, name, sizes, output);

    const categorical = network("categorical", [data.d, ...hidden, clusters], "linear");
    const gaussian = network("gaussian", [data.d + clusters, ...hidden], "relu");
    const hiddenUnits = hidden.at(-1) ?? data.d + clusters;
    const mean = new DenseLayer(parameters, random, "mean", hiddenUnits, zSize);
    const logVariance = new DenseLayer(parameters, random, "logVariance", hiddenUnits, zSize);
    const priorMean = new DenseLayer(parameters, random, "priorMean", clusters, zSize);
    const priorLogVariance = new DenseLayer(parameters, random, "priorLogVariance", clusters, zSize);
    const decoder = network("decoder", [zSize, ...hidden.toReversed(), data.d], "linear");

    const latentOf = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D => gaussian.apply(tf.concat([x, y], 1));
    const output = (latent: tf.Tensor2D): tf.Tensor2D => likelihood.mean(decoder.apply(latent));

    return {
      parameters,
      clusters,
      latent: "z",

      objective({ x, epoch, random: noise }) {
        const batch = x.shape[0];
        const tau = temperatureAt(temperature, epoch);
        const logits = categorical.apply(x);
        const gumbel = tf.tensor2d(noise("gumbel").fill("gumbel", batch * clusters), [batch, clusters]);
        const y = tf.softmax(tf.div<tf.Tensor2D>(tf.add(logits, gumbel), tau));
        const h = latentOf(x, y);
        const mu = mean.apply(h);
        const logSigma2 = logVariance.apply(h);
        const sample = sampleGaussian(mu, logSigma2, noise("z"));

        const reconstruction = likelihood.loss(decoder.apply(sample), x);
        const divergence = gaussianDivergence(mu, logSigma2, priorMean.apply(y), priorLogVariance.apply(y));
        const terms = {
          reconstruction,
          gaussian: tf.mean(divergence) as tf.Scalar,
          categorical: categoricalKl(logits),
        };
        const total = tf.addN([
          tf.mul(terms.reconstruction, options.wReconstruction),
          tf.mul(terms.gaussian, options.wGaussian),
          tf.mul(terms.categorical, options.wCategorical),
        ]) as tf.Scalar;
        return { total, ...terms };
      },

      // z is the mean of q(z | x, y) at y = q(y | x).
      encode(x) {
        const logits = categorical.apply(x);
        const probabilities = tf.softmax(logits);
        return {
          cluster: tf.argMax(logits, 1),
          z: mean.apply(latentOf(x, probabilities)),
          probabilities,
        };
      },
      generator: {
        noise: zSize,
        generate(c, noise) {
          const deviation = tf.exp(tf.mul(priorLogVariance.apply(c), 0.5));
          return output(tf.add<tf.Tensor2D>(priorMean.apply(c), tf.mul(deviation, noise)));
        },
      },
      reconstruct: (x) => output(mean.apply(latentOf(x, tf.softmax(categorical.apply(x))))),
      interpolate: (x, weights) =>
        output(tf.matMul(weights, mean.apply(latentOf(x, tf.softmax(categorical.apply(x)))))),
    };
  },
};
