import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { momentsOf, normalise } from "../networks/batchNorm.js";
import { denoisingCost, LadderDecoder } from "../networks/ladderDecoder.js";
import { convSmall, layersOption } from "../networks/layers.js";
import { noiseOption } from "../networks/noise.js";
import { epsilon, NoisyEncoder } from "../networks/noisyEncoder.js";
import { classCount, weightOption } from "../options.js";
import type { System } from "../system.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { adam, constantShareOption, linearDecay, mainPhase } from "../training/phases.js";
import { crossEntropyTo } from "../training/targets.js";

const optionsSchema = z.strictObject({
  layers: layersOption
    .default(convSmall)
    .describe("Layers before that of the classes. Conv-Small of the authors' code."),
  noise: noiseOption(0.3, "The authors' code, MNIST."),
  denoising: weightOption(1, "λ of the denoising. The authors' code."),
  constantShare: constantShareOption(0.67, "The authors' code."),
});

/**
 * The convolutional Γ-model of the ladder network ("Conv-Small"): only the layer of the classes is denoised.
 *
 *   noisy   z̃⁰ = x + n⁰,  z̃ˡ = N(layerˡ(h̃ˡ⁻¹)) + nˡ,  h̃ˡ = relu(z̃ˡ + βˡ),  ỹ = softmax(γ (z̃ᴸ + βᴸ)),  nˡ ~ N(0, σ²)
 *   clean   the same without n; zᴸ, and the batch's mean m and variance s that N takes off
 *   ẑ = g(z̃ᴸ, N(ỹ)), g of ten numbers per class, as in `ladder`
 *
 *   L = -(1/L) Σ_labelled log ỹ_c + λ mean_unlabelled ((ẑ - m) / √(s + 1e-10) - zᴸ)²
 *
 * N normalises each map over the batch and its places, labelled and unlabelled examples apart; pools are normalised and
 * disturbed too, but have neither β nor ReLU. Adam at 0.002 falls linearly to 0 over the last third.
 *
 * Gradients run into the clean path too. Predictions take moving averages of the unlabelled images' statistics (ours: the authors'
 * code passes over the labelled ones after training).
 */
const convLadder: System<z.output<typeof optionsSchema>> = {
  title: "Conv-Ladder",
  reference:
    "Rasmus, Valpola, Honkala, Berglund, Raiko 2015, Semi-Supervised Learning with Ladder Networks, NIPS",
  link: "https://arxiv.org/abs/1507.02672",
  optionsSchema,
  // The authors' code: all 100 labelled images beside 100 others.
  training: { epochs: 150, batchSize: 100, labelledPerBatch: 100, optimizer: adam(2e-3) },
  comparedBy: "total",
  small: {
    layers: [{ conv: 2, maps: 6, padding: "full" }, { conv: 2, maps: 3 }, { pool: 2 }, { mean: true }],
  },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const encoder = new NoisyEncoder(parameters, random, data, options.layers, clusters, options);
    const decoder = new LadderDecoder(parameters, random, [clusters]);

    const main = mainPhase(
      schedule,
      (batch) => {
        const { labelled, classes, unlabelled } = halvesOf(batch);
        const supervised = encoder.corrupted(labelled, batch.random, "labelled");
        const noisy = encoder.corrupted(unlabelled, batch.random, "unlabelled");
        const { top } = encoder.follow(unlabelled);
        const moments = momentsOf(top);
        const [denoised] = decoder.apply([noisy.z(encoder.sizes.length - 1)], tf.softmax(noisy.logits));
        return weighted({
          supervised: crossEntropyTo(classes, supervised.logits),
          denoising: [denoisingCost(denoised!, normalise(top, moments, epsilon), moments), options.denoising],
        });
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
export default convLadder;
