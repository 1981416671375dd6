import { UserError } from "@gumbel/config";
import { type Objective, type Parameter, Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import { fitKMeans } from "../clustering/kmeans.js";
import { encodeAll } from "../networks/autoencoder.js";
import { DenseLayer, glorot, type Random } from "../networks/dense.js";
import {
  type Batch,
  clusterCount,
  type DataDescription,
  evenlySpaced,
  type Model,
  type System,
  type TrainingData,
} from "../system.js";
import { clusterByChosen, mergedClusters } from "../training/merging.js";
import { meanKl, rowsOf, sharpened } from "../training/targets.js";

const optionsSchema = z.strictObject({
  clusters: z.int().min(1).nullable().default(null).describe("K; null takes the number of classes."),
  network: z
    .enum(["auto", "conv", "dense"])
    .default("auto")
    .describe("auto takes convolutions for images of at least 4 × 4 and dense layers for anything else."),
  maps: z
    .tuple([z.int().min(1), z.int().min(1)])
    .default([50, 50])
    .describe("Feature maps of the two convolutions. The authors' code."),
  hidden: z
    .array(z.int().min(1))
    .min(1)
    .default([500, 500])
    .describe("Hidden layers of the dense network (ours: the paper has images only)."),
  featureSize: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Size of z; null takes K, as the authors' code."),
  dropout: z
    .strictObject({
      input: z.number().min(0).lt(1).default(0.1).describe("The authors' code."),
      first: z.number().min(0).lt(1).default(0.1).describe("After the first layer. The authors' code."),
      later: z.number().min(0).lt(1).default(0).describe("After the layers before z. The authors' code."),
    })
    .prefault({}),
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
      "s of q ∝ (p / √f)^s: 2 is the authors' code, 1 the paper's formula, whose targets are no surer than the " +
        "probabilities: the clusters stay the first ones.",
    ),
  startEpochs: z
    .int()
    .min(0)
    .default(10)
    .describe(
      "Epochs with those first clusters as targets (inferred; until the NMI with them stops rising, in the code).",
    ),
  start: z
    .strictObject({
      clusters: z
        .enum(["merging", "k-means"])
        .default("merging")
        .describe(
          "How z is clustered first. The paper has k-means for its large data sets and merging for the others.",
        ),
      restarts: z.int().min(1).default(40).describe("k-means starts. The authors' code."),
      examples: z
        .int()
        .min(2)
        .default(10_000)
        .describe(
          "Merging looks at so many examples, evenly spaced; any other goes with the nearest (ours).",
        ),
      neighbours: z
        .int()
        .min(1)
        .default(20)
        .describe("Of each example in the graph that is merged along. JULE's."),
      localClusters: z.int().min(1).default(5).describe("Nearest clusters in the order of merging. JULE's."),
    })
    .prefault({}),
  tolerance: z
    .number()
    .min(0)
    .default(1e-7)
    .describe("Mean squared change of the targets that ends the training. The authors' code."),
  pretraining: z
    .strictObject({
      epochs: z
        .int()
        .min(1)
        .default(100)
        .describe(
          "Epochs (ours; until the validation loss has not fallen for 100, at most 4000, in the code).",
        ),
      batchSize: z.int().min(1).default(100).describe("The authors' code."),
      learningRate: z.number().positive().default(1e-4).describe("Of Adam. The authors' code."),
    })
    .prefault({})
    .describe("The denoising autoencoder that the run starts from."),
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
 * Convolutions: 4 × 4 without padding and 5 × 5 with, both of stride 2: 28 → 13 → 7 and 16 → 7 → 4. Inputs in [0, 1] are
 * taken to [-1, 1], and then the output is a tanh.
 */
export const depict: System<z.output<typeof optionsSchema>> = {
  title: "DEPICT",
  reference:
    "Dizaji, Herandi, Deng, Cai, Huang 2017, Deep Clustering via Joint Convolutional Autoencoder Embedding and Relative Entropy Minimization, ICCV",
  optionsSchema,
  // Batch and rate of the authors' code; there, epochs until the targets stand still, at most 4000.
  training: { epochs: 100, batchSize: 100, learningRate: 1e-4 },

  build({ options, data, random }): Model {
    const clusters = clusterCount(options.clusters, data);
    const featureSize = options.featureSize ?? clusters;
    const unit = data.range === "unit";
    const parameters = new Parameters();
    const layers = hiddenLayers(parameters, random, data, options);
    const toFeature = new DenseLayer(parameters, random, "feature", layers.at(-1)!.size, featureSize);
    const fromFeature = new DenseLayer(parameters, random, "unfeature", featureSize, layers.at(-1)!.size);
    const weight = parameters.create(
      "clusters/weight",
      [featureSize, clusters],
      glorot(random("clusters"), [featureSize, clusters], featureSize, clusters),
    );
    const bias = parameters.create("clusters/bias", [clusters], new Float32Array(clusters));
    const state: NonNullable<Model["state"]> = new Map();

    const scaled = (x: tf.Tensor2D): tf.Tensor2D => (unit ? tf.sub(tf.mul(x, 2), 1) : x);
    const logits = (feature: tf.Tensor2D): tf.Tensor2D =>
      tf.add(tf.matMul(feature, weight.value as tf.Tensor2D), bias.value);

    /** The hidden layers h¹ … hᴸ and z; `noise` says what happens to h⁰ … hᴸ on their way up. */
    const encoded = (x: tf.Tensor2D, noise = (h: tf.Tensor2D, _layer: number) => h) => {
      let h = noise(x, 0);
      const hidden = layers.map((layer, i) => {
        h = noise(leaky(layer.up(h)), i + 1);
        return h;
      });
      return { hidden, feature: tf.tanh(toFeature.apply(h)) };
    };
    /** r⁰ … rᴸ. */
    const decoded = (feature: tf.Tensor2D): tf.Tensor2D[] => {
      let r = leaky(fromFeature.apply(feature));
      const all = [r];
      layers.toReversed().forEach((layer, i, { length }) => {
        const down = layer.down(r);
        r = i < length - 1 ? leaky(down) : unit ? tf.tanh(down) : down;
        all.unshift(r);
      });
      return all;
    };
    const feature = (x: tf.Tensor2D): tf.Tensor2D => encoded(scaled(x)).feature;
    /** r⁰ in the scale of the data. */
    const shown = (z: tf.Tensor2D): tf.Tensor2D => {
      const output = decoded(z)[0]!;
      return unit ? tf.div(tf.add(output, 1), 2) : output;
    };

    /** Cluster of each training example, from z as it is: `features`. */
    const firstClusters = (training: TrainingData, features: tf.Tensor2D): Int32Array => {
      const { start } = options;
      // With no more examples than clusters there is nothing to merge.
      if (start.clusters === "merging" && training.n > clusters) {
        const chosen = evenlySpaced(training.n, start.examples);
        return clusterByChosen(training, chosen, featureSize, feature, (points) =>
          mergedClusters(points, featureSize, { ...start, clusters }),
        );
      }
      const settings = { clusters, restarts: start.restarts, maxIterations: 300, tolerance: 1e-4 };
      return fitKMeans(features, settings, (restart) => random("k-means", restart)).assignment;
    };

    const { dropout } = options;
    const rates = [dropout.input, dropout.first];
    /** The noisy feature and the terms of reconstruction from it. */
    const denoised = (raw: tf.Tensor2D, noise: Batch["random"]) => {
      const x = scaled(raw);
      const clean = encoded(x).hidden;
      const noisy = encoded(x, (h, layer) =>
        dropped(h, rates[layer] ?? dropout.later, noise(`dropout/${layer}`)),
      );
      const [output, ...hidden] = decoded(noisy.feature);
      const reconstruction = meanSquare(output!, x);
      const errors = hidden.map((r, l) => meanSquare(r, clean[l]!));
      const layerwise = tf.mul<tf.Scalar>(tf.addN(errors), options.hiddenWeight);
      return { feature: noisy.feature, reconstruction, layerwise };
    };

    return {
      parameters,
      clusters,
      latent: "feature",
      state,
      pretraining: {
        ...options.pretraining,
        objective({ x, random: noise }): Objective {
          const { reconstruction, layerwise } = denoised(x, noise);
          return { total: tf.add(reconstruction, layerwise), reconstruction, layerwise };
        },
      },

      async start(training) {
        const features = encodeAll(training, featureSize, feature);
        const oneHot = new Float32Array(training.n * clusters);
        firstClusters(training, features).forEach((cluster, row) => {
          oneHot[row * clusters + cluster] = 1;
        });
        state.set("targets", { shape: [training.n, clusters], values: oneHot });
        tf.tidy(() => {
          // Of length 1 in the end, so that sums do for means.
          const sums = tf.matMul(tf.tensor2d(oneHot, [training.n, clusters]), features, true);
          const lengths = tf.maximum(tf.norm(sums, "euclidean", 1, true), 1e-12);
          weight.assign(tf.transpose(tf.div(sums, lengths)));
          bias.assign(tf.zeros([clusters]));
        });
        features.dispose();
      },

      async beforeStep({ epoch, offset }, training) {
        if (offset > 0 || epoch < options.startEpochs) return undefined;
        const probabilities = encodeAll(training, clusters, (x) => tf.softmax(logits(feature(x))));
        const values = sharpened(probabilities.dataSync<"float32">(), clusters, options.targetPower);
        probabilities.dispose();
        const before = state.get("targets")!.values;
        const change = values.reduce((sum, q, i) => sum + (q - before[i]!) ** 2, 0) / values.length;
        state.set("targets", { shape: [training.n, clusters], values });
        return epoch > options.startEpochs && change < options.tolerance ? "converged" : undefined;
      },

      objective({ x, rows, random: noise }) {
        const { feature: noisy, reconstruction, layerwise } = denoised(x, noise);
        const q = rowsOf(state.get("targets")!.values, clusters, rows);
        const clustering = meanKl(q, logits(noisy));
        const total = tf.add<tf.Scalar>(clustering, tf.add(reconstruction, layerwise));
        return { total, clustering, reconstruction, layerwise };
      },

      encode(x) {
        const z = feature(x);
        const scores = logits(z);
        return { cluster: tf.argMax(scores, 1), feature: z, probabilities: tf.softmax(scores) };
      },
      reconstruct: (x) => shown(feature(x)),
      interpolate: (x, weights) => shown(tf.matMul(weights, feature(x))),
    };
  },
};

const leaky = (x: tf.Tensor2D): tf.Tensor2D => tf.leakyRelu(x, 0.01);

/** Mean over all values. The gradient runs into both. */
const meanSquare = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar => tf.mean(tf.squaredDifference(a, b));

/** Each value is zero with probability `rate`; the others grow so that the mean stays. */
function dropped(h: tf.Tensor2D, rate: number, random: RandomStream): tf.Tensor2D {
  if (rate === 0) return h;
  const mask = random.fill("uniform", h.size);
  for (let i = 0; i < mask.length; i++) mask[i] = mask[i]! < rate ? 0 : 1 / (1 - rate);
  return tf.mul(h, tf.tensor2d(mask, h.shape));
}

/** A hidden layer of the encoder with its counterpart of the decoder, both before the activation. */
interface HiddenLayer {
  /** Values of the layer in one example. */
  size: number;
  up(below: tf.Tensor2D): tf.Tensor2D;
  down(above: tf.Tensor2D): tf.Tensor2D;
}

function hiddenLayers(
  parameters: Parameters,
  random: Random,
  { shape, d }: DataDescription,
  { network, maps, hidden }: Pick<z.output<typeof optionsSchema>, "network" | "maps" | "hidden">,
): HiddenLayer[] {
  const [height = 0, width = 0, channels = 0] = shape;
  const image = shape.length === 3 && Math.min(height, width) >= 4;
  if (network === "dense" || (network === "auto" && !image)) {
    return hidden.map((size, i) => {
      const below = hidden[i - 1] ?? d;
      const up = new DenseLayer(parameters, random, `encoder/${i}`, below, size);
      const down = new DenseLayer(parameters, random, `decoder/${i}`, size, below);
      return { size, up: (h) => up.apply(h), down: (h) => down.apply(h) };
    });
  }
  if (!image) {
    throw new UserError({
      what: `there is no convolutional network for inputs of shape [${shape}]`,
      where: "model.network in pipeline.json",
      expected: "images of at least 4 × 4",
      hint: 'set "network": "dense"',
    });
  }
  const half = (size: number) => Math.floor((size - 4) / 2) + 1;
  const input = { height, width, channels };
  const first = { height: half(height), width: half(width), channels: maps[0] };
  const second = {
    height: Math.ceil(first.height / 2),
    width: Math.ceil(first.width / 2),
    channels: maps[1],
  };
  return [
    new ConvLayer(parameters, random, "0", { below: input, above: first, kernel: 4, padding: "valid" }),
    new ConvLayer(parameters, random, "1", { below: first, above: second, kernel: 5, padding: "same" }),
  ];
}

interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** A convolution of stride 2 and a transposed one back, on images laid out flat. */
class ConvLayer implements HiddenLayer {
  readonly size: number;
  readonly #below: ImageShape;
  readonly #above: ImageShape;
  readonly #padding: "valid" | "same";
  readonly #up: { filter: Parameter; bias: Parameter };
  readonly #down: { filter: Parameter; bias: Parameter };

  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    layer: { below: ImageShape; above: ImageShape; kernel: number; padding: "valid" | "same" },
  ) {
    const { below, above, kernel, padding } = layer;
    this.size = above.height * above.width * above.channels;
    this.#below = below;
    this.#above = above;
    this.#padding = padding;
    const area = kernel * kernel;
    const shape = [kernel, kernel, below.channels, above.channels];
    const weights = (path: string, outputs: number) => ({
      filter: parameters.create(
        `${path}/filter`,
        shape,
        glorot(random(path), shape, area * below.channels, area * above.channels),
      ),
      bias: parameters.create(`${path}/bias`, [outputs], new Float32Array(outputs)),
    });
    this.#up = weights(`encoder/${name}`, above.channels);
    this.#down = weights(`decoder/${name}`, below.channels);
  }

  up(below: tf.Tensor2D): tf.Tensor2D {
    const { height, width, channels } = this.#below;
    const image = tf.reshape(below, [-1, height, width, channels]) as tf.Tensor4D;
    const convolved = tf.conv2d(image, this.#up.filter.value as tf.Tensor4D, 2, this.#padding);
    return tf.reshape(tf.add(convolved, this.#up.bias.value), [-1, this.size]);
  }

  down(above: tf.Tensor2D): tf.Tensor2D {
    const from = this.#above;
    const to = this.#below;
    const image = tf.reshape(above, [-1, from.height, from.width, from.channels]) as tf.Tensor4D;
    const shape: [number, number, number, number] = [image.shape[0], to.height, to.width, to.channels];
    const filter = this.#down.filter.value as tf.Tensor4D;
    const spread = tf.conv2dTranspose(image, filter, shape, 2, this.#padding);
    return tf.reshape(tf.add(spread, this.#down.bias.value), [-1, to.height * to.width * to.channels]);
  }
}
