import { UserError } from "@gumbel/config";
import { categoricalKl, constant, oneHot, Parameters, relu, squaredError, tf } from "@gumbel/engine";
import { z } from "zod";
import { encodeAll } from "../networks/autoencoder.js";
import { ClassGaussians } from "../networks/classGaussians.js";
import { DenseLayer } from "../networks/dense.js";
import { encoderAndDecoder } from "../networks/encoderDecoder.js";
import { temperatureAt, temperatureOption } from "../networks/temperature.js";
import type { Encoding, Model, System } from "../system.js";
import { warped, warpSchema } from "../training/augmentation.js";
import { PropagatedLabels, propagationSchema } from "../training/propagation.js";

const optionsSchema = z.strictObject({
  network: z
    .enum(["dense", "conv"])
    .default("dense")
    .describe("Encoder and decoder: fully connected, or the author's convolutions."),
  hidden: z
    .array(z.int().min(1))
    .default([512, 512])
    .describe("Hidden layers of the dense network (inferred; 512-512 in jariasf/GMVAE)."),
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
    .number()
    .min(0)
    .default(2)
    .describe("Epochs of L_R alone, before the first label is assigned (ours; 0 as published)."),
  rampEpochs: z
    .number()
    .min(0)
    .default(4)
    .describe("Epochs over which L_C, L_A and L_F then come in, linearly (ours; 0 as published)."),
  augmentation: warpSchema
    .nullable()
    .default(null)
    .describe(
      "g sees a randomly warped copy of an image; L_R asks for the image itself, which also is what a label is assigned to (ours); null as published.",
    ),
  propagation: propagationSchema
    .nullable()
    .default(null)
    .describe(
      "Labels are assigned before each epoch, along a graph of neighbouring features instead of straight from the nearest labelled ones, and count as much as they are certain (ours); null as published.",
    ),
  temperature: temperatureOption,
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
 * f is moved from the one mean to the other (both ours: the thesis does not say how, and f holds the class as well as c does).
 *
 * All but L_R wait for features that are worth a vote: see `reconstructionEpochs` and `rampEpochs`.
 *
 * A network learns each of its own mistakes: what is nearest to the wrong labelled example stays there. Options that are
 * not of the paper, off by default, undo that. With `augmentation`, f = g(x′) everywhere above, x′ a random warp of x, of
 * the labelled examples too, while L_R asks for x and the label c_i is found from g(x). With `propagation`, c_i comes from the
 * labelled examples by way of the features between (Iscen et al. 2019), once before each epoch, and example i counts in L_A
 * and L_F by its certainty, 0 … 1; κ then has no part in it. `assignmentLoss` may put the cross-entropy in place of L_A.
 */
export const auxiliaryClustering: System<z.output<typeof optionsSchema>> = {
  title: "Clustering with auxiliary tasks",
  reference:
    "Arias Figueroa, Ramírez Rivera 2017, Learning to Cluster with Auxiliary Tasks: A Semi-Supervised Approach, SIBGRAPI",
  optionsSchema,
  // 100 epochs; a batch of 200, of which 100 labelled; Adam at 1e-3.
  training: { epochs: 100, batchSize: 100, labelledPerBatch: 100, learningRate: 1e-3 },

  build({ options, data, random }): Model {
    const { featureSize, temperature, augmentation, propagation } = options;
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

    const encode = (x: tf.Tensor2D): Encoding => {
      const feature = g(x, false);
      const scores = logits.apply(feature);
      return { cluster: tf.argMax(scores, 1), feature, probabilities: tf.softmax(scores) };
    };

    const decode = (feature: tf.Tensor2D, c: tf.Tensor2D, training: boolean): tf.Tensor2D =>
      body(relu(tf.add<tf.Tensor2D>(fromFeature.apply(feature), fromC.apply(c))), training);

    /** How far all but L_R have come in: 0 … 1. */
    const comeIn = (epoch: number): number => {
      const since = epoch - options.reconstructionEpochs;
      return since < 0 ? 0 : options.rampEpochs > 0 ? Math.min(1, since / options.rampEpochs) : 1;
    };

    const propagated = propagation && new PropagatedLabels(propagation, clusters, random);

    return {
      parameters,
      clusters,
      latent: "feature",
      ...(propagated && { state: propagated.state }),

      async beforeStep({ epoch, offset }, training) {
        if (offset === 0 && epoch + 1 > options.reconstructionEpochs) {
          propagated?.spread(training, featureSize, (x) => g(x, false), epoch);
        }
        return undefined;
      },

      learningRateFactor: (epoch) =>
        options.halveEvery === null ? 1 : 0.5 ** Math.floor(epoch / options.halveEvery),

      objective({ x, rows, labels, epoch, random: noise }) {
        const batch = x.shape[0];
        const tau = temperatureAt(temperature, epoch);
        const seen = augmentation
          ? tf.tensor2d(warped(x.dataSync<"float32">(), data.shape, augmentation, noise("warp")), x.shape)
          : x;
        const feature = g(seen, true);
        const scores = logits.apply(feature);
        const gumbel = tf.tensor2d(noise("gumbel").fill("gumbel", batch * clusters), [batch, clusters]);
        const c = tf.softmax(tf.div<tf.Tensor2D>(tf.add(scores, gumbel), tau));

        const given = tf.tensor1d(
          labels.filter((label) => label >= 0),
          "int32",
        );
        const distances = distancesToFirst(feature, given.size);
        const spread = propagated?.of(rows);
        const voting =
          augmentation && !propagated ? constant(() => distancesToFirst(g(x, false), given.size)) : distances;
        const assigned =
          spread?.assigned ?? constant(() => assignLabels(voting, given, clusters, options.neighbours));
        const certainty = spread?.certainty ?? null;

        const reconstruction = tf.div<tf.Scalar>(squaredError(decode(feature, c, true), x), x.shape[1]);
        const categorical = tf.div<tf.Scalar>(categoricalKl(scores), Math.log(clusters));
        const assignment =
          options.assignmentLoss === "bounded"
            ? assignmentLoss(scores, assigned, options.otherClasses, certainty)
            : crossEntropy(scores, assigned, certainty);
        const weights = constant(() => featureWeights(distances, assigned, given.size, options));
        const featureLoss = tf.sum<tf.Scalar>(
          tf.mul(distances, certainty ? tf.mul(weights, certainty) : weights),
        );

        const auxiliary = tf.addN([
          tf.mul<tf.Scalar>(categorical, options.wC),
          tf.mul<tf.Scalar>(assignment, options.wA),
          tf.mul<tf.Scalar>(featureLoss, options.wF),
        ]);
        return {
          total: tf.add(tf.mul(reconstruction, options.wR), tf.mul(auxiliary, comeIn(epoch))),
          reconstruction,
          categorical,
          assignment,
          feature: featureLoss,
        };
      },

      async finish(training) {
        const features = encodeAll(training, featureSize, (x) => g(x, false));
        const cluster = tf.tidy(() => tf.argMax(logits.apply(features), 1));
        gaussians.fit(features, cluster.dataSync<"int32">());
        tf.dispose([features, cluster]);
      },
      encode,
      encodeUnfinished: (x, rows) => ({ ...encode(x), ...(propagated && { lent: propagated.lent(rows) }) }),
      generator: {
        noise: featureSize,
        generate: (c, z) => decode(gaussians.draw(c, z), c, false),
      },
      restyle(x, c) {
        const { feature, cluster } = encode(x);
        const own = oneHot(cluster, clusters);
        return decode(gaussians.move(feature!, own, c), c, false);
      },
      reconstruct(x) {
        const feature = g(x, false);
        return decode(feature, tf.softmax(logits.apply(feature)), false);
      },
      interpolate(x, weights) {
        const feature = g(x, false);
        const c = tf.matMul<tf.Tensor2D>(weights, tf.softmax(logits.apply(feature)));
        return decode(tf.matMul(weights, feature), c, false);
      },
    };
  },
};

/**
 * ‖f_i - f_l‖ of every feature to the first `count`.
 *
 * @param feature [N, F]
 * @returns [N, count]
 */
export function distancesToFirst(feature: tf.Tensor2D, count: number): tf.Tensor2D {
  const first = tf.slice(feature, 0, count) as tf.Tensor2D;
  const squares = (of: tf.Tensor2D): tf.Tensor => tf.sum(tf.square(of), 1, true);
  const products = tf.matMul(feature, first, false, true);
  const sum = tf.add(squares(feature), tf.transpose(squares(first)));
  // Rounding may leave the square of a short distance below zero, and a root has no slope at zero.
  return tf.sqrt<tf.Tensor2D>(tf.add(tf.relu(tf.sub(sum, tf.mul(products, 2))), smallest));
}

/** Added to squared distances. */
const smallest = 1e-6;

/**
 * The assignment process: the labelled examples, which stand first, keep their label; each other one takes that of most of
 * its κ nearest labelled examples, of equals the nearest one's.
 *
 * @param distances to the labelled examples, [N, L]
 * @param labels of these, [L]
 * @returns one-hot rows, [N, K]
 */
export function assignLabels(
  distances: tf.Tensor2D,
  labels: tf.Tensor1D,
  clusters: number,
  neighbours: number,
): tf.Tensor2D {
  const [count, labelled] = distances.shape;
  const own = oneHot(labels, clusters);
  if (count === labelled) return own;
  const unlabelled = tf.slice(distances, labelled) as tf.Tensor2D;
  const { indices } = tf.topk(tf.neg(unlabelled), Math.min(neighbours, labelled));
  // One-hot rows and a product instead of tf.gather, which would wait for the indices' values.
  const voters = oneHot<tf.Rank.R3>(indices, labelled);
  const nearest = tf.reshape(tf.slice(voters, [0, 0, 0], [-1, 1, -1]), [count - labelled, labelled]);
  const votes = tf.matMul<tf.Tensor2D>(tf.add(tf.sum(voters, 1), tf.mul(nearest, 0.5)), own);
  const chosen = tf.argMax(votes, 1);
  return tf.concat([own, oneHot(chosen, clusters)]);
}

/**
 * L_A. tanh(-log p) = (1 - p²) / (1 + p²), which needs no logarithm, so that no probability is too small for it.
 *
 * @param scores logits of q(c | x), [N, K]
 * @param assigned one-hot rows, [N, K]
 * @param certainty how much each example counts, [N, 1]; null is 1
 */
export function assignmentLoss(
  scores: tf.Tensor2D,
  assigned: tf.Tensor2D,
  otherClasses: "mean" | "sum",
  certainty: tf.Tensor2D | null = null,
): tf.Scalar {
  const [count, clusters] = scores.shape;
  const squares = tf.square(tf.softmax(scores));
  const surprise = tf.div(tf.sub(1, squares), tf.add(1, squares));
  const others = otherClasses === "mean" ? clusters - 1 : 1;
  // Weight 1 for the assigned class, -1 or -1/(K-1) for each other one.
  const weights = tf.sub(tf.mul(assigned, 1 + 1 / others), 1 / others);
  const each = tf.add(tf.sum(tf.mul(surprise, weights), 1, true), 1);
  return tf.div<tf.Scalar>(tf.sum(certainty ? tf.mul(each, certainty) : each), 2 * count);
}

/**
 * (1/N) Σ_i -log q(c_i | x_i), in place of L_A.
 *
 * @param scores logits of q(c | x), [N, K]
 * @param assigned one-hot rows, [N, K]
 * @param certainty how much each example counts, [N, 1]; null is 1
 */
export function crossEntropy(
  scores: tf.Tensor2D,
  assigned: tf.Tensor2D,
  certainty: tf.Tensor2D | null = null,
): tf.Scalar {
  const each = tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores), assigned), 1, true));
  return tf.mean<tf.Scalar>(certainty ? tf.mul(each, certainty) : each);
}

/**
 * How much the distance of each example to each labelled one counts in L_F: α/L or (1-α)/U over √(2|r|) for those of r,
 * the labelled examples of the same assigned class but the example itself, or the κ nearest of them; 0 for the others.
 *
 * @param distances to the labelled examples, which stand first, [N, L]
 * @param assigned one-hot rows, [N, K]
 * @returns [N, L]
 */
export function featureWeights(
  distances: tf.Tensor2D,
  assigned: tf.Tensor2D,
  labelled: number,
  options: { alpha: number; neighbours: number; representatives: "class" | "nearest" },
): tf.Tensor2D {
  const [count] = distances.shape;
  const own = tf.slice(assigned, 0, labelled) as tf.Tensor2D;
  const self = tf.pad(tf.eye(labelled), [
    [0, count - labelled],
    [0, 0],
  ]);
  const sameClass = tf.sub<tf.Tensor2D>(tf.matMul(assigned, own, false, true), self);
  const chosen =
    options.representatives === "class" ? sameClass : nearestOf(distances, sameClass, options.neighbours);
  const sizes = tf.maximum(tf.sum(chosen, 1, true), 1);
  const shares = Float32Array.from({ length: count }, (_, i) =>
    i < labelled ? options.alpha / labelled : (1 - options.alpha) / (count - labelled),
  );
  return tf.mul(tf.div(chosen, tf.sqrt(tf.mul(sizes, 2))), tf.tensor2d(shares, [count, 1]));
}

/** Of the columns that `allowed` marks with 1, the `many` nearest of each row. */
function nearestOf(distances: tf.Tensor2D, allowed: tf.Tensor2D, many: number): tf.Tensor2D {
  const [, columns] = distances.shape;
  const far = tf.mul(tf.sub(1, allowed), 1e9);
  const { indices } = tf.topk(tf.neg(tf.add(distances, far)), Math.min(many, columns));
  const marked = tf.sum<tf.Tensor2D>(oneHot<tf.Rank.R3>(indices, columns), 1);
  // Where there are fewer than asked for, columns that are not allowed were among the nearest.
  return tf.mul(marked, allowed);
}
