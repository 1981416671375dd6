import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { clusterCount, clustersOption, restartsOption } from "../options.js";
import type { System } from "../system.js";
import { Centroids } from "../training/centroids.js";
import { adam } from "../training/phases.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  restarts: restartsOption,
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
 * Objective: min over centroids μ of Σ_i min_k ‖x_i - μ_k‖². The restart with the lowest one is kept.
 * The feature it offers for nearest neighbours and the map is the distance to each centroid.
 */
const kmeans: System<z.output<typeof optionsSchema>> = {
  title: "k-means",
  reference: "Lloyd 1982; Arthur and Vassilvitskii 2007, k-means++: The Advantages of Careful Seeding, SODA",
  optionsSchema,
  training: { epochs: 0, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: null,
  small: {},

  build({ options, data, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const centroids = new Centroids(parameters, clusters, data.d);
    return {
      parameters,
      clusters,
      training: {
        phases: [],
        async finish(training) {
          tf.tidy(() => {
            const points = tf.tensor2d(training.all(), [training.n, training.d]);
            centroids.fit(points, { ...options, clusters }, (restart) => random("k-means", restart));
          });
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          return { cluster: centroids.nearest(x), feature: centroids.distances(x) };
        },
      },
      decoder: { generator: { noise: 0, conditional: true, generate: (_noise, c) => centroids.of(c) } },
    };
  },
};
export default kmeans;
