import { UserError } from "@gumbel/config";
import { add, div, matMul, mul, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { gaussianDivergence, likelihoodOf, likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { Sticks } from "../networks/sticks.js";
import { clusterCount, hiddenOption } from "../options.js";
import { likelihoodFor } from "../ownData.js";
import type { System } from "../system.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(2).nullable().default(null).describe("K; null takes the number of classes."),
  hidden: hiddenOption(
    [500, 500],
    "Hidden layers of the encoder; the decoder is its mirror image. The authors' runs on MNIST.",
  ),
  latentSize: z.int().min(1).default(25).describe("Size of z. The authors' runs on MNIST: 25 or 5."),
  likelihood: likelihoodOption,
  concentration: z
    .number()
    .positive()
    .default(1)
    .describe("α of the symmetric Dirichlet prior of the weights. The authors' code."),
  spread: z
    .number()
    .min(0)
    .default(1)
    .describe(
      "The means of the prior's components lie evenly from -spread to spread, alike in every coordinate; their variances " +
        "are 1. 0, 0.5, 1 and 1.5 in the authors' runs, of which 1 (inferred).",
    ),
});

/**
 * A deep latent Gaussian mixture with stick-breaking weights.
 *
 *   v_k ~ Beta(α, (K - k) α), k < K;  π_k = v_k Π_{j<k} (1 - v_j), so π ~ Dirichlet(α);  p(z) = Σ_k π_k N(m_k, I)
 *   q(v_k | x) = Kumaraswamy(a_k(x), b_k(x)),  q(z | x, π) = Σ_k π_k N(μ_k(x), diag σ_k²(x)),  p(x | z): decoder
 *
 *   L = Σ_k π_k (-log p(x | z_k))                                   reconstruction
 *     + Σ_k π_k KL(N(μ_k, σ_k²) ‖ N(m_k, I))                        gaussian
 *     + Σ_{k<K} KL(Kumaraswamy(a_k, b_k) ‖ Beta(α, (K - k) α))      sticks
 *
 * with one sample of each v_k (by the inverse of its distribution function) and of each z_k, means over the batch in nats.
 * The sum over components takes the place of a draw of one, which would have no gradient. The gaussian term compares
 * component with component; the authors' code estimates the entropy of the whole mixture q from the sample, which is never less
 * than the components' own, so this L is an upper bound of that one (ours: in closed form, without its noise).
 *
 * The components need not be the clusters of the data: one Gaussian latent can hold those by itself, and nothing in L asks
 * for one component each. The thesis reports the nearest neighbours of its latent only.
 *
 * An example belongs to the component of the largest E[π_k | x]; its latent is Σ_k E[π_k | x] μ_k (inferred).
 */
const dlgmm: System<z.output<typeof optionsSchema>> = {
  title: "DLGMM",
  reference:
    "Nalisnick, Hertel, Smyth 2016, Approximate Inference for Deep Latent Gaussian Mixtures, NIPS workshop on Bayesian deep learning",
  optionsSchema,
  // Rate of the authors' runs; batch (20 in their code) and epochs inferred.
  training: { epochs: 100, batchSize: 100, optimizer: adam(3e-4) },
  comparedBy: "total",
  small: { hidden: [12], latentSize: 4 },
  forData: (data) => ({ hidden: data.hidden, latentSize: data.latentSize, ...likelihoodFor(data) }),

  build({ options, data, schedule, random }) {
    const { hidden, latentSize, concentration, spread } = options;
    const clusters = checked(clusterCount(options.clusters, data));
    const likelihood = likelihoodOf(options.likelihood, data);
    const parameters = new Parameters();
    const hiddenUnits = hidden.at(-1) ?? data.d;
    const head = (name: string, size: number) => new DenseLayer(parameters, random, name, hiddenUnits, size);
    const encoder = new DenseNetwork(parameters, random, "encoder", [data.d, ...hidden], "relu");
    const mean = head("mean", clusters * latentSize);
    const logVariance = head("logVariance", clusters * latentSize);
    const sticks = new Sticks(parameters, random, hiddenUnits, clusters, concentration);
    const back = [latentSize, ...hidden.toReversed(), data.d];
    const decoder = new DenseNetwork(parameters, random, "decoder", back, "linear");

    /** m, [K, latentSize] */
    const priorMeans = (): tf.Tensor2D =>
      tf.tile(tf.reshape(tf.linspace(-spread, spread, clusters), [clusters, 1]), [1, latentSize]);

    /** One row per example and component, the components of an example after another. */
    const byComponent = (values: tf.Tensor2D): tf.Tensor2D => tf.reshape(values, [-1, latentSize]);
    /** The decoded components, weighted: Σ_k weight_k · decoded_k. @param means [batch, K · latentSize] */
    const decodeMixture = (means: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D => {
      const each = tf.reshape(likelihood.mean(decoder.apply(byComponent(means))), [-1, clusters, data.d]);
      return tf.sum(tf.mul(tf.expandDims(weights, 2), each), 1);
    };

    const main = mainPhase(schedule, ({ x, random: noise }) => {
      const batch = x.shape[0];
      const h = encoder.apply(x);
      const { weights, divergence } = sticks.sample(h, noise("sticks"));
      const mu = byComponent(mean.apply(h));
      const logSigma2 = byComponent(logVariance.apply(h));
      const sample = sampleGaussian(mu, logSigma2, noise("z"));
      const repeated: tf.Tensor2D = tf.reshape(tf.tile(tf.expandDims(x, 1), [1, clusters, 1]), [-1, data.d]);
      const losses = likelihood.losses(decoder.apply(sample), repeated);
      const priors = tf.tile(priorMeans(), [batch, 1]);
      const divergences = gaussianDivergence(mu, logSigma2, priors, tf.zeros([1]));
      const overComponents = (values: tf.Tensor): tf.Scalar =>
        div(tf.sum(mul(weights, tf.reshape(values, [batch, clusters]))), batch);
      return weighted({
        reconstruction: overComponents(losses),
        gaussian: overComponents(divergences),
        sticks: divergence,
      });
    });

    return {
      parameters,
      clusters,
      training: { phases: [main] },
      encoder: {
        latent: "z",
        encode(x) {
          const h = encoder.apply(x);
          const probabilities = sticks.expectedWeights(h);
          const means = tf.reshape(mean.apply(h), [-1, clusters, latentSize]);
          return {
            cluster: tf.argMax(probabilities, 1),
            z: tf.sum(tf.mul(tf.expandDims(probabilities, 2), means), 1),
            probabilities,
          };
        },
      },
      decoder: {
        generator: {
          noise: latentSize,
          conditional: true,
          generate: (noise, c) => likelihood.mean(decoder.apply(add(matMul(c, priorMeans()), noise))),
        },
        reconstruct(x) {
          const h = encoder.apply(x);
          return decodeMixture(mean.apply(h), sticks.expectedWeights(h));
        },
        interpolate(x, mix) {
          const h = encoder.apply(x);
          return decodeMixture(matMul(mix, mean.apply(h)), matMul(mix, sticks.expectedWeights(h)));
        },
      },
    };
  },
};
export default dlgmm;

function checked(clusters: number): number {
  if (clusters >= 2) return clusters;
  throw new UserError({
    what: "a stick cannot be broken into fewer than 2 pieces, and the data has no classes",
    where: "model.clusters in pipeline.json",
    expected: "at least 2",
  });
}
