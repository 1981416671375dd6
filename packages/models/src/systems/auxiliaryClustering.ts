import { UserError } from "@gumbel/config";
import {
  add,
  categoricalKl,
  constant,
  div,
  matMul,
  mul,
  oneHot,
  Parameters,
  relu,
  squaredError,
  tf,
} from "@gumbel/engine";
import { z } from "zod";
import { ClassGaussians } from "../networks/classGaussians.js";
import { DenseLayer } from "../networks/dense.js";
import { encoderAndDecoder } from "../networks/encoderDecoder.js";
import { constantTemperature, gumbelSoftmax, temperatureAt } from "../networks/gumbelSoftmax.js";
import { hiddenOption } from "../options.js";
import type { Batch, Phase, System } from "../system.js";
import { encodeAll } from "../training/encodeAll.js";
import {
  assignLabels,
  assignmentLoss,
  crossEntropy,
  distancesToFirst,
  featureWeights,
} from "../training/labelledNeighbours.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase, phase, ramp } from "../training/phases.js";
import { PseudoLabels, propagationOption } from "../training/pseudoLabels.js";
import { warpedBatch, warpOption } from "../training/warps.js";

export const optionsSchema = z.strictObject({
  network: z
    .enum(["dense", "conv"])
    .default("dense")
    .describe("Encoder and decoder: fully connected, or the author's convolutions."),
  hidden: hiddenOption(
    [512, 512],
    "Hidden layers of the dense network (inferred; 512-512 in jariasf/GMVAE).",
  ),
  featureSize: z.int().min(1).default(150).describe("Size of the feature f. 150 in the thesis."),
  neighbours: z
    .int()
    .min(1)
    .default(1)
    .describe("κ: labelled features that vote for the label of an unlabelled one. 1 in the thesis."),
  representatives: z
    .enum(["class", "nearest"])
    .default("class")
    .describe("r: every labelled feature of the assigned class, or the κ nearest of them (inferred)."),
  otherClasses: z
    .enum(["mean", "sum"])
    .default("mean")
    .describe("The second part of L_A: as a mean, which keeps L_A in [0, 1] (inferred), or to the letter."),
  assignmentLoss: z
    .enum(["bounded", "crossEntropy"])
    .default("bounded")
    .describe(
      "L_A as published, which hardly moves an example that is sure of another class; or the mean of -log q(c_i | x_i), which does (ours).",
    ),
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe("α: the labelled examples' share of L_F. 0.6 in the thesis."),
  wR: z.number().min(0).default(1).describe("Weight of L_R. 1 in the paper."),
  wC: z.number().min(0).default(1).describe("Weight of L_C. 0 and 1 are studied in the thesis."),
  wA: z.number().min(0).default(10).describe("Weight of L_A. 10 in the thesis."),
  wF: z.number().min(0).default(1).describe("Weight of L_F. 1 in the paper."),
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
    const { featureSize, temperature, augmentation, propagation, wR, wC, wA, wF } = options;
    const clusters = data.classes;
    if (clusters < 2) {
      throw new UserError({
        what: "the data has no classes to learn from labelled examples",
        where: "dataset in pipeline.json",
        expected: "a data set with labels of two classes or more",
      });
    }
    const parameters = new Parameters();
    const { g, body } = encoderAndDecoder(parameters, random, data, options);
    const logits = new DenseLayer(parameters, random, "logits", featureSize, clusters);
    const fromFeature = new DenseLayer(parameters, random, "fromFeature", featureSize, featureSize);
    const fromC = new DenseLayer(parameters, random, "fromC", clusters, featureSize);
    const gaussians = new ClassGaussians(parameters, "gaussians", clusters, featureSize);
    const pseudoLabels = propagation && new PseudoLabels(propagation, clusters, random);

    const encode = (x: tf.Tensor2D) => {
      const feature = g(x, false);
      const scores = logits.apply(feature);
      const cluster: tf.Tensor1D = tf.argMax(scores, 1);
      return { cluster, feature, probabilities: tf.softmax(scores) };
    };
    const decode = (feature: tf.Tensor2D, c: tf.Tensor2D, training: boolean) =>
      body(relu(add(fromFeature.apply(feature), fromC.apply(c))), training);
    const seen = ({ x, random: noise }: Batch) => warpedBatch(x, data.shape, augmentation, noise("warp"));

    /** L_R, with c by Gumbel-softmax. */
    const reconstructionLoss = (
      { x, epoch, random: noise }: Batch,
      feature: tf.Tensor2D,
      scores: tf.Tensor2D,
    ) => {
      const c = gumbelSoftmax(scores, temperatureAt(temperature, epoch), noise("gumbel"));
      return div(squaredError(decode(feature, c, true), x), x.shape[1]);
    };
    /** The label of each example as one-hot rows, and its certainty: by propagation, or by a vote at this step. */
    const assign = ({ x, rows }: Batch, distances: tf.Tensor2D, given: tf.Tensor1D) => {
      if (pseudoLabels) return pseudoLabels.targets(rows);
      const voting = augmentation ? constant(() => distancesToFirst(g(x, false), given.size)) : distances;
      const assigned = constant(() => assignLabels(voting, given, clusters, options.neighbours));
      return { assigned, certainty: null };
    };

    const reconstruction = phase(
      "reconstruction",
      { ...schedule, epochs: options.reconstructionEpochs },
      (batch) => {
        const feature = g(seen(batch), true);
        return weighted({ reconstruction: [reconstructionLoss(batch, feature, logits.apply(feature)), wR] });
      },
      { pretraining: true },
    );

    const objective = (batch: Batch) => {
      const feature = g(seen(batch), true);
      const scores = logits.apply(feature);
      const given = tf.tensor1d(
        batch.labels.filter((label) => label >= 0),
        "int32",
      );
      const distances = distancesToFirst(feature, given.size);
      const { assigned, certainty } = assign(batch, distances, given);
      const weights = constant(() => featureWeights(distances, assigned, given.size, options));
      const share = ramp(batch.epoch, options.rampEpochs);
      return weighted({
        reconstruction: [reconstructionLoss(batch, feature, scores), wR],
        categorical: [div(categoricalKl(scores), Math.log(clusters)), wC * share],
        assignment: [
          options.assignmentLoss === "bounded"
            ? assignmentLoss(scores, assigned, options.otherClasses, certainty)
            : crossEntropy(scores, assigned, certainty),
          wA * share,
        ],
        feature: [tf.sum(mul(distances, certainty ? mul(weights, certainty) : weights)), wF * share],
      });
    };
    const hooks: Partial<Phase> = {
      continues: true,
      async beforeStep({ epoch, offset }, all) {
        if (offset === 0) pseudoLabels?.propagate(all, featureSize, (x) => g(x, false), epoch);
        return undefined;
      },
      learningRate: (epoch) =>
        options.halveEvery === null ? 1 : 0.5 ** Math.floor(epoch / options.halveEvery),
    };

    return {
      parameters,
      clusters,
      training: {
        phases: [
          ...(options.reconstructionEpochs > 0 ? [reconstruction] : []),
          mainPhase(schedule, objective, hooks),
        ],
        ...(pseudoLabels && { state: pseudoLabels.state }),
        async finish(all) {
          const features = encodeAll(all, featureSize, (x) => g(x, false));
          const cluster = tf.tidy(() => tf.argMax(logits.apply(features), 1));
          gaussians.fit(features, cluster.dataSync<"int32">());
          tf.dispose([features, cluster]);
        },
      },
      encoder: {
        latent: "feature",
        encode,
        encodeDuringTraining: (x, rows) => ({
          ...encode(x),
          ...(pseudoLabels && { pseudoLabel: pseudoLabels.of(rows) }),
        }),
      },
      decoder: {
        generator: {
          noise: featureSize,
          conditional: true,
          generate: (noise, c) => decode(gaussians.draw(c, noise), c, false),
        },
        reconstruct(x) {
          const { feature, probabilities } = encode(x);
          return decode(feature, probabilities, false);
        },
        interpolate(x, weights) {
          const { feature, probabilities } = encode(x);
          return decode(matMul(weights, feature), matMul(weights, probabilities), false);
        },
        restyle(x, c) {
          const { feature, cluster } = encode(x);
          return decode(gaussians.move(feature, oneHot(cluster, clusters), c), c, false);
        },
      },
    };
  },
};
export default auxiliaryClustering;
