import { categoricalKl, constant, div, Parameters, squaredError, type tf } from "@gumbel/engine";
import { z } from "zod";
import { ClassGaussians } from "../networks/classGaussians.js";
import { FeatureAndClass } from "../networks/featureAndClass.js";
import { constantTemperature, gumbelSoftmax, temperatureAt } from "../networks/gumbelSoftmax.js";
import { classCount, hiddenOption, networkOption, weightOption } from "../options.js";
import type { Batch, System } from "../system.js";
import {
  assignLabels,
  assignmentOptions,
  assignmentTerms,
  distancesToFirst,
  givenLabels,
} from "../training/labelledNeighbours.js";
import { weighted } from "../training/objective.js";
import { adam, halved, mainPhase, phase, ramp } from "../training/phases.js";
import { PseudoLabels, propagationOption } from "../training/pseudoLabels.js";
import { warpedBatch, warpOption } from "../training/warps.js";

export const optionsSchema = z.strictObject({
  network: networkOption,
  hidden: hiddenOption(
    [512, 512],
    "Hidden layers of the dense network (inferred; 512-512 in jariasf/GMVAE).",
  ),
  featureSize: z.int().min(1).default(150).describe("Size of the feature f. 150 in the thesis."),
  ...assignmentOptions,
  wR: weightOption(1, "Weight of L_R. 1 in the paper."),
  wC: weightOption(1, "Weight of L_C. 0 and 1 are studied in the thesis."),
  wA: weightOption(10, "Weight of L_A. 10 in the thesis."),
  wF: weightOption(1, "Weight of L_F. 1 in the paper."),
  reconstructionEpochs: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "Epochs of L_R alone, a phase of its own before the first label is assigned (ours; 0 as published).",
    ),
  rampEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe("Epochs over which L_C, L_A and L_F then come in, linearly (ours; 0 as published)."),
  augmentation: warpOption(
    "g sees a randomly warped copy of an image; L_R asks for the image itself, which also is what a label is assigned to (ours); null as published.",
  ),
  propagation: propagationOption(
    "Labels are assigned before each epoch, along a graph of neighbouring features instead of straight from the nearest labelled ones, and count by their certainty (ours); null as published.",
  ),
  temperature: constantTemperature,
  halveEvery: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Epochs after which the learning rate is halved, again and again; 30 in the author's code."),
});

/**
 * The semi-supervised method of Arias Figueroa and Ramírez Rivera, *Learning to Cluster with Auxiliary Tasks: A
 * Semi-Supervised Approach*, SIBGRAPI 2017.
 *
 *   x → f = g(x), the feature;  q(c | x) = Cat(softmax(logits(f))),  c by Gumbel-softmax;  x̃: decoder of dense(f) + dense(c)
 *
 * Every batch holds labelled and unlabelled examples. The assignment process gives each unlabelled one, anew at every
 * step, the label c_i that its κ nearest labelled features vote for; the labelled ones keep theirs. No gradient goes
 * through the vote. Clusters are classes.
 *
 *   L = w_R L_R + w_C L_C + w_A L_A + w_F L_F, of N examples, L of them labelled and U not:
 *   L_R = (1/N) Σ_i ‖x_i - x̃_i‖² / |x|
 *   L_C = (1 / (N log K)) Σ_i Σ_k q_ik log(K q_ik)
 *   L_A = (1 / 2N) Σ_i [ tanh(-log q(c_i | x_i)) + mean_{d ≠ c_i} tanh(log q(d | x_i)) + 1 ]
 *   L_F = (α/L) Σ_{i labelled} D(f_i, r_i) + ((1-α)/U) Σ_{j unlabelled} D(f_j, r_j)
 *   D(f, r) = 1/√(2|r|) Σ_l ‖f - r_l‖, r the other labelled features of the assigned class
 *
 * To generate, f is drawn from a Gaussian fitted to the finished features of the class; to change the class of an image, its
 * f is moved by the difference of the two means (both ours: the thesis does not say how, and f holds the class as c does).
 *
 * Additions of ours, off by default: phases of L_R alone and of a ramp (`reconstructionEpochs`, `rampEpochs`), for features
 * that are worth a vote; `augmentation`, f = g(x′) everywhere above, x′ a random warp of x, of the labelled examples too, while
 * L_R asks for x and the label c_i is found from g(x); `propagation`, c_i from the labelled examples by way of the features
 * between (Iscen et al. 2019), once before each epoch, example i counting in L_A and L_F by its certainty in [0, 1] (κ then has
 * no part in it); `assignmentLoss`, the cross-entropy in place of L_A.
 */
const auxiliaryClustering: System<z.output<typeof optionsSchema>> = {
  title: "Clustering with auxiliary tasks",
  reference:
    "Arias Figueroa, Ramírez Rivera 2017, Learning to Cluster with Auxiliary Tasks: A Semi-Supervised Approach, SIBGRAPI",
  optionsSchema,
  // 100 epochs; a batch of 200, of which 100 labelled; Adam at 1e-3.
  training: { epochs: 100, batchSize: 100, labelledPerBatch: 100, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: { hidden: [12], featureSize: 8 },

  build({ options, data, schedule, random }) {
    const { featureSize, wR, wC, wA, wF } = options;
    const clusters = classCount(data);
    const parameters = new Parameters();
    const network = new FeatureAndClass(parameters, random, data, options, clusters);
    const gaussians = new ClassGaussians(parameters, "gaussians", clusters, featureSize);
    const pseudoLabels = options.propagation && new PseudoLabels(options.propagation, clusters, random);
    const featureOf = (x: tf.Tensor2D) => network.feature(x, false);

    const warps = options.augmentation;
    const trained = ({ x, random: noise }: Batch) =>
      network.feature(warpedBatch(x, data.shape, warps, noise("warp")), true);
    /** L_R, with c by Gumbel-softmax. */
    const reconstructionLoss = ({ x, epoch, random: noise }: Batch, f: tf.Tensor2D, scores: tf.Tensor2D) => {
      const c = gumbelSoftmax(scores, temperatureAt(options.temperature, epoch), noise("gumbel"));
      return div(squaredError(network.decode(f, c, true), x), x.shape[1]);
    };
    /** The label of each example as one-hot rows, and its certainty: by propagation, or by a vote at this step. */
    const assign = ({ x, rows }: Batch, distances: tf.Tensor2D, given: tf.Tensor1D) => {
      if (pseudoLabels) return pseudoLabels.targets(rows);
      const voting = warps ? constant(() => distancesToFirst(featureOf(x), given.size)) : distances;
      return {
        assigned: constant(() => assignLabels(voting, given, clusters, options.neighbours)),
        certainty: null,
      };
    };

    const alone = phase(
      "reconstruction",
      { ...schedule, epochs: options.reconstructionEpochs },
      (batch) => {
        const f = trained(batch);
        return weighted({ reconstruction: [reconstructionLoss(batch, f, network.logits(f)), wR] });
      },
      { pretraining: true },
    );
    const objective = (batch: Batch) => {
      const f = trained(batch);
      const scores = network.logits(f);
      const given = givenLabels(batch.labels);
      const distances = distancesToFirst(f, given.size);
      const { assigned, certainty } = assign(batch, distances, given);
      const reconstruction = reconstructionLoss(batch, f, scores);
      const categorical = div(categoricalKl(scores), Math.log(clusters));
      const { assignment, feature } = assignmentTerms(scores, distances, assigned, certainty, options);
      const share = ramp(batch.epoch, options.rampEpochs);
      return weighted({
        reconstruction: [reconstruction, wR],
        categorical: [categorical, wC * share],
        assignment: [assignment, wA * share],
        feature: [feature, wF * share],
      });
    };
    const main = mainPhase(schedule, objective, {
      continues: true,
      beforeStep: async ({ epoch, offset }, all) => {
        if (offset === 0) pseudoLabels?.propagate(all, featureSize, featureOf, epoch);
      },
      learningRate: (epoch) => halved(epoch, options.halveEvery),
    });

    return {
      parameters,
      clusters,
      training: {
        phases: options.reconstructionEpochs > 0 ? [alone, main] : [main],
        ...(pseudoLabels && { state: pseudoLabels.state }),
        finish: async (all) => gaussians.fitTo(all, (x) => network.encode(x)),
      },
      encoder: {
        latent: "feature",
        encode: (x) => network.encode(x),
        encodeDuringTraining: (x, rows) => ({
          ...network.encode(x),
          ...(pseudoLabels && { pseudoLabel: pseudoLabels.of(rows) }),
        }),
      },
      decoder: network.decoder(gaussians),
    };
  },
};
export default auxiliaryClustering;
