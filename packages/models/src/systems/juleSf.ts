import { UserError } from "@gumbel/config";
import { mul, Parameters, tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { clusterCountOf } from "../clustering/assignment.js";
import { relativeDistances } from "../clustering/kmeans.js";
import { pooledConvolutions } from "../networks/pooledConvolutions.js";
import { clusterCount, clustersOption, hiddenOption } from "../options.js";
import type { BuildContext, Model, Position, System, Training, TrainingData } from "../system.js";
import { chosenRows, encodeAll } from "../training/encodeAll.js";
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
  const count = Math.min(options.examples, data.examples);
  const parameters = new Parameters();
  const network = pooledConvolutions(parameters, random, data, options);
  const fixed = { trainable: false };
  const zeros = new Float32Array(count * featureSize);
  const references = parameters.create("references", [count, featureSize], zeros, fixed);
  const referenceClusters = parameters.create("referenceClusters", [count], new Float32Array(count), fixed);
  const state: NonNullable<Training["state"]> = new Map();

  const featureOf = (x: tf.Tensor2D): tf.Tensor2D => unitLength(network(x, false));
  const clustersOf = (chosen: Uint32Array): Int32Array => {
    const { values } = state.get("labels")!;
    return Int32Array.from(chosen, (row) => values[row]!);
  };
  const merging = { clusters, neighbours: options.neighbours, localClusters: options.localClusters };
  const setClusters = (assignment: Int32Array): void => {
    state.set("labels", { shape: [assignment.length], values: Float32Array.from(assignment) });
  };

  const start = async (all: TrainingData) => {
    if (Math.min(count, all.n) < 2) {
      throw new UserError({ what: "merging needs at least two examples", where: "model.examples" });
    }
    const target = Number.POSITIVE_INFINITY;
    setClusters(
      clusterByChosen(all, count, data.d, unitLength, (points) =>
        mergedClusters(points, data.d, merging, { target }),
      ),
    );
  };
  const merge = async ({ epoch, offset }: Position, all: TrainingData) => {
    if (offset > 0 || epoch % options.periodEpochs !== 0) return undefined;
    const before = clustersOf(evenlySpaced(all.n, count));
    const now = clusterCountOf(before);
    if (now <= clusters) return "converged";
    if (epoch === 0) return undefined;
    const target = Math.max(clusters, now - Math.ceil(options.unrollingRate * now));
    setClusters(
      clusterByChosen(all, count, featureSize, featureOf, (points) =>
        mergedClusters(points, featureSize, merging, { before, target }),
      ),
    );
    return target === clusters ? "converged" : undefined;
  };
  const main = mainPhase(
    schedule,
    ({ x, rows, random: draw }) => {
      const triplets = drawTriplets(clustersOf(rows), options.negatives, draw("triplets"));
      const features = unitLength(network(x, true));
      return weighted({ triplet: tripletLoss(features, triplets, options.margin, options.positiveWeight) });
    },
    {
      start,
      beforeStep: merge,
      // The authors' rate falls as (1 + 1e-4 · steps)^-0.75, in steps of 100 examples.
      learningRate: (epoch) => (1 + 1e-4 * epoch * Math.ceil(data.examples / 100)) ** -0.75,
    },
  );

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
        references.assign(points);
        tf.tidy(() => referenceClusters.assign(tf.tensor1d(Float32Array.from(found))));
        points.dispose();
      },
    },
    encoder: {
      latent: "feature",
      encode(x) {
        const feature = featureOf(x);
        const nearest: tf.Tensor1D = tf.argMin(relativeDistances(feature, references.value), 1);
        return { cluster: tf.cast(tf.gather(referenceClusters.value, nearest), "int32"), feature };
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
