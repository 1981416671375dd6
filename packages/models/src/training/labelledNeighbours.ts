/** The assignment process and the losses L_A and L_F of *Learning to Cluster with Auxiliary Tasks*. */
import { constant, matMul, mul, oneHot, slice, sub, tf } from "@gumbel/engine";
import { z } from "zod";

/** Options of the assignment process and of L_A and L_F. */
export const assignmentOptions = {
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
};

interface AssignmentSettings {
  neighbours: number;
  representatives: "class" | "nearest";
  otherClasses: "mean" | "sum";
  assignmentLoss: "bounded" | "crossEntropy";
  alpha: number;
}

/** The labels of the first examples of a batch, which have one, [L], int32. @param labels -1 of the others */
export const givenLabels = (labels: Int32Array): tf.Tensor1D =>
  tf.tensor1d(
    labels.filter((label) => label >= 0),
    "int32",
  );

/**
 * ‖f_i - f_l‖ of every feature to the first `count`.
 *
 * @param feature [N, F]
 * @returns [N, count]
 */
export function distancesToFirst(feature: tf.Tensor2D, count: number): tf.Tensor2D {
  const first = slice(feature, 0, count);
  const squares = (of: tf.Tensor2D): tf.Tensor => tf.sum(tf.square(of), 1, true);
  const products = tf.matMul(feature, first, false, true);
  const sum = tf.add(squares(feature), tf.transpose(squares(first)));
  // Rounding may leave the square of a short distance below zero, and the root has no finite slope at zero.
  return tf.sqrt<tf.Tensor2D>(tf.add(tf.relu(tf.sub(sum, tf.mul(products, 2))), smallest));
}

/** Added to squared distances. */
const smallest = 1e-6;

/**
 * The assignment process: the labelled examples, which are first, keep their label; each other one takes that of most of
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
  const unlabelled = slice(distances, labelled);
  const { indices } = tf.topk(tf.neg(unlabelled), Math.min(neighbours, labelled));
  // One-hot rows and a product instead of tf.gather, which would wait for the indices' values.
  const voters = oneHot<tf.Rank.R3>(indices, labelled);
  const nearest = tf.reshape(tf.slice(voters, [0, 0, 0], [-1, 1, -1]), [count - labelled, labelled]);
  const votes = matMul(tf.add(tf.sum(voters, 1), tf.mul(nearest, 0.5)), own);
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
 * @param distances to the labelled examples, which are first, [N, L]
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
  const own = slice(assigned, 0, labelled);
  const self = tf.pad(tf.eye(labelled), [
    [0, count - labelled],
    [0, 0],
  ]);
  const sameClass = sub(matMul(assigned, own, false, true), self);
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
  // With fewer allowed columns than `many`, others were among the nearest.
  return tf.mul(marked, allowed);
}

/**
 * L_A, or the cross-entropy in its place, and L_F.
 *
 * @param scores logits of q(c | x), [N, K]
 * @param distances of the features to the labelled ones, which are first, [N, L]
 * @param assigned one-hot rows, [N, K]
 * @param certainty how much each example counts, [N, 1]; null is 1
 */
export function assignmentTerms(
  scores: tf.Tensor2D,
  distances: tf.Tensor2D,
  assigned: tf.Tensor2D,
  certainty: tf.Tensor2D | null,
  options: AssignmentSettings,
): { assignment: tf.Scalar; feature: tf.Scalar } {
  const weights = constant(() => featureWeights(distances, assigned, distances.shape[1], options));
  return {
    assignment:
      options.assignmentLoss === "bounded"
        ? assignmentLoss(scores, assigned, options.otherClasses, certainty)
        : crossEntropy(scores, assigned, certainty),
    feature: tf.sum(mul(distances, certainty ? mul(weights, certainty) : weights)),
  };
}
