import { div, matMul, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { AuxiliaryDeep } from "../networks/auxiliaryDeep.js";
import { likelyClassesOption, marginalBounds, summedClasses } from "../networks/summedClasses.js";
import { classCount, weightOption } from "../options.js";
import type { Batch, BuildContext, Model, System } from "../system.js";
import { binarised } from "../training/binarise.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { crossEntropyTo, oneHotRows } from "../training/targets.js";

const size = z.int().min(1);
export const optionsSchema = z.strictObject({
  hidden: z
    .tuple([size], size)
    .default([500, 500])
    .describe("Hidden layers of each of the five networks. The authors' code."),
  aSize: size.default(100).describe("Size of a. The authors' code."),
  zSize: size.default(100).describe("Size of z. The authors' code."),
  alpha: weightOption(
    0.1,
    "α of the classifier: its cross-entropy counts α N / N_l beside a bound per example. The authors' code.",
  ),
  likelyClasses: likelyClassesOption,
});

/**
 * ADGM: a semi-supervised variational autoencoder with an auxiliary variable a, which lets q(z | x) take any form.
 *
 *   q(a | x),  q(y | a, x),  q(z | a, x, y);  p(y) uniform,  p(z) = N(0, I),  p(x | z, y),  p(a | x, z, y); Gaussians are diagonal
 *
 *   L(x, y) = log p(x | z, y) - log K + log p(z) + log p(a | x, z, y) - log q(a | x) - log q(z | a, x, y), one sample of a and z
 *   U(x) = Σ_y q(y | a, x) (L(x, y) - log q(y | a, x)), the sum over all classes
 *   J = mean_labelled -L(x, y) + mean_unlabelled -U(x) + α (N / N_l) mean_labelled (-log q(y | a, x)) + ‖θ‖² / 2N
 *
 * Pixels are binarised anew at every step; Adam at 3e-4, times 0.75 every 200 epochs and never below 3e-5. Ours: one sample of a
 * (five in the authors' code of SDGM, ten in their early one of ADGM), predictions at the mean of q(a | x) instead of over 100
 * samples, and gradients are not clipped. In the authors' log the error stays at 13 to 17 % until epoch 70 and then falls.
 */
const adgm: System<z.output<typeof optionsSchema>> = {
  title: "ADGM",
  reference: "Maaløe, Sønderby, Sønderby, Winther 2016, Auxiliary Deep Generative Models, ICML",
  link: "https://arxiv.org/abs/1602.05473",
  optionsSchema,
  // The authors' code.
  training: { epochs: 1000, batchSize: 100, labelledPerBatch: 100, optimizer: adam(3e-4) },
  comparedBy: "total",
  small: { hidden: [8], aSize: 3, zSize: 3 },
  build: (context) => buildAuxiliary(context, false),
};
export default adgm;

/** ADGM, or SDGM, in which a is above x and not beside it. */
export function buildAuxiliary(
  { options, data, schedule, random }: BuildContext<z.output<typeof optionsSchema>>,
  skip: boolean,
): Model {
  const clusters = classCount(data);
  const parameters = new Parameters();
  const network = new AuxiliaryDeep(parameters, random, data, { ...options, classes: clusters, skip });
  const objective = (batch: Batch) => {
    const { labelled, classes, unlabelled } = halvesOf(batch);
    const input = (x: tf.Tensor2D, of: string) => binarised(x, data, batch.random(`${of}/binarise`));
    const noise = (of: string) => (name: string) => batch.random(`${of}/${name}`);

    const known = input(labelled, "labelled");
    const ofKnown = network.auxiliary(known, noise("labelled"), "batch");
    const y = tf.tensor2d(oneHotRows(classes, clusters), [classes.length, clusters]);
    const unknown = input(unlabelled, "unlabelled");
    const ofUnknown = network.auxiliary(unknown, noise("unlabelled"), "follow");
    const summed = summedClasses(ofUnknown.logits, batch.epoch, options.likelyClasses);
    const bounds = network.bounds(unknown, ofUnknown, summed.y, noise("unlabelled"), "follow");
    const squares = parameters.trainable.map(({ value }) => tf.sum(tf.square(value)) as tf.Scalar);
    return weighted({
      labelled: tf.mean(network.bounds(known, ofKnown, y, noise("labelled"), "batch")),
      unlabelled: tf.mean(marginalBounds(summed.logits, bounds)),
      classifier: [
        crossEntropyTo(classes, ofKnown.logits),
        (options.alpha * data.examples) / Math.max(data.labelled, 1),
      ],
      prior: [div(tf.addN(squares), 2), 1 / data.examples],
    });
  };

  return {
    parameters,
    clusters,
    training: {
      phases: [
        mainPhase(schedule, objective, {
          learningRate: (epoch) => Math.max(0.1, 0.75 ** Math.floor(epoch / 200)),
        }),
      ],
    },
    encoder: { latent: "z", encode: (x) => network.encode(x) },
    decoder: {
      generator: {
        noise: options.zSize,
        conditional: true,
        generate: (noise, c) => network.decode(noise, c),
      },
      reconstruct: (x) => {
        const { z: latent, probabilities } = network.encode(x);
        return network.decode(latent, probabilities);
      },
      interpolate: (x, weights) => {
        const { z: latent, probabilities } = network.encode(x);
        return network.decode(matMul(weights, latent), matMul(weights, probabilities));
      },
      restyle: (x, c) => network.decode(network.encode(x).z, c),
    },
  };
}
