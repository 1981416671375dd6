import { Parameters, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "./clustering/kmeans.js";
import { DenseNetwork } from "./networks/dense.js";
import { clusterCount, evenlySpaced, type Model, type System, type TrainingData } from "./system.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  hidden: z
    .array(z.int().min(1))
    .default([500, 500, 2000])
    .describe("Hidden layers of the encoder. Xie et al. 2016, section 4.3."),
  latentSize: z.int().min(1).default(10).describe("Size of the latent. Xie et al. 2016, section 4.3."),
  restarts: z.int().min(1).default(20).describe("k-means starts. Xie et al. 2016, section 4.3."),
});

/**
 * An autoencoder, then k-means on its latent: the baseline from which DEC and its kin start.
 *
 * Objective: (1/N) Σ ‖x - g(f(x))‖² / d, with encoder f of sizes d-500-500-2000-10 and its mirror image g, ReLU
 * inside, linear latent and output; then k-means on z = f(x). The input is scaled so that ‖x‖² / d is 1 on average
 * (Xie et al. 2016). Trained end to end by Adam; the layer-wise denoising phase of the paper is left out.
 */
export const aeKmeans: System<z.output<typeof optionsSchema>> = {
  title: "AE + k-means",
  reference:
    "Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering Analysis, ICML (the AE + k-means row)",
  optionsSchema,
  // 300 epochs end to end is DEC's schedule after the layer-wise phase; batch and rate as there and in IDEC.
  training: { epochs: 300, batchSize: 256, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const { hidden, latentSize, restarts } = options;
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const encoder = new DenseNetwork(
      parameters,
      random,
      "encoder",
      [data.d, ...hidden, latentSize],
      "linear",
    );
    const decoder = new DenseNetwork(
      parameters,
      random,
      "decoder",
      [latentSize, ...hidden.toReversed(), data.d],
      "linear",
    );
    const inputScale = parameters.create("inputScale", [], Float32Array.of(1), { trainable: false });
    const centroids = parameters.create(
      "centroids",
      [clusters, latentSize],
      new Float32Array(clusters * latentSize),
      {
        trainable: false,
      },
    );

    const scaled = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, inputScale.value);
    const unscaled = (x: tf.Tensor2D): tf.Tensor2D => tf.div(x, inputScale.value);

    return {
      parameters,
      clusters,
      latent: "feature",
      async start(training) {
        tf.tidy(() => inputScale.assign(tf.scalar(1 / Math.sqrt(meanSquare(training)))));
      },
      objective({ x }) {
        const input = scaled(x);
        const reconstruction = tf.div<tf.Scalar>(
          squaredError(decoder.apply(encoder.apply(input)), input),
          data.d,
        );
        return { total: reconstruction, reconstruction: tf.clone(reconstruction) };
      },
      async finish(training) {
        const latents = encodeAll(training, latentSize, (x) => encoder.apply(scaled(x)));
        const fit = fitKMeans(
          latents,
          { clusters, restarts, maxIterations: 300, tolerance: 1e-4 },
          (restart) => random("k-means", restart),
        );
        latents.dispose();
        tf.tidy(() => centroids.assign(tf.tensor2d(fit.centroids, [clusters, latentSize])));
      },
      encode(x) {
        const feature = encoder.apply(scaled(x));
        return { cluster: tf.argMin(relativeDistances(feature, centroids.value as tf.Tensor2D), 1), feature };
      },
      generator: {
        noise: 0,
        generate: (c) => unscaled(decoder.apply(tf.matMul(c, centroids.value as tf.Tensor2D))),
      },
      reconstruct: (x) => unscaled(decoder.apply(encoder.apply(scaled(x)))),
    };
  },
};

/** Mean of the squared input values, over a sample of at most 10,000 examples. */
function meanSquare(training: TrainingData): number {
  const values = training.rows(evenlySpaced(training.n, 10_000));
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum > 0 ? sum / values.length : 1;
}

/** The latents of all training examples, [n, size], made in batches. The caller disposes of them. */
function encodeAll(
  training: TrainingData,
  size: number,
  encode: (x: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  const latents = new Float32Array(training.n * size);
  const step = 2000;
  for (let from = 0; from < training.n; from += step) {
    const count = Math.min(step, training.n - from);
    const rows = Uint32Array.from({ length: count }, (_, i) => from + i);
    const encoded = tf.tidy(() => encode(tf.tensor2d(training.rows(rows), [count, training.d])));
    latents.set(encoded.dataSync(), from * size);
    encoded.dispose();
  }
  return tf.tensor2d(latents, [training.n, size]);
}
