/** The objective of M2 (Kingma et al. 2014), which M1+M2 has on features. */
import { div, type Objective, type Parameter, tf } from "@gumbel/engine";
import { z } from "zod";
import type { M2Network } from "../networks/m2Network.js";
import { likelyClassesOption, marginalBounds, summedClasses } from "../networks/summedClasses.js";
import { weightOption } from "../options.js";
import type { Batch, DataDescription } from "../system.js";
import type { LabelledBatch } from "./labelledBatch.js";
import { weighted } from "./objective.js";
import { crossEntropyTo, oneHotRows } from "./targets.js";

export const boundOptions = {
  alpha: weightOption(
    0.1,
    "α of the classifier: the weight of its cross-entropy beside a bound per example. Section 4 of the paper: 0.1.",
  ),
  labelledShare: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe(
      "s, the weight of the mean bound of the labelled examples; null for N_l / N, the paper's sum over the data. Replicas and Maaløe et al. 2016 weigh both alike: 0.5.",
    ),
  likelyClasses: likelyClassesOption,
};

/**
 * J / N = s mean_labelled (-L(x, y)) + (1 - s) mean_unlabelled (-U(x)) + α mean_labelled (-log q(y | x)) + ‖θ‖² / 2N. With
 * s = N_l / N, for N_l labelled of N examples, it is a sum over the data as the paper's, whatever the shares in a batch.
 *
 * @param halves what the networks get, [n, inputs] each
 * @param priors weights that have the prior N(0, 1)
 * @param weights of the inputs in their likelihood, [inputs]; 1 if absent
 */
export function semiSupervisedBound(
  network: M2Network,
  halves: LabelledBatch,
  batch: Batch,
  { examples, labelled: count }: DataDescription,
  { alpha, labelledShare, likelyClasses }: z.output<z.ZodObject<typeof boundOptions>>,
  priors: readonly Parameter[],
  weights?: tf.Tensor1D,
): Objective {
  const { labelled, classes, unlabelled } = halves;
  const K = network.shape.classes;
  const noiseOf = (half: string) => (name: string) => batch.random(`${half}/${name}`);
  const y = tf.tensor2d(oneHotRows(classes, K), [classes.length, K]);
  const known = network.bounds(labelled, y, noiseOf("labelled"), weights);
  const summed = summedClasses(network.logits(unlabelled), batch.epoch, likelyClasses);
  const bounds = network.bounds(unlabelled, summed.y, noiseOf("unlabelled"), weights);
  const share = labelledShare ?? count / examples;
  const squares = priors.map(({ value }) => tf.sum(tf.square(value)) as tf.Scalar);
  return weighted({
    labelled: [tf.mean(known), share],
    unlabelled: [tf.mean(marginalBounds(summed.logits, bounds)), 1 - share],
    classifier: [crossEntropyTo(classes, network.logits(labelled)), alpha],
    prior: [div(tf.addN(squares), 2), 1 / examples],
  });
}
