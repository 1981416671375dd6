import { div, Parameters, slice, tf } from "@gumbel/engine";
import { z } from "zod";
import { nearestNeighbours } from "../clustering/neighbours.js";
import { type LayerShape, layersOption } from "../networks/layers.js";
import { NoisyEncoder } from "../networks/noisyEncoder.js";
import { classCount, weightOption } from "../options.js";
import type { Batch, System, Training, TrainingData } from "../system.js";
import { halvesOf } from "../training/labelledBatch.js";
import { attraction, drawNeighbours, repulsion } from "../training/neighbourPairs.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { crossEntropyTo } from "../training/targets.js";

/** LeNet (ours: the paper's list of layers could not be read). */
const leNet: LayerShape[] = [
  { conv: 5, maps: 20, padding: "valid" },
  { pool: 2 },
  { conv: 5, maps: 50, padding: "valid" },
  { pool: 2 },
  { dense: 500 },
];

const optionsSchema = z.strictObject({
  layers: layersOption
    .default(leNet)
    .describe("Layers before that of the classes; the last is embedded (ours)."),
  neighbours: z.int().min(1).default(10).describe("Neighbours of an example, by its inputs. The paper: 10."),
  embedding: weightOption(1, "λ of the embedding. The paper: 1."),
  margin: z.number().positive().default(1).describe("m. The paper: 1."),
});

/**
 * EmbedCNN: a convolutional classifier one of whose inner layers is an embedding, too: neighbours close, others apart ("EmbedI").
 *
 *   f, the last hidden layer, divided by the root of its size;  i ~ j: j is among the 10 nearest of i by the inputs
 *
 *   L = mean_labelled (-log p(c | x)) + λ [ mean_{i ~ j} ‖f_i - f_j‖² + mean_{i, j} max(0, m - ‖f_i - f_j‖)² ]
 *
 * Each unlabelled example of a batch meets one random neighbour of its own, and the next example of the batch, which is a random
 * one. The paper takes one pair at a time, the hinge loss and no batch norm; batches, cross-entropy, batch norm and Adam are ours.
 * No code of it was found.
 */
const embedCnn: System<z.output<typeof optionsSchema>> = {
  title: "EmbedCNN",
  reference: "Weston, Ratle, Collobert 2008, Deep Learning via Semi-Supervised Embedding, ICML",
  optionsSchema,
  // Ours: the paper gives a rate of 0.01 to 0.1 for single examples.
  training: { epochs: 20, batchSize: 64, labelledPerBatch: 64, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: {
    layers: [{ conv: 2, maps: 6, padding: "full" }, { conv: 2, maps: 3 }, { pool: 2 }, { dense: 8 }],
    neighbours: 3,
  },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const form = { noise: 0, plainTop: true };
    const network = new NoisyEncoder(parameters, random, data, options.layers, clusters, form);
    const state: NonNullable<Training["state"]> = new Map();
    let training: TrainingData | undefined;

    const start = async (all: TrainingData) => {
      const { rows } = nearestNeighbours(all.all(), all.d, options.neighbours);
      state.set("neighbours", { shape: [all.n, options.neighbours], values: Float32Array.from(rows) });
    };
    const neighboursOf = (rows: Uint32Array, batch: Batch): tf.Tensor2D => {
      const nearest = state.get("neighbours")!.values;
      const drawn = drawNeighbours(rows, nearest, options.neighbours, batch.random("neighbours"));
      return tf.tensor2d(training!.rows(drawn), [drawn.length, data.d]);
    };
    const objective = (batch: Batch) => {
      const { classes } = halvesOf(batch);
      const [total, known] = [batch.rows.length, classes.length];
      const others = neighboursOf(batch.rows.subarray(known), batch);
      const { logits, hidden } = network.follow(tf.concat([batch.x, others]));
      const feature = div(hidden, Math.sqrt(hidden.shape[1]));
      const own = slice(feature, known, total - known);
      const next = tf.concat([slice(own, 1), slice(own, 0, 1)]);
      return weighted({
        supervised: crossEntropyTo(classes, slice(logits, 0, known)),
        neighbours: [tf.mean(attraction(own, slice(feature, total))), options.embedding],
        others: [tf.mean(repulsion(own, next, options.margin)), options.embedding],
      });
    };

    return {
      parameters,
      clusters,
      training: {
        phases: [
          mainPhase(schedule, objective, {
            start,
            beforeStep: async (_, all) => {
              training = all;
              return undefined;
            },
          }),
        ],
        state,
      },
      encoder: { latent: "feature", encode: (x) => network.encode(x) },
      decoder: {},
    };
  },
};
export default embedCnn;
