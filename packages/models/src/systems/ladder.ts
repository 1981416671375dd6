import { Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { denoisingCost, LadderDecoder } from "../networks/ladderDecoder.js";
import { noiseOption } from "../networks/noise.js";
import { NoisyEncoder } from "../networks/noisyEncoder.js";
import { classCount, hiddenOption } from "../options.js";
import type { System } from "../system.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { adam, constantShareOption, linearDecay, mainPhase } from "../training/phases.js";
import { crossEntropyTo } from "../training/targets.js";

const optionsSchema = z.strictObject({
  hidden: hiddenOption([1000, 500, 250, 250, 250], "Hidden layers. Section 4.1 of the paper."),
  noise: noiseOption(0.3, "The authors' code, MNIST."),
  denoising: z
    .array(z.number().min(0))
    .min(1)
    .default([1000, 10, 0.1])
    .describe(
      "λ of the input and of each layer above; the last is that of all further ones. The authors' code.",
    ),
  constantShare: constantShareOption(0.67, "The authors' code."),
});

/**
 * The ladder network with fully connected layers ("full").
 *
 *   noisy   z̃⁰ = x + n⁰,  z̃ˡ = N(Wˡ h̃ˡ⁻¹) + nˡ,  h̃ˡ = relu(z̃ˡ + βˡ),  ỹ = softmax(γ (z̃ᴸ + βᴸ)),  nˡ ~ N(0, σ²)
 *   clean   the same without n: z⁰ = x, zˡ, and the batch's mean mˡ and variance sˡ that N takes off
 *   decoder uᴸ = N(ỹ),  uˡ = N(Vˡ⁺¹ ẑˡ⁺¹),  ẑˡ = g(z̃ˡ, uˡ), g of ten numbers per unit
 *
 *   L = -(1/L) Σ_labelled log ỹ_c + Σ_l λ_l mean_unlabelled ((ẑˡ - mˡ) / √(sˡ + 1e-10) - zˡ)², of the input (ẑ⁰ - x)²
 *
 * N normalises labelled and unlabelled examples apart, each by its own batch's mean and variance. Gradients run into the clean
 * path too. Predictions are those of the clean path with moving averages of the unlabelled images' statistics (ours: the
 * authors' code passes over the labelled ones after training). λ is 1000, 10, 0.1, …; Adam at 0.002 falls linearly to 0 over
 * the last third. The thesis' figure, 0.89, is the paper's convolutional network, here `conv-ladder`; that of this one is 1.06.
 */
const ladder: System<z.output<typeof optionsSchema>> = {
  title: "Ladder",
  reference:
    "Rasmus, Valpola, Honkala, Berglund, Raiko 2015, Semi-Supervised Learning with Ladder Networks, NIPS",
  link: "https://arxiv.org/abs/1507.02672",
  optionsSchema,
  // The authors' code: all 100 labelled images beside 100 others.
  training: { epochs: 150, batchSize: 100, labelledPerBatch: 100, optimizer: adam(2e-3) },
  comparedBy: "total",
  small: { hidden: [12, 8], denoising: [1, 0.5, 0.1] },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const shapes = options.hidden.map((dense) => ({ dense }));
    const flat = { ...data, shape: [data.d] };
    const encoder = new NoisyEncoder(parameters, random, flat, shapes, clusters, options);
    const decoder = new LadderDecoder(parameters, random, encoder.sizes);
    const weightOf = (layer: number) => options.denoising[layer] ?? options.denoising.at(-1)!;

    const main = mainPhase(
      schedule,
      (batch) => {
        const { labelled, classes, unlabelled } = halvesOf(batch);
        const supervised = encoder.corrupted(labelled, batch.random, "labelled");
        const noisy = encoder.corrupted(unlabelled, batch.random, "unlabelled");
        const clean = encoder.clean(unlabelled);
        const noisyLayers = encoder.sizes.map((_, layer) => noisy.z(layer));
        const denoised = decoder.apply(noisyLayers, tf.softmax(noisy.logits));
        const costs = denoised.map((each, layer) => [
          `denoising/${layer}`,
          [denoisingCost(each, clean.z(layer), clean.moments(layer)), weightOf(layer)] as const,
        ]);
        return weighted({
          supervised: crossEntropyTo(classes, supervised.logits),
          ...Object.fromEntries(costs),
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
export default ladder;
