import { UserError } from "@gumbel/config";
import {
  bernoulliLoss,
  categoricalKl,
  gaussianKl,
  type NamedArray,
  type Objective,
  Parameters,
  relu,
  squaredError,
  tf,
} from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import { encodeAll } from "../networks/autoencoder.js";
import { DenseLayer } from "../networks/dense.js";
import { encoderAndDecoder } from "../networks/encoderDecoder.js";
import { sampleGaussian } from "../networks/gaussian.js";
import { temperatureAt, temperatureOption } from "../networks/temperature.js";
import { clusterCount, evenlySpaced, type Model, type System } from "../system.js";
import { warped, warpSchema } from "../training/augmentation.js";
import { meanKl, rowsOf, sharpened } from "../training/targets.js";

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
  wR: z.number().min(0).optional().describe("Weight of L_R; 1 if absent. 1 to 9 in the thesis' sweep."),
  wC: z.number().min(0).default(1).describe("Weight of L_C."),
  wG: z
    .number()
    .min(0)
    .default(4)
    .describe("Weight of L_G. The lever: at 1 the categorical is ignored (the thesis' own curve)."),
  autoencoderStart: z
    .strictObject({
      epochs: z.int().min(1).default(8).describe("Epochs as a plain autoencoder: z = μ, no c, L_R alone."),
      weight: z
        .number()
        .positive()
        .default(20)
        .describe("Weight of the cross-entropy against k-means, in nats of L."),
      fadeEpochs: z.number().positive().default(1).describe("Epochs after which that has faded to nothing."),
      restarts: z.int().min(1).default(20).describe("k-means starts, of which the lowest inertia is kept."),
    })
    .nullable()
    .default(null)
    .describe(
      "Starts as DEC and VaDE do, from an autoencoder and k-means on its latent (ours); null as published.",
    ),
  augmentation: warpSchema
    .nullable()
    .default(null)
    .describe(
      "g sees a randomly warped copy of an image, and L_R asks for the image itself (ours); null as published.",
    ),
  selfTraining: z
    .strictObject({
      weight: z.number().positive().default(10).describe("In nats of L."),
      power: z.number().positive().default(2).describe("2 is DEC's target."),
    })
    .nullable()
    .default(null)
    .describe(
      "Draws q(c | x) to its own sharpened values, as DEC does; with `augmentation`, q of the warped copy to those of the image (ours); null as published.",
    ),
  temperature: temperatureOption,
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
 *   L = w_R L_R + w_C L_C + w_G L_G, each a mean over the batch in nats per example:
 *   L_R = -Σ (x log x̃ + (1 - x) log(1 - x̃))  or  ‖x - x̃‖²
 *   L_C = KL(Cat(π) ‖ uniform) = Σ_k π_k log(K π_k)
 *   L_G = KL(q(z | x̂) ‖ N(0, I)) = -½ Σ (1 + log σ² - μ² - σ²)
 *
 * Which optimum a run falls into is decided in its first epochs, by chance. With `autoencoderStart`, which is not of the
 * paper, the network is first an autoencoder through μ; then a fading term -log q(k | x) is added, k the cluster that
 * k-means on that autoencoder's μ gives x.
 *
 * Two more terms that are not of the paper hold c to what makes examples alike. With `augmentation`, x̂ = g(x′), x′ a random
 * warp of x, and everything else stays: the denoising criterion of Im et al. 2017. With `selfTraining`, a term
 * weight · KL(t ‖ q(c | x′)) is added, t_k ∝ q(k | x)² / Σ_batch q(k | x) as in DEC (Xie, Girshick and Farhadi 2016), without
 * a gradient; it comes in as the start from the autoencoder fades. No label is used.
 */
export const gumbelVae: System<z.output<typeof optionsSchema>> = {
  title: "Gumbel-softmax VAE",
  reference:
    "Arias Figueroa, Ramírez Rivera 2017, Is Simple Better? Revisiting Simple Generative Models for Unsupervised Clustering, NIPS workshop",
  optionsSchema,
  // 100 to 300 epochs, batch 64 to 200 and Adam at 1e-3 in the author's code.
  training: { epochs: 100, batchSize: 128, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const { featureSize, zSize, wR = 1, wC, wG, temperature, augmentation, selfTraining } = options;
    const clusters = clusterCount(options.clusters, data);
    const bernoulli =
      options.likelihood === "auto" ? data.range === "unit" : options.likelihood === "bernoulli";
    const parameters = new Parameters();
    if (options.autoencoderStart && options.network === "conv") {
      throw new UserError({
        what: "the start from an autoencoder is made for the dense network",
        where: "model.autoencoderStart in pipeline.json",
        hint: 'set "network": "dense", or leave autoencoderStart out',
      });
    }

    const { g, body } = encoderAndDecoder(parameters, random, data, options);
    const mean = new DenseLayer(parameters, random, "mean", featureSize, zSize);
    const logVariance = new DenseLayer(parameters, random, "logVariance", featureSize, zSize);
    const logits = new DenseLayer(parameters, random, "logits", featureSize, clusters);
    const fromZ = new DenseLayer(parameters, random, "fromZ", zSize, featureSize);
    const fromC = new DenseLayer(parameters, random, "fromC", clusters, featureSize);

    const start =
      options.autoencoderStart &&
      new AutoencoderStart(options.autoencoderStart, clusters, (restart) => random("k-means", restart));

    /** Logits of x̃ (Bernoulli) or x̃ itself (Gaussian). */
    const decode = (latent: tf.Tensor2D, c: tf.Tensor2D, training: boolean): tf.Tensor2D =>
      body(relu(tf.add<tf.Tensor2D>(fromZ.apply(latent), fromC.apply(c))), training);
    const output = (latent: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D => {
      const decoded = decode(latent, c, false);
      return bernoulli ? tf.sigmoid(decoded) : decoded;
    };

    /** A step of the autoencoder that a run may start as. */
    const pretraining = (x: tf.Tensor2D, seen: tf.Tensor2D): Objective => {
      const decoded = body(relu(fromZ.apply(mean.apply(g(seen, true)))), true);
      const reconstruction = bernoulli ? bernoulliLoss(decoded, x) : squaredError(decoded, x);
      return {
        total: tf.clone(reconstruction),
        reconstruction,
        categorical: tf.scalar(0),
        gaussian: tf.scalar(0),
        start: tf.scalar(0),
        ...(selfTraining && { selfTraining: tf.scalar(0) }),
      };
    };
    /** What g is shown of a batch. */
    const shown = (x: tf.Tensor2D, random: RandomStream): tf.Tensor2D =>
      augmentation
        ? tf.tensor2d(warped(x.dataSync<"float32">(), data.shape, augmentation, random), x.shape)
        : x;
    /** KL from the sharpened assignments of the examples themselves, weighted. */
    const selfTrainingTerm = (
      x: tf.Tensor2D,
      scores: tf.Tensor2D,
      weight: number,
      power: number,
    ): tf.Scalar => {
      const own = tf.softmax(logits.apply(g(x, false))).dataSync<"float32">();
      return tf.mul(meanKl(sharpened(own, clusters, power), scores), weight);
    };

    return {
      parameters,
      clusters,
      latent: "feature",
      ...(start && { state: start.state }),

      async beforeStep({ epoch, offset }, training) {
        if (offset === 0 && epoch === start?.epochs) {
          start.fit(encodeAll(training, zSize, (x) => mean.apply(g(x, false))));
        }
        return undefined;
      },

      objective({ x, rows, epoch, random: noise }) {
        const seen = shown(x, noise("warp"));
        if (start && epoch < start.epochs) return pretraining(x, seen);
        const batch = x.shape[0];
        const tau = temperatureAt(temperature, epoch);

        const feature = g(seen, true);
        const mu = mean.apply(feature);
        const logSigma2 = logVariance.apply(feature);
        const scores = logits.apply(feature);

        const gumbel = tf.tensor2d(noise("gumbel").fill("gumbel", batch * clusters), [batch, clusters]);
        const c = tf.softmax(tf.div<tf.Tensor2D>(tf.add(scores, gumbel), tau));
        const sample = sampleGaussian(mu, logSigma2, noise("z"));

        const decoded = decode(sample, c, true);
        const reconstruction = bernoulli ? bernoulliLoss(decoded, x) : squaredError(decoded, x);
        const categorical = categoricalKl(scores);
        const gaussian = gaussianKl(mu, logSigma2);
        const weighted = (term: tf.Scalar, weight: number): tf.Scalar =>
          weight === 1 ? term : tf.mul(term, weight);
        const extra: Record<string, tf.Scalar> = {
          ...(start && { start: start.term(rows, scores, epoch) }),
          ...(selfTraining && {
            selfTraining: selfTrainingTerm(
              x,
              scores,
              selfTraining.weight * (1 - (start?.left(epoch) ?? 0)),
              selfTraining.power,
            ),
          }),
        };
        const total = tf.addN<tf.Scalar>([
          weighted(reconstruction, wR),
          weighted(categorical, wC),
          weighted(gaussian, wG),
          ...Object.values(extra),
        ]);
        return { total, reconstruction, categorical, gaussian, ...extra };
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
      interpolate(x, weights) {
        const feature = g(x, false);
        const z = tf.matMul<tf.Tensor2D>(weights, mean.apply(feature));
        return output(z, tf.matMul(weights, tf.softmax(logits.apply(feature))));
      },
    };
  },
};

/** Examples that k-means is fitted to. */
const kmeansExamples = 20_000;

/**
 * The start from an autoencoder: the cluster that k-means on its μ gives each training example. A state, so that a run can
 * be resumed in the middle of it.
 */
class AutoencoderStart {
  /** Epochs as an autoencoder. */
  readonly epochs: number;
  readonly state = new Map<string, NamedArray>();
  readonly #options: NonNullable<z.output<typeof optionsSchema>["autoencoderStart"]>;
  readonly #clusters: number;
  readonly #random: (restart: number) => RandomStream;

  constructor(
    options: NonNullable<z.output<typeof optionsSchema>["autoencoderStart"]>,
    clusters: number,
    random: (restart: number) => RandomStream,
  ) {
    this.epochs = options.epochs;
    this.#options = options;
    this.#clusters = clusters;
    this.#random = random;
  }

  /**
   * Fits k-means to μ as the autoencoder has it now, and keeps the cluster of every training example.
   *
   * @param latents μ of all training data, [n, zSize]; disposed of
   */
  fit(latents: tf.Tensor2D): void {
    const [n] = latents.shape;
    const settings = {
      clusters: this.#clusters,
      restarts: this.#options.restarts,
      maxIterations: 100,
      tolerance: 1e-4,
    };
    const nearest = tf.tidy(() => {
      const sample = tf.gather(
        latents,
        tf.tensor1d(Int32Array.from(evenlySpaced(n, kmeansExamples)), "int32"),
      );
      const { centroids } = fitKMeans(sample, settings, this.#random);
      const distances = relativeDistances(
        latents,
        tf.tensor2d(centroids, [this.#clusters, latents.shape[1]]),
      );
      return tf.argMin(distances, 1);
    });
    this.state.set("assignment", { shape: [n], values: Float32Array.from(nearest.dataSync<"int32">()) });
    tf.dispose([nearest, latents]);
  }

  /** What is left of it at an epoch: from 1, when k-means is fitted, down to 0. */
  left(epoch: number): number {
    return Math.max(0, 1 - (epoch - this.epochs) / this.#options.fadeEpochs);
  }

  /**
   * The cross-entropy of q(c | x) against the clusters of k-means, weighted; zero once it has faded.
   *
   * @param rows of the batch in the training data
   */
  term(rows: Uint32Array, scores: tf.Tensor2D, epoch: number): tf.Scalar {
    const left = this.left(epoch);
    if (left === 0) return tf.scalar(0);
    const assigned = rowsOf(this.state.get("assignment")!.values, 1, rows);
    const target = new Float32Array(rows.length * this.#clusters);
    assigned.forEach((cluster, i) => {
      target[i * this.#clusters + cluster] = 1;
    });
    const logits = tf.mul(tf.tensor2d(target, [rows.length, this.#clusters]), tf.logSoftmax(scores));
    const entropy = tf.neg(tf.mean(tf.sum(logits, 1)));
    return tf.mul(entropy, this.#options.weight * left);
  }
}
