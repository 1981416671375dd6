import { UserError } from "@gumbel/config";
import { type Parameter, Parameters, relu, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import { clusterCountOf } from "../clustering/affinity.js";
import { relativeDistances } from "../clustering/kmeans.js";
import { BatchNorm } from "../networks/conv.js";
import { DenseLayer, DenseNetwork, type Random } from "../networks/dense.js";
import {
  type BuildContext,
  clusterCount,
  type DataDescription,
  evenlySpaced,
  type Model,
  type System,
  type TrainingData,
} from "../system.js";
import { clusterByChosen, mergedClusters, viewOf } from "../training/merging.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  network: z
    .enum(["auto", "conv", "dense"])
    .default("auto")
    .describe("auto takes convolutions for images of at least 8 × 8 and dense layers for anything else."),
  maps: z.int().min(1).default(50).describe("Feature maps of each convolution. The authors' code."),
  hidden: z
    .array(z.int().min(1))
    .default([500, 500])
    .describe("Hidden layers of the dense network (ours: the paper has images only)."),
  featureSize: z.int().min(1).default(160).describe("The authors' code."),
  examples: z
    .int()
    .min(2)
    .default(10_000)
    .describe("Merging looks at so many examples, evenly spaced (ours: all of them in the paper)."),
  neighbours: z.int().min(1).default(20).describe("K_s, of the graph. The authors' code."),
  localClusters: z
    .int()
    .min(1)
    .default(5)
    .describe("K_c, nearest clusters in the order of merging. The authors' code."),
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

const reference =
  "Yang, Parikh, Batra 2016, Joint Unsupervised Learning of Deep Representations and Image Clusters, CVPR";
// The authors' code, but for its weight decay of 5e-5, which is left out. It ends after three or four periods of 20
// epochs, when K clusters are left; 200 is no limit in practice.
const training = { epochs: 200, batchSize: 100, learningRate: 0.01, optimizer: "sgd" as const };

/** JULE-SF: the clusters that the merging during training ends in. */
export const juleSf: System<Options> = {
  title: "JULE-SF",
  reference,
  optionsSchema,
  training,
  build: (context) => build(context, false),
};

/**
 * JULE-RC: the learned features, clustered again from nearest neighbours up. Its training is JULE-SF's, so that a pipeline
 * that starts from one of JULE-SF needs no epochs of its own.
 */
export const juleRc: System<Options> = {
  title: "JULE-RC",
  reference,
  optionsSchema,
  training,
  build: (context) => build(context, true),
};

/**
 * JULE: merging clusters and learning features take turns.
 *
 *   graph      W_ij = exp(-‖f_i - f_j‖² / σ²) to the K_s nearest; f = F(x) / ‖F(x)‖, at first the input itself
 *   merging    the pair with the largest affinity and the largest gap to its K_c nearest clusters, ⌈η n_c⌉ pairs in
 *              a period (clustering/affinity.ts)
 *   learning   min (1/T) Σ max(0, margin + γ ‖f_a - f_p‖² - ‖f_a - f_n‖²), over pairs (a, p) of one cluster in the
 *              batch, each with `negatives` random n of other clusters
 *
 * It starts from the clusters of nearest neighbours on the input and ends when K are left: SF. RC throws these away and
 * merges once more, on the learned features, from nearest neighbours down to K.
 *
 * Networks: 5 × 5 convolutions with batch norm, ReLU and 2 × 2 pooling, one for images of fewer than 24 pixels a side
 * (USPS), two (the second without pooling) for larger ones (MNIST), then a linear layer.
 *
 * Merging all examples of a large data set is costly: `examples` of them are merged, and any other belongs to the cluster
 * of the nearest of these. These and their clusters are saved with the weights. Labels of training stand in `state`.
 */
function build({ options, data, random }: BuildContext<Options>, recluster: boolean): Model {
  const { featureSize } = options;
  const clusters = clusterCount(options.clusters, data);
  const count = Math.min(options.examples, data.examples);
  const parameters = new Parameters();
  const network = featureNetwork(parameters, random, data, options);
  const references = parameters.create(
    "references",
    [count, featureSize],
    new Float32Array(count * featureSize),
    {
      trainable: false,
    },
  );
  const referenceClusters = parameters.create("referenceClusters", [count], new Float32Array(count), {
    trainable: false,
  });
  const state: NonNullable<Model["state"]> = new Map();

  const feature = (x: tf.Tensor2D): tf.Tensor2D => unitLength(network(x, false));
  const labelsOf = (chosen: Uint32Array): Int32Array => {
    const { values } = state.get("labels")!;
    return Int32Array.from(chosen, (row) => values[row]!);
  };

  const merging = { clusters, neighbours: options.neighbours, localClusters: options.localClusters };

  /** Labels every training example, by its nearest chosen one in what `view` shows. */
  const relabel = (
    all: TrainingData,
    size: number,
    view: (x: tf.Tensor2D) => tf.Tensor2D,
    cluster: (points: Float32Array) => Int32Array,
  ): void => {
    const labels = clusterByChosen(all, evenlySpaced(all.n, count), size, view, cluster);
    state.set("labels", { shape: [all.n], values: Float32Array.from(labels) });
  };

  return {
    parameters,
    clusters,
    latent: "feature",
    state,

    async start(all) {
      if (Math.min(count, all.n) < 2) {
        throw new UserError({ what: "merging needs at least two examples", where: "model.examples" });
      }
      relabel(all, data.d, unitLength, (points) =>
        mergedClusters(points, data.d, merging, { target: Number.POSITIVE_INFINITY }),
      );
    },

    async beforeStep({ epoch, offset }, all) {
      if (offset > 0 || epoch % options.periodEpochs !== 0) return undefined;
      const before = labelsOf(evenlySpaced(all.n, count));
      const now = clusterCountOf(before);
      if (epoch > 0 && now > clusters) {
        const target = Math.max(clusters, now - Math.ceil(options.unrollingRate * now));
        relabel(all, featureSize, feature, (points) =>
          mergedClusters(points, featureSize, merging, { before, target }),
        );
        return target === clusters ? "converged" : undefined;
      }
      return now <= clusters ? "converged" : undefined;
    },

    // The authors' rate falls as (1 + 1e-4 · steps)^-0.75, in steps of 100 examples.
    learningRateFactor: (epoch) => (1 + 1e-4 * epoch * Math.ceil(data.examples / 100)) ** -0.75,

    objective({ x, rows, random: draw }) {
      const { values } = state.get("labels")!;
      const labels = Int32Array.from(rows, (row) => values[row]!);
      const triplets = drawTriplets(labels, options.negatives, draw("triplets"));
      const features = unitLength(network(x, true));
      const triplet = tripletLoss(features, triplets, options.margin, options.positiveWeight);
      return { total: tf.clone(triplet), triplet };
    },

    encodeUnfinished: (x, rows) => ({
      feature: feature(x),
      cluster: tf.tensor1d(labelsOf(rows), "int32"),
    }),
    async finish(all) {
      const chosen = evenlySpaced(all.n, count);
      const points = viewOf(all, chosen, featureSize, feature);
      const before = recluster ? undefined : labelsOf(chosen);
      const labels = mergedClusters(points.dataSync<"float32">(), featureSize, merging, { before });
      references.assign(points);
      tf.tidy(() => referenceClusters.assign(tf.tensor1d(Float32Array.from(labels))));
      points.dispose();
    },

    encode(x) {
      const seen = feature(x);
      const nearest = tf.argMin<tf.Tensor1D>(relativeDistances(seen, references.value as tf.Tensor2D), 1);
      return {
        cluster: tf.cast(tf.gather(referenceClusters.value as tf.Tensor1D, nearest), "int32"),
        feature: seen,
      };
    },
  };
}

/** Rows of length 1; a row of zeros stays one. */
const unitLength = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), 1e-12)));

/** Pairs of one cluster in a batch, and the examples of other clusters that each is compared with. */
export interface Triplets {
  batch: number;
  anchors: number[];
  positives: number[];
  /** By pair. */
  negatives: number[][];
}

/**
 * Every pair of one cluster, each with up to `count` random examples of other clusters; fewer where there are fewer.
 *
 * @param labels cluster of each example of the batch
 */
export function drawTriplets(labels: Int32Array, count: number, random: RandomStream): Triplets {
  const triplets: Triplets = { batch: labels.length, anchors: [], positives: [], negatives: [] };
  const others = new Map<number, number[]>();
  for (let a = 0; a < labels.length; a++) {
    const label = labels[a]!;
    for (let p = a + 1; p < labels.length; p++) {
      if (labels[p] !== label) continue;
      const from = others.get(label) ?? [...labels.keys()].filter((n) => labels[n] !== label);
      others.set(label, from);
      if (from.length === 0) continue;
      const drawn = Math.min(count, from.length);
      // The first steps of Fisher's and Yates' shuffle: no example twice for one pair.
      for (let i = 0; i < drawn; i++) {
        const j = i + random.int(from.length - i);
        [from[i], from[j]] = [from[j]!, from[i]!];
      }
      triplets.anchors.push(a);
      triplets.positives.push(p);
      triplets.negatives.push(from.slice(0, drawn));
    }
  }
  return triplets;
}

/**
 * The mean over all triplets of max(0, margin + γ ‖f_a - f_p‖² - ‖f_a - f_n‖²); 0 where a batch has none.
 *
 * @param features [batch, F]
 */
export function tripletLoss(
  features: tf.Tensor2D,
  { batch, anchors, positives, negatives }: Triplets,
  margin: number,
  positiveWeight: number,
): tf.Scalar {
  const pairs = anchors.length;
  if (pairs === 0) return tf.scalar(0);
  // Selections as matrices: the gradient of a gather is not there on every engine.
  const marked = (of: (pair: number) => number[]): tf.Tensor2D => {
    const marks = new Float32Array(pairs * batch);
    for (let pair = 0; pair < pairs; pair++) for (const at of of(pair)) marks[pair * batch + at] = 1;
    return tf.tensor2d(marks, [pairs, batch]);
  };
  const squares = tf.sum(tf.square(features), 1, true);
  const products = tf.matMul(features, tf.transpose(features));
  const distances = tf.sub<tf.Tensor2D>(tf.add(squares, tf.transpose(squares)), tf.mul(products, 2));
  const fromAnchor = tf.matMul(
    marked((pair) => [anchors[pair]!]),
    distances,
  );
  const positive = tf.sum(
    tf.mul(
      fromAnchor,
      marked((pair) => [positives[pair]!]),
    ),
    1,
    true,
  );
  const hinge = tf.relu(tf.sub(tf.add(tf.mul(positive, positiveWeight), margin), fromAnchor));
  const total = negatives.reduce((sum, { length }) => sum + length, 0);
  return tf.div(
    tf.sum(
      tf.mul(
        hinge,
        marked((pair) => negatives[pair]!),
      ),
    ),
    total,
  );
}

/** x → F(x), [batch, featureSize]. */
function featureNetwork(
  parameters: Parameters,
  random: Random,
  { shape, d }: DataDescription,
  { network, maps, hidden, featureSize }: Options,
): (x: tf.Tensor2D, training: boolean) => tf.Tensor2D {
  const [height = 0, width = 0, channels = 0] = shape;
  const side = Math.min(height, width);
  const image = shape.length === 3 && side >= 8;
  if (network === "dense" || (network === "auto" && !image)) {
    const dense = new DenseNetwork(parameters, random, "encoder", [d, ...hidden, featureSize], "linear");
    return (x) => dense.apply(x);
  }
  if (!image) {
    throw new UserError({
      what: `there is no convolutional network for inputs of shape [${shape}]`,
      where: "model.network in pipeline.json",
      expected: "images of at least 8 × 8",
      hint: 'set "network": "dense"',
    });
  }
  if (tf.getBackend() === "wasm") {
    throw new UserError({
      what: "the wasm engine cannot train JULE's convolutional network: it lacks the gradient of max pooling",
      where: "model.network in pipeline.json",
      hint: 'set "network": "dense", or get the native engine: pnpm gumbel doctor --fix',
    });
  }
  const layer = (name: string, from: number): { filter: Parameter; norm: BatchNorm } => {
    const size = [5, 5, from, maps];
    const values = random(name)
      .fill("normal", 25 * from * maps)
      .map((value) => value * initialDeviation);
    return {
      filter: parameters.create(`${name}/filter`, size, values),
      norm: new BatchNorm(parameters, name, maps),
    };
  };
  const convolved = (x: tf.Tensor4D, { filter, norm }: ReturnType<typeof layer>, training: boolean) =>
    norm.apply(tf.conv2d(x, filter.value as tf.Tensor4D, 1, "valid"), training);

  const first = layer("encoder/0", channels);
  const second = side >= 24 ? layer("encoder/1", maps) : undefined;
  const left = (size: number) => Math.ceil((size - 4) / 2) - (second ? 4 : 0);
  const flat = left(height) * left(width) * maps;
  const last = new DenseLayer(parameters, random, "encoder/feature", flat, featureSize);
  return (x, training) => {
    const input = tf.reshape(x, [-1, height, width, channels]) as tf.Tensor4D;
    // ReLU after pooling, on a fourth of the values: the maximum of what ReLU leaves is what ReLU leaves of the maximum.
    const pooled = relu(tf.maxPool(convolved(input, first, training), 2, 2, "same"));
    const top = second ? relu(convolved(pooled, second, training)) : pooled;
    return last.apply(tf.reshape(top, [-1, flat]));
  };
}

/** Of the filters' first values. The authors' code. */
const initialDeviation = 0.01;
