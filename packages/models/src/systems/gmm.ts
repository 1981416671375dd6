import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitMixture, mixtureDefaults } from "../clustering/gmm/em.js";
import { fitKMeans } from "../clustering/kmeans.js";
import { GaussianMixture } from "../networks/gaussianMixture.js";
import { clusterCount, clustersOption, kmeansSettings } from "../options.js";
import type { System } from "../system.js";
import { adam } from "../training/phases.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  covariance: z
    .enum(["diag", "full", "tied"])
    .default("diag")
    .describe(
      "Variances per cluster and coordinate, a matrix per cluster, or one matrix for all. diag (ours): hundreds of pixels " +
        "have more covariances than a cluster has examples, and those at the border never vary.",
    ),
  restarts: z
    .int()
    .min(1)
    .default(20)
    .describe("k-means starts; EM begins at the one with the lowest inertia. As for k-means."),
  maxIterations: z
    .int()
    .min(1)
    .default(mixtureDefaults.maxIterations)
    .describe("Iterations of EM at most. scikit-learn's default."),
  tolerance: z
    .number()
    .min(0)
    .default(mixtureDefaults.tolerance)
    .describe("Gain of the mean log-likelihood, in nats, below which EM ends. scikit-learn's default."),
  regularisation: z
    .number()
    .min(0)
    .default(mixtureDefaults.regularisation)
    .describe("Added to every variance. scikit-learn's default."),
});

/**
 * A Gaussian mixture on the raw input.
 *
 * Objective: max over π, μ, Σ of Σ_i log Σ_k π_k N(x_i | μ_k, Σ_k), by EM from k-means; an example belongs to the cluster
 * of the largest p(k | x). The restarts choose among k-means, not among mixtures: the likelihood of a mixture has no upper
 * bound (a cluster may shrink onto a point), so its largest value is no sign of a good fit.
 *
 * The feature it offers for nearest neighbours and the map is the distance to each mean, as for k-means.
 */
const gmm: System<z.output<typeof optionsSchema>> = {
  title: "Gaussian mixture",
  reference:
    "Dempster, Laird, Rubin 1977, Maximum Likelihood from Incomplete Data via the EM Algorithm, JRSS B; conventions of scikit-learn",
  optionsSchema,
  training: { epochs: 0, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: null,
  small: {},

  build({ options, data, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const mixture = new GaussianMixture(parameters, clusters, data.d, options.covariance);

    return {
      parameters,
      clusters,
      training: {
        phases: [],
        async finish(training) {
          tf.tidy(() => {
            const points = tf.tensor2d(training.all(), [training.n, training.d]);
            const settings = kmeansSettings(clusters, options.restarts);
            const start = fitKMeans(points, settings, (restart) => random("k-means", restart));
            const mixtureOptions = { ...options, components: clusters };
            mixture.set(fitMixture(points, start, mixtureOptions), mixtureOptions);
          });
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          const logs = mixture.logDensities(x);
          return {
            cluster: tf.argMax(logs, 1),
            feature: mixture.distances(x),
            probabilities: tf.softmax(logs),
          };
        },
      },
      decoder: {
        generator: { noise: 0, conditional: true, generate: (_noise, c) => tf.matMul(c, mixture.means) },
      },
    };
  },
};
export default gmm;
