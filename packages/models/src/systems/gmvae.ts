import { add, categoricalKl, matMul, mul, Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import { DenseLayer, DenseNetwork } from "../networks/dense.js";
import { gaussianDivergence, likelihoodOf, likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { gumbelSoftmax, temperatureAt, temperatureOption } from "../networks/gumbelSoftmax.js";
import { expectedValues, likelyClassesOption, summedClasses } from "../networks/summedClasses.js";
import { clusterCount, clustersOption, hiddenOption } from "../options.js";
import { likelihoodFor } from "../ownData.js";
import type { Batch, System } from "../system.js";
import { binarised } from "../training/binarise.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";

const weightOption = (term: string) =>
  z.number().min(0).default(1).describe(`Weight of the ${term}. jariasf/GMVAE.`);

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  hidden: hiddenOption(
    [512, 512],
    "Hidden layers of q(y | x), of q(z | x, y) and of the decoder. jariasf/GMVAE.",
  ),
  zSize: z.int().min(1).default(64).describe("Size of the Gaussian latent. jariasf/GMVAE."),
  likelihood: likelihoodOption,
  expectation: z
    .enum(["draw", "sum"])
    .default("draw")
    .describe(
      "Over y: one draw by Gumbel-softmax, as jariasf/GMVAE; or the sum over every cluster, z drawn anew for each, as RuiShu/vae-clustering.",
    ),
  binarised: z
    .boolean()
    .default(false)
    .describe("Trains on pixels that are drawn anew as 0 or 1 at every step, as RuiShu/vae-clustering."),
  likelyClasses: likelyClassesOption,
  wReconstruction: weightOption("reconstruction"),
  wGaussian: weightOption("Gaussian term"),
  wCategorical: weightOption("categorical term"),
  temperature: temperatureOption(
    { start: 1, end: 0.5, decay: 0.013862944 },
    "jariasf/GMVAE: 0.5 after 50 epochs.",
  ),
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
 *   L_G = KL(q(z | x, y) ‖ p(z | y)) at that y, in closed form; the code takes one sample (ours: the same mean, no noise)
 *   L_C = KL(q(y | x) ‖ uniform) = Σ_k π_k log(K π_k)
 *
 * By the sum, L_R and L_G are Σ_k π_k of their values at cluster k.
 *
 * Variances are exponentials of the networks' outputs; the code has softplus (ours, as everywhere here).
 */
const gmvae: System<z.output<typeof optionsSchema>> = {
  title: "GMVAE",
  reference:
    "Dilokthanakul et al. 2016, Deep Unsupervised Clustering with Gaussian Mixture Variational Autoencoders, arXiv:1611.02648; form and settings of jariasf/GMVAE",
  link: "https://arxiv.org/abs/1611.02648",
  optionsSchema,
  // jariasf/GMVAE.
  training: { epochs: 100, batchSize: 64, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: { hidden: [12], zSize: 4 },
  forData: (data) => ({ hidden: data.hidden, zSize: data.latentSize, ...likelihoodFor(data) }),

  build({ options, data, schedule, random }) {
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

    const hiddenOf = (x: tf.Tensor2D, y: tf.Tensor2D) => gaussian.apply(tf.concat([x, y], 1));
    const decode = (latent: tf.Tensor2D) => likelihood.mean(decoder.apply(latent));
    /** z is the mean of q(z | x, y) at y = q(y | x). */
    const encode = (x: tf.Tensor2D) => {
      const logits = categorical.apply(x);
      const probabilities = tf.softmax(logits);
      const cluster: tf.Tensor1D = tf.argMax(logits, 1);
      return { cluster, z: mean.apply(hiddenOf(x, probabilities)), probabilities };
    };

    /** x̃ before its activation at one z of q(z | x, y), and KL(q(z | x, y) ‖ p(z | y)) of each row. */
    const at = (x: tf.Tensor2D, y: tf.Tensor2D, random: RandomStream) => {
      const h = hiddenOf(x, y);
      const mu = mean.apply(h);
      const logSigma2 = logVariance.apply(h);
      const decoded = decoder.apply(sampleGaussian(mu, logSigma2, random));
      const [ofMean, ofVariance] = [priorMean.apply(y), priorLogVariance.apply(y)];
      return { decoded, divergence: gaussianDivergence<tf.Tensor1D>(mu, logSigma2, ofMean, ofVariance) };
    };
    /** L_R and L_G. */
    const expected = (x: tf.Tensor2D, logits: tf.Tensor2D, { epoch, random: noise }: Batch) => {
      if (options.expectation === "draw") {
        const y = gumbelSoftmax(logits, temperatureAt(temperature, epoch), noise("gumbel"));
        const { decoded, divergence } = at(x, y, noise("z"));
        return { reconstruction: likelihood.loss(decoded, x), gaussian: tf.mean<tf.Scalar>(divergence) };
      }
      const summed = summedClasses(logits, epoch, options.likelyClasses);
      const rows = tf.tile(x, [summed.y.shape[0] / x.shape[0], 1]);
      const { decoded, divergence } = at(rows, summed.y, noise("z"));
      const mean = (values: tf.Tensor1D): tf.Scalar => tf.mean(expectedValues(summed.logits, values));
      return { reconstruction: mean(likelihood.losses(decoded, rows)), gaussian: mean(divergence) };
    };
    const main = mainPhase(schedule, (batch) => {
      const x = options.binarised ? binarised(batch.x, data, batch.random("binarise")) : batch.x;
      const logits = categorical.apply(x);
      const { reconstruction, gaussian } = expected(x, logits, batch);
      return weighted({
        reconstruction: [reconstruction, options.wReconstruction],
        gaussian: [gaussian, options.wGaussian],
        categorical: [categoricalKl(logits), options.wCategorical],
      });
    });

    return {
      parameters,
      clusters,
      training: { phases: [main] },
      encoder: { latent: "z", encode },
      decoder: {
        generator: {
          noise: zSize,
          conditional: true,
          generate(noise, c) {
            const deviation = tf.exp(mul(priorLogVariance.apply(c), 0.5));
            return decode(add(priorMean.apply(c), mul(deviation, noise)));
          },
        },
        reconstruct: (x) => decode(encode(x).z),
        interpolate: (x, weights) => decode(matMul(weights, encode(x).z)),
      },
    };
  },
};
export default gmvae;
