import { constant, Parameters } from "@gumbel/engine";
import { z } from "zod";
import { convSmall, layersOption } from "../networks/layers.js";
import { noiseOption } from "../networks/noise.js";
import { NoisyEncoder } from "../networks/noisyEncoder.js";
import { classCount } from "../options.js";
import type { System } from "../system.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { adam, constantShareOption, linearDecay, mainPhase } from "../training/phases.js";
import { crossEntropyTo } from "../training/targets.js";

const optionsSchema = z.strictObject({
  layers: layersOption
    .default(convSmall)
    .describe("Layers before that of the classes. Conv-Small of the authors' code."),
  noise: noiseOption(0.45, "The authors' code, supervised baseline."),
  constantShare: constantShareOption(0.5, "The authors' code."),
});

/**
 * The baseline that learns from the labelled examples alone: the network of `conv-ladder`, with its normalisation and its noise,
 *
 *   L = -(1/L) Σ_labelled log ỹ_c
 *
 * The unlabelled images of a batch go unused: how many there are says only how many steps an epoch has, 600 in the authors'
 * code, which stops after 20 epochs because the network overfits. Predictions take moving averages of the labelled images'
 * statistics without noise (the authors' code: their statistics after training).
 */
const smallCnn: System<z.output<typeof optionsSchema>> = {
  title: "Small-CNN",
  reference:
    "Rasmus, Valpola, Honkala, Berglund, Raiko 2015, Semi-Supervised Learning with Ladder Networks, NIPS",
  link: "https://arxiv.org/abs/1507.02672",
  optionsSchema,
  // The authors' code: 12,000 steps on all 100 labelled images.
  training: { epochs: 20, batchSize: 100, labelledPerBatch: 100, optimizer: adam(2e-3) },
  comparedBy: null,
  small: {
    layers: [{ conv: 2, maps: 6, padding: "full" }, { conv: 2, maps: 3 }, { pool: 2 }, { mean: true }],
  },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const encoder = new NoisyEncoder(parameters, random, data, options.layers, clusters, options);

    const main = mainPhase(
      schedule,
      (batch) => {
        const { labelled, classes } = halvesOf(batch);
        // Only its moving averages are wanted.
        constant(() => encoder.follow(labelled).top);
        const { logits } = encoder.corrupted(labelled, batch.random, "labelled");
        return weighted({ supervised: crossEntropyTo(classes, logits) });
      },
      { learningRate: (epoch, epochs) => linearDecay(epoch, epochs, options.constantShare) },
    );

    return {
      parameters,
      clusters,
      training: { phases: [main] },
      encoder: { latent: "feature", encode: (x) => encoder.encode(x) },
      decoder: {},
    };
  },
};
export default smallCnn;
