import { Parameters, slice } from "@gumbel/engine";
import { z } from "zod";
import { dropout } from "../networks/dropout.js";
import { type LayerShape, layersOption } from "../networks/layers.js";
import { byScores } from "../networks/scores.js";
import { WhatWhereNetwork } from "../networks/whatWhere.js";
import { classCount, weightOption } from "../options.js";
import type { System } from "../system.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { crossEntropyTo } from "../training/targets.js";

/** 28 × 28 → 24, 12, 10, 10 and 5 pixels a side (ours: the paper's list for MNIST could not be read). */
const layers: LayerShape[] = [
  { conv: 5, maps: 32, padding: "valid" },
  { pool: 2 },
  { conv: 3, maps: 64, padding: "valid" },
  { conv: 3, maps: 64, padding: "same" },
  { pool: 2 },
];

const optionsSchema = z.strictObject({
  layers: layersOption.default(layers).describe("Layers before that of the classes (ours)."),
  wReconstruction: weightOption(1, "λ of the reconstruction of the input (ours: tuned in the paper)."),
  wBetween: weightOption(0.2, "λ_M of that of the layers between (ours: tuned in the paper)."),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe("Of the uppermost layer, for the classifier. The paper has both: 8.71 % with, 9.17 % without."),
});

/**
 * The stacked what-where autoencoder.
 *
 *   x_m = layer_m(x_{m-1}), x_0 = x: convolutions with ReLU, and pools;  p(y | x) = softmax(W x_M)
 *   x̂_M = x_M,  x̂_{m-1} = relu(back_m(x̂_m)); for a pool each value goes to the place where x had its maximum (equal ones share it)
 *
 *   L = mean_labelled (-log p(c | x)) + λ mean (x - x̂)² + λ_M Σ_{0 < m < M} mean (x_m - x̂_m)², over all examples of the batch
 *
 * The last convolution back has no ReLU. No code of it was found; layers and weights are ours, as is Adam.
 */
const swwae: System<z.output<typeof optionsSchema>> = {
  title: "SWWAE",
  reference: "Zhao, Mathieu, Goroshin, LeCun 2016, Stacked What-Where Auto-encoders, ICLR workshop",
  link: "https://arxiv.org/abs/1506.02351",
  optionsSchema,
  // Ours.
  training: { epochs: 60, batchSize: 100, labelledPerBatch: 100, optimizer: adam(1e-3) },
  comparedBy: "total",
  small: { layers: [{ conv: 2, maps: 4, padding: "full" }, { pool: 2 }, { conv: 2, maps: 3 }] },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const network = new WhatWhereNetwork(parameters, random, data, options.layers, clusters);

    const main = mainPhase(schedule, (batch) => {
      const { classes } = halvesOf(batch);
      const { feature, reconstruction, between } = network.reconstruct(batch.x);
      const known = slice(feature, 0, classes.length);
      const dropped = dropout(known, options.dropout, batch.random("dropout"));
      return weighted({
        supervised: crossEntropyTo(classes, network.logits(dropped)),
        reconstruction: [reconstruction, options.wReconstruction],
        between: [between, options.wBetween],
      });
    });

    return {
      parameters,
      clusters,
      training: { phases: [main] },
      encoder: {
        latent: "feature",
        encode(x) {
          const feature = network.feature(x);
          return byScores(network.logits(feature), feature);
        },
      },
      decoder: {},
    };
  },
};
export default swwae;
