import { UserError } from "@gumbel/config";
import { mul, Parameters, tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { clusterCountOf } from "../clustering/assignment.js";
import { chosenRows, encodeAll } from "../encodeAll.js";
import { ClusteredReferences } from "../networks/clusteredReferences.js";
import { pooledConvolutions } from "../networks/pooledConvolutions.js";
import { clusterCount, clustersOption, hiddenOption } from "../options.js";
import type { Batch, BuildContext, Model, Position, System, Training, TrainingData } from "../system.js";
import { clusterByChosen, mergedClusters, mergingOptions } from "../training/merging.js";
import { weighted } from "../training/objective.js";
import { mainPhase, sgd } from "../training/phases.js";
import { drawTriplets, tripletLoss } from "../training/triplets.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  network: z
    .enum(["auto", "conv", "dense"])
    .default("auto")
    .describe("auto takes convolutions for images of at least 8 × 8 and dense layers for anything else."),
  maps: z.int().min(1).default(50).describe("Feature maps of each convolution. The authors' code."),
  hidden: hiddenOption([500, 500], "Hidden layers of the dense network (ours: the paper has images only)."),
  featureSize: z.int().min(1).default(160).describe("The authors' code."),
  ...mergingOptions,
  unrollingRate: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.9)
    .describe("η: the share of the clusters that a period merges; 0.2 for faces. The authors' code."),
  periodEpochs: z
    .int()
    .min(1)
    .default(20)
    .describe("Epochs of training between two mergings. The authors' code."),
  margin: z.number().min(0).default(0.2).describe("Of the triplet loss. The authors' code."),
  positiveWeight: z
    .number()
    .positive()
    .default(1)
    .describe("γ, of the distance within a cluster. The authors' code; 1 to 2."),
  negatives: z
    .int()
    .min(1)
    .default(20)
    .describe("Examples of other clusters for each pair of one cluster. The authors' code; 1 to 20."),
});
type Options = z.output<typeof optionsSchema>;

/** JULE with the clusters that its merging during training ends in, or with those of one more merging on its features. */
export const jule = (title: string, recluster: boolean): System<Options> => ({
  title,
  reference:
    "Yang, Parikh, Batra 2016, Joint Unsupervised Learning of Deep Representations and Image Clusters, CVPR",
  link: "https://arxiv.org/abs/1604.03628",
  optionsSchema,
  // The authors' code, but for its weight decay of 5e-5, which is left out. It ends after three or four periods of 20
  // epochs, when K clusters are left; 200 is no limit in practice.
  training: { epochs: 200, batchSize: 100, optimizer: sgd(0.01) },
  comparedBy: null,
  small: { network: "dense", hidden: [12], featureSize: 5, neighbours: 5 },
  build: (context) => build(context, recluster),
});
export default jule("JULE-SF", false);

/**
 * JULE: merging clusters and learning features take turns.
 *
 *   graph      W_ij = exp(-‖f_i - f_j‖² / σ²) to the K_s nearest; f = F(x) / ‖F(x)‖, at first the input itself
 *   merging    the pair with the largest affinity and the largest gap to its K_c nearest clusters, ⌈η n_c⌉ pairs in
 *              a period (clustering/affinity/merging.ts)
 *   learning   min (1/T) Σ max(0, margin + γ ‖f_a - f_p‖² - ‖f_a - f_n‖²), over pairs (a, p) of one cluster in the
 *              batch, each with `negatives` random n of other clusters
 *
 * It starts from the clusters of nearest neighbours on the input and ends when K are left: JULE-SF. JULE-RC throws these
 * away and merges once more, on the learned features, from nearest neighbours down to K.
 *
 * Merging all examples of a large data set is costly: `examples` of them are merged, and any other belongs to the cluster
 * of the nearest of these. These and their clusters are saved with the weights. The clusters of all training examples are training state.
 */
function build({ options, data, schedule, random }: BuildContext<Options>, recluster: boolean): Model {
  const { featureSize } = options;
  const clusters = clusterCount(options.clusters, data);
  const count = sampleSize(options.examples, data.examples);
  const parameters = new Parameters();
  const network = pooledConvolutions(parameters, random, data, options);
  const references = new ClusteredReferences(parameters, count, featureSize);
  const state: NonNullable<Training["state"]> = new Map();

  const featureOf = (x: tf.Tensor2D): tf.Tensor2D => unitLength(network(x, false));
  const clustersOf = (chosen: Uint32Array): Int32Array =>
    Int32Array.from(chosen, (row) => state.get("labels")!.values[row]!);
  const merging = { clusters, neighbours: options.neighbours, localClusters: options.localClusters };
  /** Merges the clusters of the examples until `target` are left, seen through `view`. */
  const mergeTo = (
    all: TrainingData,
    view: (x: tf.Tensor2D) => tf.Tensor2D,
    size: number,
    target: number,
    before?: Int32Array,
  ): void => {
    const found = clusterByChosen(all, evenlySpaced(all.n, count), size, view, (points) =>
      mergedClusters(points, size, merging, { before, target }),
    );
    state.set("labels", { shape: [all.n], values: Float32Array.from(found) });
  };
  const start = async (all: TrainingData) => mergeTo(all, unitLength, data.d, Number.POSITIVE_INFINITY);
  const merge = async ({ epoch, offset }: Position, all: TrainingData) => {
    if (offset > 0 || epoch % options.periodEpochs !== 0) return;
    const before = clustersOf(evenlySpaced(all.n, count));
    const now = clusterCountOf(before);
    if (now <= clusters) return "converged";
    if (epoch === 0) return;
    const target = Math.max(clusters, now - Math.ceil(options.unrollingRate * now));
    mergeTo(all, featureOf, featureSize, target, before);
    if (target === clusters) return "converged";
  };
  const objective = ({ x, rows, random: draw }: Batch) => {
    const triplets = drawTriplets(clustersOf(rows), options.negatives, draw("triplets"));
    const features = unitLength(network(x, true));
    return weighted({ triplet: tripletLoss(features, triplets, options.margin, options.positiveWeight) });
  };
  // The authors' rate falls as (1 + 1e-4 · steps)^-0.75, in steps of 100 examples.
  const learningRate = (epoch: number) => (1 + 1e-4 * epoch * Math.ceil(data.examples / 100)) ** -0.75;
  const main = mainPhase(schedule, objective, { start, beforeStep: merge, learningRate });

  return {
    parameters,
    clusters,
    training: {
      phases: [main],
      state,
      async finish(all) {
        const chosen = evenlySpaced(all.n, count);
        const points = encodeAll(chosenRows(all, chosen), featureSize, featureOf);
        const before = recluster ? undefined : clustersOf(chosen);
        const found = mergedClusters(points.dataSync<"float32">(), featureSize, merging, { before });
        references.set(points, found);
        points.dispose();
      },
    },
    encoder: {
      latent: "feature",
      encode(x) {
        const feature = featureOf(x);
        return { cluster: references.clusterOf(feature), feature };
      },
      encodeDuringTraining: (x, rows) => ({
        feature: featureOf(x),
        cluster: tf.tensor1d(clustersOf(rows), "int32"),
      }),
    },
    decoder: {},
  };
}

/** Rows of length 1; a row of zeros stays one. */
const unitLength = (x: tf.Tensor2D): tf.Tensor2D =>
  mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), 1e-12)));

function sampleSize(wanted: number, examples: number): number {
  if (Math.min(wanted, examples) >= 2) return Math.min(wanted, examples);
  throw new UserError({ what: "merging needs at least two examples", where: "model.examples" });
}
