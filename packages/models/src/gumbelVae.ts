import { bernoulliLoss, categoricalKl, gaussianKl, Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "./clustering/kmeans.js";
import { ConvDecoder, ConvEncoder } from "./networks/conv.js";
import { DenseLayer, DenseNetwork } from "./networks/dense.js";
import { clusterCount, evenlySpaced, type Model, type System, type TrainingData } from "./system.js";

/** Examples that k-means at the start is fitted to. */
const kmeansExamples = 20_000;

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  network: z
    .enum(["dense", "conv"])
    .default("dense")
    .describe("g and the decoder: fully connected, or the author's convolutions."),
  hidden: z
    .array(z.int().min(1))
    .default([500, 500])
    .describe("Hidden layers of the dense network (inferred; 512-512 in jariasf/GMVAE)."),
  featureSize: z.int().min(1).default(200).describe("Size of x̂ = g(x). 150 or 200 in the author's code."),
  zSize: z.int().min(1).default(64).describe("Size of the Gaussian latent. 64 to 150 in the author's code."),
  likelihood: z
    .enum(["auto", "bernoulli", "gaussian"])
    .default("auto")
    .describe("L_R: cross-entropy or squared error; auto takes the first for inputs in [0, 1]."),
  wC: z.number().min(0).default(1).describe("Weight of L_C."),
  wG: z
    .number()
    .min(0)
    .default(4)
    .describe("Weight of L_G. The lever: at 1 the categorical is ignored (the thesis' own curve)."),
  kmeansStart: z
    .strictObject({
      weight: z
        .number()
        .positive()
        .default(20)
        .describe("Weight of the cross-entropy at the start, in nats of L."),
      epochs: z.number().positive().default(1).describe("Epochs after which it has faded to nothing."),
      restarts: z.int().min(1).default(5).describe("k-means starts, of which the lowest inertia is kept."),
    })
    .nullable()
    .default(null)
    .describe(
      "Draws q(c | x) towards k-means of the input at first (ours, after DEC's and VaDE's starts); null as published.",
    ),
  temperature: z
    .strictObject({
      start: z.number().positive().default(1).describe("τ at the start."),
      end: z.number().positive().default(1).describe("Lowest τ; 0.5 in the author's code."),
      decay: z
        .number()
        .min(0)
        .default(0)
        .describe("r of τ·exp(-r·epoch); 0.0069 to 0.0139 in the author's code."),
    })
    .prefault({}),
});

/**
 * The unsupervised method proposed in Arias Figueroa and Ramírez Rivera, *Is Simple Better? Revisiting Simple
 * Generative Models for Unsupervised Clustering*, NIPS Workshop on Bayesian Deep Learning 2017.
 *
 *   x → x̂ = g(x), deterministic
 *   q(z | x̂) = N(μ(x̂), diag σ²(x̂)),  q(c | x̂) = Cat(π(x̂)),  π = softmax(logits)
 *   c ~ softmax((logits + G) / τ),  G = -log(-log U)          (Gumbel-softmax)
 *   p(x | z, c): decoder of dense(z) + dense(c)
 *
 *   L = L_R + w_C L_C + w_G L_G, each a mean over the batch in nats per example:
 *   L_R = -Σ (x log x̃ + (1 - x) log(1 - x̃))  or  ‖x - x̃‖²
 *   L_C = KL(Cat(π) ‖ uniform) = Σ_k π_k log(K π_k)
 *   L_G = KL(q(z | x̂) ‖ N(0, I)) = -½ Σ (1 + log σ² - μ² - σ²)
 *
 * Which optimum a run falls into is decided in its first epoch. With `kmeansStart`, which is not of the paper, a fading
 * term -log q(k | x), k the nearest centroid of k-means on the inputs, is added there: no label is used.
 */
export const gumbelVae: System<z.output<typeof optionsSchema>> = {
  title: "Gumbel-softmax VAE",
  reference:
    "Arias Figueroa, Ramírez Rivera 2017, Is Simple Better? Revisiting Simple Generative Models for Unsupervised Clustering, NIPS workshop",
  optionsSchema,
  // 100 to 300 epochs, batch 64 to 200 and Adam at 1e-3 in the author's code.
  training: { epochs: 100, batchSize: 128, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const { featureSize, zSize, hidden, wC, wG, temperature } = options;
    const clusters = clusterCount(options.clusters, data);
    const bernoulli =
      options.likelihood === "auto" ? data.range === "unit" : options.likelihood === "bernoulli";
    const parameters = new Parameters();

    // g and the body of the decoder.
    let g: (x: tf.Tensor2D, training: boolean) => tf.Tensor2D;
    let body: (h: tf.Tensor2D, training: boolean) => tf.Tensor2D;
    if (options.network === "conv") {
      const encoder = new ConvEncoder(parameters, random, "encoder", data.shape, featureSize);
      const decoder = new ConvDecoder(parameters, random, "decoder", data.shape, featureSize);
      g = (x, training) => encoder.apply(x, training);
      body = (h, training) => decoder.apply(h, training);
    } else {
      const encoder = new DenseNetwork(
        parameters,
        random,
        "encoder",
        [data.d, ...hidden, featureSize],
        "relu",
      );
      const decoder = new DenseNetwork(
        parameters,
        random,
        "decoder",
        [featureSize, ...hidden.toReversed(), data.d],
        "linear",
      );
      g = (x) => encoder.apply(x);
      body = (h) => decoder.apply(h);
    }
    const mean = new DenseLayer(parameters, random, "mean", featureSize, zSize);
    const logVariance = new DenseLayer(parameters, random, "logVariance", featureSize, zSize);
    const logits = new DenseLayer(parameters, random, "logits", featureSize, clusters);
    const fromZ = new DenseLayer(parameters, random, "fromZ", zSize, featureSize);
    const fromC = new DenseLayer(parameters, random, "fromC", clusters, featureSize);

    const { kmeansStart } = options;
    const centroids = kmeansStart
      ? parameters.create("start/centroids", [clusters, data.d], new Float32Array(clusters * data.d), {
          trainable: false,
        })
      : undefined;
    /** The cross-entropy of q(c | x) against k-means, weighted; zero once it has faded. */
    const startTerm = (x: tf.Tensor2D, scores: tf.Tensor2D, epoch: number): tf.Scalar => {
      if (!kmeansStart || !centroids || epoch >= kmeansStart.epochs) return tf.scalar(0);
      const nearest = tf.argMin<tf.Tensor1D>(relativeDistances(x, centroids.value as tf.Tensor2D), 1);
      const target = tf.cast(tf.oneHot(nearest, clusters), "float32");
      const entropy = tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(scores)), 1)));
      return tf.mul(entropy, kmeansStart.weight * (1 - epoch / kmeansStart.epochs));
    };

    /** Logits of x̃ (Bernoulli) or x̃ itself (Gaussian). */
    const decode = (latent: tf.Tensor2D, c: tf.Tensor2D, training: boolean): tf.Tensor2D =>
      body(tf.relu(tf.add<tf.Tensor2D>(fromZ.apply(latent), fromC.apply(c))), training);
    const output = (latent: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D => {
      const decoded = decode(latent, c, false);
      return bernoulli ? tf.sigmoid(decoded) : decoded;
    };

    return {
      parameters,
      clusters,
      latent: "feature",

      ...(kmeansStart && {
        async start(training: TrainingData) {
          const rows = evenlySpaced(training.n, kmeansExamples);
          tf.tidy(() => {
            const points = tf.tensor2d(training.rows(rows), [rows.length, training.d]);
            const settings = {
              clusters,
              restarts: kmeansStart.restarts,
              maxIterations: 100,
              tolerance: 1e-4,
            };
            const fit = fitKMeans(points, settings, (restart) => random("k-means", restart));
            centroids!.assign(tf.tensor2d(fit.centroids, [clusters, data.d]));
          });
        },
      }),

      objective({ x, epoch, random: noise }) {
        const batch = x.shape[0];
        const tau = Math.max(
          temperature.end,
          temperature.start * Math.exp(-temperature.decay * Math.floor(epoch)),
        );

        const feature = g(x, true);
        const mu = mean.apply(feature);
        const logSigma2 = logVariance.apply(feature);
        const scores = logits.apply(feature);

        const gumbel = tf.tensor2d(noise("gumbel").fill("gumbel", batch * clusters), [batch, clusters]);
        const c = tf.softmax(tf.div<tf.Tensor2D>(tf.add(scores, gumbel), tau));
        const normal = tf.tensor2d(noise("z").fill("normal", batch * zSize), [batch, zSize]);
        const sample = tf.add<tf.Tensor2D>(mu, tf.mul(tf.exp(tf.mul(logSigma2, 0.5)), normal));

        const decoded = decode(sample, c, true);
        const reconstruction = bernoulli ? bernoulliLoss(decoded, x) : squaredError(decoded, x);
        const categorical = categoricalKl(scores);
        const gaussian = gaussianKl(mu, logSigma2);
        const elbo = tf.add(reconstruction, tf.add(tf.mul(categorical, wC), tf.mul(gaussian, wG)));
        if (!kmeansStart) return { total: elbo as tf.Scalar, reconstruction, categorical, gaussian };
        const start = startTerm(x, scores, epoch);
        return { total: tf.add<tf.Scalar>(elbo, start), reconstruction, categorical, gaussian, start };
      },

      encode(x) {
        const feature = g(x, false);
        const scores = logits.apply(feature);
        return {
          cluster: tf.argMax(scores, 1),
          feature,
          z: mean.apply(feature),
          probabilities: tf.softmax(scores),
        };
      },
      generator: { noise: zSize, generate: (c, noise) => output(noise, c) },
      restyle: (x, c) => output(mean.apply(g(x, false)), c),
      reconstruct(x) {
        const feature = g(x, false);
        return output(mean.apply(feature), tf.softmax(logits.apply(feature)));
      },
    };
  },
};
