import { matMul, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { fitKMeans } from "../clustering/kmeans.js";
import { encodeAll } from "../encodeAll.js";
import { DepictNetwork, networkOptions } from "../networks/depictNetwork.js";
import { byScores } from "../networks/scores.js";
import { clusterCount, clustersOption, kmeansSettings } from "../options.js";
import type { Batch, BuildContext, Model, Position, System, Training, TrainingData } from "../system.js";
import { clusterByChosen, mergedClusters, mergedRows, mergingOptions } from "../training/merging.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase, phase } from "../training/phases.js";
import { pretrainingOption, pretrainingSchedule } from "../training/pretraining.js";
import { meanKl, oneHotRows, rowsOf, sharpened } from "../training/targets.js";

export const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...networkOptions,
  featureSize: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Size of z; null takes K, as the authors' code."),
  hiddenWeight: z
    .number()
    .min(0)
    .default(0.1)
    .describe("Weight of the reconstruction of hidden layers against that of the input. The authors' code."),
  targetPower: z
    .number()
    .positive()
    .default(2)
    .describe(
      "s of q ∝ (p / √f)^s: 2 is the authors' code; 1, the paper's formula, leaves the first clusters as they are.",
    ),
  startEpochs: z
    .int()
    .min(0)
    .default(10)
    .describe(
      "Epochs with the first clusters as targets (inferred; in the code until the NMI with them stops rising).",
    ),
  start: z
    .strictObject({
      clusters: z
        .enum(["merging", "k-means"])
        .default("merging")
        .describe(
          "How z is clustered first. The paper has k-means for its large data sets, merging for the others.",
        ),
      restarts: z.int().min(1).default(40).describe("k-means starts. The authors' code."),
      ...mergingOptions,
    })
    .prefault({}),
  tolerance: z
    .number()
    .min(0)
    .default(1e-7)
    .describe("Mean squared change of the targets that ends the training. The authors' code."),
  pretraining: pretrainingOption(
    z
      .int()
      .min(1)
      .default(100)
      .describe("Epochs (ours; in the code until the validation loss has not fallen for 100, at most 4000)."),
    100,
    1e-4,
    "The authors' code.",
  ),
});

/**
 * DEPICT: deep embedded regularized clustering.
 *
 *   clean     h⁰ = x,           hˡ = a(Wˡ hˡ⁻¹),             z = tanh(W hᴸ)
 *   noisy     h̃⁰ = dropout(x),  h̃ˡ = dropout(a(Wˡ h̃ˡ⁻¹)),    z̃ = tanh(W h̃ᴸ)
 *   decoder   from z̃ back: r^L, …, r⁰, with weights of its own; a is the leaky ReLU of slope 0.01
 *   p = softmax(U z + b), p̃ = softmax(U z̃ + b)
 *
 *   q_ik ∝ (p_ik / √(Σ_i' p_i'k))^s                       (clean path, refreshed every epoch)
 *   L = (1/N) Σ KL(q_i ‖ p̃_i) + mean (x - r⁰)² + w Σ_l mean (hˡ - rˡ)²
 *
 * Pretraining is the reconstruction alone. Then z is clustered, the columns of U are the clusters' means, scaled to length 1,
 * and q is one-hot, those clusters, for `startEpochs`. That clustering is k-means, or merging along a graph of neighbours: in
 * the paper AC-PIC, here that of JULE, both after Zhang. Gradients run through the clean layers too, as in the authors' code.
 *
 * Inputs in [0, 1] are taken to [-1, 1], and then the output is a tanh.
 */
const depict: System<z.output<typeof optionsSchema>> = {
  title: "DEPICT",
  reference:
    "Dizaji, Herandi, Deng, Cai, Huang 2017, Deep Clustering via Joint Convolutional Autoencoder Embedding and Relative Entropy Minimization, ICCV",
  link: "https://arxiv.org/abs/1704.06327",
  optionsSchema,
  // Batch and rate of the authors' code; there, epochs until the targets no longer change, at most 4000.
  training: { epochs: 100, batchSize: 100, optimizer: adam(1e-4) },
  comparedBy: null,
  small: { network: "dense", hidden: [12, 8] },

  build: (context) => buildDepict(context),
};
export default depict;

/** What a system changes in the clusters that DEPICT finds. */
interface Changes {
  /** How many clusterings there are to begin with; each merges other examples. */
  candidates: number;
  /** The first clusters, from these. */
  first(candidates: Int32Array[], all: TrainingData): Int32Array;
  /** Other targets for some examples, n × K, in place. */
  targets(values: Float32Array, all: TrainingData): void;
}
const none: Changes = { candidates: 1, first: ([only]) => only!, targets: () => {} };

/** DEPICT, with a system's changes. */
export function buildDepict(
  { options, data, schedule, random }: BuildContext<z.output<typeof optionsSchema>>,
  changes = none,
): Model {
  const clusters = clusterCount(options.clusters, data);
  const featureSize = options.featureSize ?? clusters;
  const parameters = new Parameters();
  const network = new DepictNetwork(parameters, random, data, options, featureSize, clusters);
  const featureOf = (x: tf.Tensor2D) => network.feature(x);
  const state: NonNullable<Training["state"]> = new Map();

  /** The reconstruction's terms, and z̃. */
  const denoised = ({ x, random: noise }: Batch) => {
    const { feature, reconstruction, layerwise } = network.denoise(x, noise);
    return { feature, terms: { reconstruction, layerwise: [layerwise, options.hiddenWeight] as const } };
  };
  const firstClusters = (all: TrainingData, features: tf.Tensor2D, candidate: number): Int32Array => {
    const { start } = options;
    const rows = mergedRows(all.n, start.examples, candidate, changes.candidates);
    // With no more examples than clusters there is nothing to merge.
    if (start.clusters === "merging" && rows.length > clusters) {
      return clusterByChosen(all, rows, featureSize, featureOf, (points) =>
        mergedClusters(points, featureSize, { ...start, clusters }),
      );
    }
    const settings = kmeansSettings(clusters, start.restarts);
    const first = candidate * start.restarts;
    return fitKMeans(features, settings, (restart) => random("k-means", first + restart)).assignment;
  };
  const start = async (all: TrainingData) => {
    const features = encodeAll(all, featureSize, featureOf);
    const candidates = Array.from({ length: changes.candidates }, (_, i) => firstClusters(all, features, i));
    const targets = oneHotRows(changes.first(candidates, all), clusters);
    network.setClusters(features, targets);
    changes.targets(targets, all);
    state.set("targets", { shape: [all.n, clusters], values: targets });
    features.dispose();
  };
  const refreshTargets = async ({ epoch, offset }: Position, all: TrainingData) => {
    if (offset > 0 || epoch < options.startEpochs) return undefined;
    const probabilities = encodeAll(all, clusters, (x) => tf.softmax(network.logits(featureOf(x))));
    const values = sharpened(probabilities.dataSync<"float32">(), clusters, options.targetPower);
    probabilities.dispose();
    changes.targets(values, all);
    const before = state.get("targets")!.values;
    const change = values.reduce((sum, q, i) => sum + (q - before[i]!) ** 2, 0) / values.length;
    state.set("targets", { shape: [all.n, clusters], values });
    return epoch > options.startEpochs && change < options.tolerance ? "converged" : undefined;
  };

  const pretraining = phase(
    "pretraining",
    pretrainingSchedule(options.pretraining),
    (batch) => weighted(denoised(batch).terms),
    {
      pretraining: true,
    },
  );
  const objective = (batch: Batch) => {
    const { feature, terms } = denoised(batch);
    const q = rowsOf(state.get("targets")!.values, clusters, batch.rows);
    return weighted({ clustering: meanKl(q, network.logits(feature)), ...terms });
  };

  return {
    parameters,
    clusters,
    training: {
      phases: [pretraining, mainPhase(schedule, objective, { start, beforeStep: refreshTargets })],
      state,
    },
    encoder: {
      latent: "feature",
      encode(x) {
        const feature = featureOf(x);
        return byScores(network.logits(feature), feature);
      },
    },
    decoder: {
      reconstruct: (x) => network.decode(featureOf(x)),
      interpolate: (x, weights) => network.decode(matMul(weights, featureOf(x))),
    },
  };
}
