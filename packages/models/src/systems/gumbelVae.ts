import { categoricalKl, gaussianKl, Parameters } from "@gumbel/engine";
import { z } from "zod";
import { likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { constantTemperature, gumbelSoftmax, temperatureAt } from "../networks/gumbelSoftmax.js";
import { LatentAndClass } from "../networks/latentAndClass.js";
import { clusterCount, clustersOption, hiddenOption, networkOption, weightOption } from "../options.js";
import { likelihoodFor } from "../ownData.js";
import type { Batch, System, TrainingData } from "../system.js";
import { AutoencoderStart, autoencoderStartOption } from "../training/autoencoderStart.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { selfTrainingOption, selfTrainingTerm } from "../training/selfTraining.js";
import { warpedBatch, warpOption } from "../training/warps.js";

export const optionsSchema = z.strictObject({
  clusters: clustersOption,
  network: networkOption,
  hidden: hiddenOption([500, 500], "Layers of the dense network (inferred; 512-512 in jariasf/GMVAE)."),
  featureSize: z.int().min(1).default(200).describe("Size of x̂ = g(x). 150 or 200 in the author's code."),
  zSize: z.int().min(1).default(64).describe("Size of the Gaussian latent. 64 to 150 in the author's code."),
  likelihood: likelihoodOption,
  wR: weightOption(1, "Weight of L_R. 1 to 9 in the thesis' sweep."),
  wC: weightOption(1, "Weight of L_C."),
  wG: weightOption(4, "Weight of L_G. At 1 the categorical is ignored (the thesis' own curve)."),
  temperature: constantTemperature,
  autoencoderStart: autoencoderStartOption,
  augmentation: warpOption(
    "g sees a randomly warped image, L_R asks for the image itself (ours); null as published.",
  ),
  selfTraining: selfTrainingOption,
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
 * Three additions of ours, off as published: `autoencoderStart` (which optimum a run falls into is decided by chance in its
 * first epochs), `augmentation` (Im et al. 2017, denoising criterion) and `selfTraining` (Xie et al. 2016).
 */
const gumbelVae: System<z.output<typeof optionsSchema>> = {
  title: "Gumbel-softmax VAE",
  reference:
    "Arias Figueroa, Ramírez Rivera 2017, Is Simple Better? Revisiting Simple Generative Models for Unsupervised Clustering, NIPS workshop",
  optionsSchema,
  // 100 to 300 epochs, batch 64 to 200 and Adam at 1e-3 in the author's code.
  training: { epochs: 100, batchSize: 128, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: { hidden: [12], featureSize: 8, zSize: 4 },
  forData: (data) => ({
    hidden: data.hidden,
    featureSize: data.width,
    zSize: data.latentSize,
    ...likelihoodFor(data),
    autoencoderStart: { epochs: data.epochs, fadeEpochs: data.epochs / 4 },
  }),

  build({ options, data, schedule, random }) {
    const { wR, wC, wG, temperature, augmentation, selfTraining } = options;
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const network = new LatentAndClass(parameters, random, data, options, clusters);
    const { likelihood } = network;
    const warped = ({ x, random: noise }: Batch) =>
      network.feature(warpedBatch(x, data.shape, augmentation, noise("warp")), true);

    const start = new AutoencoderStart(options.autoencoderStart, clusters, (i) => random("k-means", i));
    const autoencoder = start.phases(schedule, (batch) => {
      const z = network.mean.apply(warped(batch));
      return weighted({ reconstruction: likelihood.loss(network.decodeLatent(z, true), batch.x) });
    });
    const fitStart = async (all: TrainingData) => start.fit(all, options.zSize, (x) => network.encode(x).z);

    const objective = (batch: Batch) => {
      const { x, rows, epoch, random: noise } = batch;
      const feature = warped(batch);
      const mu = network.mean.apply(feature);
      const logSigma2 = network.logVariance.apply(feature);
      const scores = network.logits.apply(feature);
      const c = gumbelSoftmax(scores, temperatureAt(temperature, epoch), noise("gumbel"));
      const z = sampleGaussian(mu, logSigma2, noise("z"));
      const own = () => network.logits.apply(network.feature(x, false));
      return weighted({
        reconstruction: [likelihood.loss(network.decode(z, c, true), x), wR],
        categorical: [categoricalKl(scores), wC],
        gaussian: [gaussianKl(mu, logSigma2), wG],
        start: start.term(rows, scores, epoch),
        selfTraining: selfTrainingTerm(selfTraining, own, scores, 1 - start.left(epoch)),
      });
    };

    return {
      parameters,
      clusters,
      training: {
        phases: [...autoencoder, mainPhase(schedule, objective, { start: fitStart, continues: true })],
        state: start.state,
      },
      encoder: { latent: "feature", encode: (x) => network.encode(x) },
      decoder: network.decoder(),
    };
  },
};
export default gumbelVae;
