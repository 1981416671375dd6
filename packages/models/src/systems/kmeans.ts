import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import { clusterCount, type Model, type System } from "../system.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  restarts: z
    .int()
    .min(1)
    .default(20)
    .describe("Starts, of which the lowest inertia is kept. 20 in Xie et al. 2016."),
  maxIterations: z.int().min(1).default(300).describe("Lloyd's iterations at most. scikit-learn's default."),
  tolerance: z
    .number()
    .min(0)
    .default(1e-4)
    .describe("Movement that ends a run, relative to the variance. scikit-learn's default."),
});

/**
 * k-means on the raw input, the baseline of every table.
 *
 * Objective: min over centroids μ of Σ_i min_k ‖x_i - μ_k‖².
 * The feature it offers for nearest neighbours and the map is the distance to each centroid.
 */
export const kmeans: System<z.output<typeof optionsSchema>> = {
  title: "k-means",
  reference: "Lloyd 1982; Arthur and Vassilvitskii 2007, k-means++: The Advantages of Careful Seeding, SODA",
  optionsSchema,
  training: { epochs: 0, batchSize: 256, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const centroids = parameters.create(
      "centroids",
      [clusters, data.d],
      new Float32Array(clusters * data.d),
      { trainable: false },
    );
    return {
      parameters,
      clusters,
      latent: "feature",
      async finish(training) {
        tf.tidy(() => {
          const points = tf.tensor2d(training.all(), [training.n, training.d]);
          const fit = fitKMeans(points, { ...options, clusters }, (restart) => random("k-means", restart));
          centroids.assign(tf.tensor2d(fit.centroids, [clusters, data.d]));
        });
      },
      encode(x) {
        const relative = relativeDistances(x, centroids.value as tf.Tensor2D);
        const squared = tf.add<tf.Tensor2D>(relative, tf.sum(tf.square(x), 1, true));
        return { cluster: tf.argMin(relative, 1), feature: tf.sqrt(tf.relu(squared)) };
      },
      generator: { noise: 0, generate: (c) => tf.matMul(c, centroids.value as tf.Tensor2D) },
    };
  },
};
