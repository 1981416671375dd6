import { bernoulliLoss, Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitMixture, mixtureDefaults } from "../clustering/gmm.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { autoencoderOptions, encodeAll, pretrainingOptions, unitScale } from "../networks/autoencoder.js";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { sampleGaussian } from "../networks/gaussian.js";
import { fitLogit } from "../networks/logit.js";
import { clusterCount, evenlySpaced, type Model, type System, type TrainingData } from "../system.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  ...autoencoderOptions,
  pretraining: pretrainingOptions,
  restarts: z
    .int()
    .min(1)
    .default(20)
    .describe("k-means starts, of which the lowest inertia is where the mixture begins. As for AE + GMM."),
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
 * π is trained as logits and σ²_c as logarithms (ours), so that both stay where they belong. Gradients flow through γ.
 *
 * Starts from an autoencoder through μ̃ and a diagonal mixture on it; without, the clusters collapse. The networks are the
 * stacked autoencoder's, with its parameters' names and its scaled input, so that one trained for DEC or AE + k-means
 * serves. For inputs in [0, 1] one thing differs: its decoder ends in the scaled input itself, this one in the logits of
 * a Bernoulli. The last layer is then refitted, as the logistic curve of the old output that has the least
 * cross-entropy; the layers before it, and with them the latent, stay as they were. Other data is reconstructed with
 * squared error in the scaled input, as in the authors' code for Reuters, so that nothing has to change.
 */
export const vade: System<z.output<typeof optionsSchema>> = {
  title: "VaDE",
  reference:
    "Jiang, Zheng, Tan, Tang, Zhou 2017, Variational Deep Embedding: An Unsupervised and Generative Approach to Clustering, IJCAI",
  optionsSchema,
  // Section 4.2, and 300 epochs on MNIST.
  training: { epochs: 300, batchSize: 100, learningRate: 2e-3 },

  build({ options, data, random }): Model {
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
    const shape: [number, number] = [clusters, latentSize];
    const prior = {
      logits: parameters.create("prior/logits", [clusters], new Float32Array(clusters)),
      means: parameters.create("prior/means", shape, new Float32Array(clusters * latentSize)),
      logVariances: parameters.create("prior/logVariances", shape, new Float32Array(clusters * latentSize)),
    };
    const priorNow = (): MixturePrior => ({
      logits: prior.logits.value as tf.Tensor1D,
      means: prior.means.value as tf.Tensor2D,
      logVariances: prior.logVariances.value as tf.Tensor2D,
    });

    const scaled = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, inputScale.value);
    const encode = (x: tf.Tensor2D): tf.Tensor2D => mean.apply(encoder.apply(scaled(x)));
    const loss = (decoded: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar =>
      bernoulli ? bernoulliLoss(decoded, x) : squaredError(decoded, scaled(x));
    const output = (latent: tf.Tensor2D): tf.Tensor2D => {
      const decoded = decoder.apply(latent);
      return bernoulli ? tf.sigmoid(decoded) : tf.div(decoded, inputScale.value);
    };

    /** Turns a decoder of the scaled input into one of logits. */
    const refitOutput = async (training: TrainingData): Promise<void> => {
      const rows = evenlySpaced(training.n, 2000);
      const values = training.rows(rows);
      const predictions = tf.tidy(() => {
        const decoded = decoder.apply(encode(tf.tensor2d(values, [rows.length, training.d])));
        return tf.div<tf.Tensor2D>(decoded, inputScale.value);
      });
      const { slope, offset } = fitLogit(predictions.dataSync<"float32">(), values);
      predictions.dispose();
      for (const parameter of parameters.all) {
        if (!parameter.name.startsWith(`decoder/${hidden.length}/`)) continue;
        tf.tidy(() => {
          const steeper = tf.mul(tf.div(parameter.value, inputScale.value), slope);
          parameter.assign(parameter.name.endsWith("/bias") ? tf.add(steeper, offset) : steeper);
        });
      }
    };

    return {
      parameters,
      clusters,
      latent: "z",

      pretraining: {
        ...options.pretraining,
        async start(training) {
          tf.tidy(() => {
            inputScale.assign(tf.scalar(unitScale(training)));
            logitOutput.assign(tf.scalar(1));
          });
        },
        objective({ x }) {
          const reconstruction = loss(decoder.apply(encode(x)), x);
          return { total: tf.clone(reconstruction), reconstruction };
        },
      },

      async start(training) {
        const ready = tf.tidy(() => logitOutput.value.dataSync()[0] === 1);
        if (bernoulli && !ready) await refitOutput(training);
        const latents = encodeAll(training, latentSize, encode);
        const settings = { clusters, restarts: options.restarts, maxIterations: 300, tolerance: 1e-4 };
        const start = fitKMeans(latents, settings, (restart) => random("k-means", restart));
        const fit = fitMixture(latents, start, {
          ...mixtureDefaults,
          components: clusters,
          covariance: "diag",
        });
        latents.dispose();
        tf.tidy(() => {
          logitOutput.assign(tf.scalar(1));
          prior.logits.assign(tf.tensor1d(Float32Array.from(fit.weights, Math.log)));
          prior.means.assign(tf.tensor2d(Float32Array.from(fit.means), shape));
          prior.logVariances.assign(tf.tensor2d(Float32Array.from(fit.covariances, Math.log), shape));
        });
      },

      learningRateFactor: (epoch) => Math.max(decay.least, decay.factor ** Math.floor(epoch / decay.epochs)),

      objective({ x, random: noise }) {
        const h = encoder.apply(scaled(x));
        const mu = mean.apply(h);
        const logSigma2 = logVariance.apply(h);
        const sample = sampleGaussian(mu, logSigma2, noise("z"));
        const reconstruction = loss(decoder.apply(sample), x);
        const { gaussian, categorical } = mixtureTerms(mu, logSigma2, sample, priorNow());
        const total = tf.add<tf.Scalar>(reconstruction, tf.add(gaussian, categorical));
        return { total, reconstruction, gaussian, categorical };
      },

      // γ at the mean of q(z | x).
      encode(x) {
        const latent = encode(x);
        const logs = logPosterior(latent, priorNow());
        return { cluster: tf.argMax(logs, 1), z: latent, probabilities: tf.exp(logs) };
      },
      generator: {
        noise: latentSize,
        generate(c, noise) {
          const { means, logVariances } = priorNow();
          const deviation = tf.exp(tf.mul(tf.matMul(c, logVariances), 0.5));
          return output(tf.add<tf.Tensor2D>(tf.matMul(c, means), tf.mul(deviation, noise)));
        },
      },
      reconstruct: (x) => output(encode(x)),
      interpolate: (x, weights) => output(tf.matMul(weights, encode(x))),
    };
  },
};

/** The prior of z: Σ_c π_c N(μ_c, diag σ²_c). */
export interface MixturePrior {
  /** log π up to a constant, [K] */
  logits: tf.Tensor1D;
  /** [K, z] */
  means: tf.Tensor2D;
  /** log σ²_c, [K, z] */
  logVariances: tf.Tensor2D;
}

/** log p(c | z). @param latent [batch, z] @returns [batch, K] */
function logPosterior(latent: tf.Tensor2D, { logits, means, logVariances }: MixturePrior): tf.Tensor2D {
  const squared = tf.square(tf.sub(tf.expandDims(latent, 1), means));
  // -½ log 2π is the same for every cluster.
  const inner = tf.sum(tf.add(logVariances, tf.mul(squared, tf.exp(tf.neg(logVariances)))), 2);
  return tf.logSoftmax(tf.sub<tf.Tensor2D>(logits, tf.mul(inner, 0.5)));
}

/**
 * The two terms of L that hold the prior, each a mean over the batch.
 *
 * @param mean μ̃, [batch, z]
 * @param logVariance log σ̃², [batch, z]
 * @param sample z ~ N(μ̃, σ̃²), [batch, z]
 */
export function mixtureTerms(
  mean: tf.Tensor2D,
  logVariance: tf.Tensor2D,
  sample: tf.Tensor2D,
  prior: MixturePrior,
): { gaussian: tf.Scalar; categorical: tf.Scalar } {
  const batch = mean.shape[0];
  const logGamma = logPosterior(sample, prior);
  const gamma = tf.exp(logGamma);
  // σ̃² + (μ̃ - μ_c)², [batch, K, z]
  const spread = tf.add(
    tf.expandDims(tf.exp(logVariance), 1),
    tf.square(tf.sub(tf.expandDims(mean, 1), prior.means)),
  );
  const relative = tf.mul(spread, tf.exp(tf.neg(prior.logVariances)));
  const energy = tf.sum(tf.add(prior.logVariances, relative), 2);
  const cross = tf.sum(tf.mul(gamma, energy));
  const entropy = tf.sum(tf.add(logVariance, 1));
  const logPi = tf.logSoftmax(prior.logits);
  return {
    gaussian: tf.mul<tf.Scalar>(tf.sub(cross, entropy), 0.5 / batch),
    categorical: tf.div<tf.Scalar>(tf.sum(tf.mul(gamma, tf.sub(logGamma, logPi))), batch),
  };
}
