import { categoricalKl, constant, gaussianKl, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { likelihoodOption, sampleGaussian } from "../networks/gaussian.js";
import { gumbelSoftmax, temperatureAt, temperatureOption } from "../networks/gumbelSoftmax.js";
import { LatentAndClass } from "../networks/latentAndClass.js";
import { classCount, hiddenOption, networkOption, weightOption } from "../options.js";
import { likelihoodFor } from "../ownData.js";
import type { System } from "../system.js";
import { assignLabels, crossEntropy, distancesToFirst, givenLabels } from "../training/labelledNeighbours.js";
import { liftedStructureLoss } from "../training/liftedStructure.js";
import { weighted } from "../training/objective.js";
import { adam, halved, mainPhase } from "../training/phases.js";

const optionsSchema = z.strictObject({
  network: networkOption,
  hidden: hiddenOption(
    [512, 512],
    "Hidden layers of the dense network (inferred; 512-512 in jariasf/GMVAE).",
  ),
  featureSize: z.int().min(1).default(200).describe("Size of the feature f. 200 in the author's code."),
  zSize: z.int().min(1).default(150).describe("Size of the Gaussian latent. 150 in the author's code."),
  likelihood: likelihoodOption,
  wR: weightOption(1, "Weight of L_R. 1 in the author's code."),
  wG: weightOption(1.1, "Weight of L_G. 1.1 in the author's code."),
  wC: weightOption(1.2, "Weight of L_C. 1.2 in the author's code."),
  wA: weightOption(4.7, "Weight of L_A. 4.7 in the author's code."),
  wM: weightOption(0.85, "Weight of L_M. 0.85 in the author's code."),
  margin: z.number().min(0).default(0.5).describe("m of L_M. 0.5 in the author's code."),
  neighbours: z
    .int()
    .min(1)
    .default(7)
    .describe("κ: labelled features that vote for the label of an unlabelled one. 7 in the author's code."),
  temperature: temperatureOption({ start: 1, end: 0.5, decay: 0.00693 }, "That of the author's code."),
  halveEvery: z
    .int()
    .min(1)
    .nullable()
    .default(30)
    .describe("Epochs after which the learning rate is halved, again and again. 30 in the author's code."),
});

/**
 * The heir of clustering with auxiliary tasks, as its author's later code has it (jariasf/semisupervised-vae-metric-embedding,
 * with the weights of its run.sh on MNIST): a variational autoencoder with a class, a vote of neighbours and a metric loss.
 *
 *   x → f = g(x);  q(z | x) = N(μ(f), diag σ²(f));  q(c | x) = Cat(softmax(logits(f))),  c by Gumbel-softmax
 *   p(x | z, c): decoder of dense(z) + dense(c)
 *
 * Every batch holds labelled and unlabelled examples. Each unlabelled one gets, anew at every step, the label c_i that its κ
 * nearest labelled features of the batch vote for; the labelled ones keep theirs. No gradient goes through the vote.
 *
 *   L = w_R L_R + w_G L_G + w_C L_C + w_A L_A + w_M L_M, each a mean over the batch:
 *   L_R = -log p(x | z, c),  L_G = KL(q(z | x) ‖ N(0, I)),  L_C = KL(q(c | x) ‖ uniform)
 *   L_A = -log q(c_i | x_i),  L_M: the lifted structured loss of the features f with the labels c_i
 *
 * Ours: the decoder ends with its last transposed convolution, after which the author's has batch norm, ReLU and a dense layer of
 * d × d; batch norm's moving averages keep 0.9, not 0.99, of themselves.
 */
const auxiliaryTasksVae: System<z.output<typeof optionsSchema>> = {
  title: "VAE with auxiliary tasks",
  reference:
    "Arias Figueroa 2019, Semi-supervised Learning using Deep Generative Models and Auxiliary Tasks, technical report",
  optionsSchema,
  // 100 epochs; a batch of 200, of which 100 labelled; Adam at 0.01.
  training: { epochs: 100, batchSize: 100, labelledPerBatch: 100, optimizer: adam(1e-2) },
  comparedBy: "total",
  forData: (data) => ({
    hidden: data.hidden,
    featureSize: data.width,
    zSize: data.latentSize,
    ...likelihoodFor(data),
  }),
  small: { hidden: [12], featureSize: 8, zSize: 4, neighbours: 2 },

  build({ options, data, schedule, random }) {
    const { wR, wG, wC, wA, wM, margin, neighbours, temperature } = options;
    const clusters = classCount(data);
    const parameters = new Parameters();
    const network = new LatentAndClass(parameters, random, data, options, clusters);

    const main = mainPhase(
      schedule,
      ({ x, labels, epoch, random: noise }) => {
        const feature = network.feature(x, true);
        const mu = network.mean.apply(feature);
        const logSigma2 = network.logVariance.apply(feature);
        const scores = network.logits.apply(feature);
        const c = gumbelSoftmax(scores, temperatureAt(temperature, epoch), noise("gumbel"));
        const z = sampleGaussian(mu, logSigma2, noise("z"));

        const given = givenLabels(labels);
        const distances = distancesToFirst(feature, feature.shape[0]);
        const assigned = constant(() => {
          const toLabelled = tf.slice(distances, [0, 0], [-1, given.size]);
          return assignLabels(toLabelled, given, clusters, neighbours);
        });
        return weighted({
          reconstruction: [network.likelihood.loss(network.decode(z, c, true), x), wR],
          gaussian: [gaussianKl(mu, logSigma2), wG],
          categorical: [categoricalKl(scores), wC],
          assignment: [crossEntropy(scores, assigned), wA],
          metric: [liftedStructureLoss(distances, assigned, margin), wM],
        });
      },
      { learningRate: (epoch) => halved(epoch, options.halveEvery) },
    );

    return {
      parameters,
      clusters,
      training: { phases: [main] },
      encoder: { latent: "feature", encode: (x) => network.encode(x) },
      decoder: network.decoder(),
    };
  },
};
export default auxiliaryTasksVae;
