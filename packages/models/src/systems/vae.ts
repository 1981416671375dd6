import { gaussianKl, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import { encodeAll } from "../networks/autoencoder.js";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { likelihoodOf, likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { clusterCount, type Model, type System } from "../system.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  hidden: z
    .array(z.int().min(1))
    .default([500])
    .describe(
      "Hidden layers of the encoder; the decoder is its mirror image. Section 5: 500 units on MNIST.",
    ),
  latentSize: z.int().min(1).default(10).describe("Size of z; 3 to 200 in figure 2, of which 10 (inferred)."),
  likelihood: likelihoodOption,
  restarts: z.int().min(1).default(20).describe("k-means starts. As for AE + k-means."),
});

/**
 * The variational autoencoder; for clusters, k-means on the means of its latent.
 *
 *   q(z | x) = N(μ(x), diag σ²(x)),  p(z) = N(0, I)
 *   L = -E[log p(x | z)] + KL(q(z | x) ‖ p(z)), one sample of z
 *   KL = -½ Σ (1 + log σ² - μ² - σ²)
 *
 * ReLU where the paper has tanh, and Adam for Adagrad (ours: what is usual since).
 */
export const vae: System<z.output<typeof optionsSchema>> = {
  title: "VAE",
  reference: "Kingma, Welling 2014, Auto-Encoding Variational Bayes, ICLR",
  optionsSchema,
  // Batch 100 in the paper, section 5; epochs and rate inferred.
  training: { epochs: 100, batchSize: 100, learningRate: 1e-3 },

  build({ options, data, random }): Model {
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
    const shape: [number, number] = [clusters, latentSize];
    const zeros = new Float32Array(clusters * latentSize);
    const centroids = parameters.create("centroids", shape, zeros, { trainable: false });

    const encode = (x: tf.Tensor2D): tf.Tensor2D => mean.apply(encoder.apply(x));
    const output = (latent: tf.Tensor2D): tf.Tensor2D => likelihood.mean(decoder.apply(latent));

    return {
      parameters,
      clusters,
      latent: "z",
      objective({ x, random: noise }) {
        const h = encoder.apply(x);
        const mu = mean.apply(h);
        const logSigma2 = logVariance.apply(h);
        const sample = sampleGaussian(mu, logSigma2, noise("z"));
        const reconstruction = likelihood.loss(decoder.apply(sample), x);
        const gaussian = gaussianKl(mu, logSigma2);
        return { total: tf.add<tf.Scalar>(reconstruction, gaussian), reconstruction, gaussian };
      },
      async finish(training) {
        const latents = encodeAll(training, latentSize, encode);
        const settings = { clusters, restarts: options.restarts, maxIterations: 300, tolerance: 1e-4 };
        const fit = fitKMeans(latents, settings, (restart) => random("k-means", restart));
        latents.dispose();
        tf.tidy(() => centroids.assign(tf.tensor2d(fit.centroids, shape)));
      },
      encode(x) {
        const latent = encode(x);
        return {
          cluster: tf.argMin(relativeDistances(latent, centroids.value as tf.Tensor2D), 1),
          z: latent,
        };
      },
      // The latent has no cluster of its own to draw from: a cluster's typical example is its centroid, decoded.
      generator: { noise: 0, generate: (c) => output(tf.matMul(c, centroids.value as tf.Tensor2D)) },
      reconstruct: (x) => output(encode(x)),
      interpolate: (x, weights) => output(tf.matMul(weights, encode(x))),
    };
  },
};
