import { constant, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { noiseOption } from "../networks/noise.js";
import { NoisyEncoder } from "../networks/noisyEncoder.js";
import { UniformGenerator } from "../networks/uniformGenerator.js";
import { classCount, hiddenOption, weightOption } from "../options.js";
import type { Phase, System } from "../system.js";
import { discriminatorWins } from "../training/discriminatorWins.js";
import { marginalEntropy, meanEntropy } from "../training/entropies.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { crossEntropyTo } from "../training/targets.js";

/** Slope of the leaky ReLU below 0. smayru/catgan. */
const slope = 0.1;
/** Share of log K of the generated examples' entropy above which the discriminator has won. */
const even = 0.99;

const optionsSchema = z.strictObject({
  hidden: hiddenOption([1000, 500, 250, 250, 250], "Hidden layers of the discriminator. smayru/catgan."),
  noise: noiseOption(0.3, "Before the activation. smayru/catgan."),
  generatorHidden: hiddenOption([500, 500, 1000], "Hidden layers of the generator. smayru/catgan."),
  noiseSize: z.int().min(1).default(128).describe("Size of the generator's noise. smayru/catgan."),
  wSupervised: weightOption(1, "λ of the cross-entropy of the labelled. smayru/catgan; tuned in the paper."),
});

/**
 * The categorical GAN, dense: a discriminator that is sure of real examples and spreads them over all classes, and is unsure of
 * generated ones.
 *
 *   p(y | x) = softmax(D(x)),  x̃ = G(n), n uniform;  H the entropy, means over batches
 *
 *   L_D = -H[mean p(y | x)] + mean H[p(y | x)] - mean H[p(y | x̃)] + λ mean_labelled (-log p(c | x))
 *   L_G = -H[mean p(y | x̃)] + mean H[p(y | x̃)]
 *
 * Batch norm takes the statistics of labelled, unlabelled and generated examples apart; the layer of the classes has none.
 * Predictions take moving averages of the unlabelled examples' statistics without noise. The paper has no code: sizes, noise and
 * rates are those of smayru/catgan, whose generator has the sign of H[mean p] wrong, and whose weight decay of 1e-5 is left
 * out. The thesis' figure, 1.39, is of the paper's convolutional network; its dense one has 1.91.
 */
const catGan: System<z.output<typeof optionsSchema>> = {
  title: "CatGAN",
  reference:
    "Springenberg 2016, Unsupervised and Semi-supervised Learning with Categorical Generative Adversarial Networks, ICLR",
  link: "https://arxiv.org/abs/1511.06390",
  optionsSchema,
  // smayru/catgan; all 100 labelled examples in every step.
  training: {
    epochs: 200,
    batchSize: 100,
    labelledPerBatch: 100,
    optimizer: { name: "adam", learningRate: 2e-4, beta1: 0.5 },
  },
  comparedBy: null,
  small: { hidden: [12, 8], generatorHidden: [12], noiseSize: 4 },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const flat = { ...data, shape: [data.d] };
    const shapes = options.hidden.map((dense) => ({ dense }));
    const form = { noise: options.noise, slope, plainTop: true };
    const discriminator = new NoisyEncoder(parameters, random, flat, shapes, clusters, form);
    const ofDiscriminator = parameters.trainable;
    const generator = new UniformGenerator(parameters, random, data, {
      noiseSize: options.noiseSize,
      hidden: options.generatorHidden,
      norm: {},
      activation: (h) => tf.leakyRelu(h, slope),
      weightNorm: false,
    });

    const adversarial: Phase = {
      name: "training",
      epochs: schedule.epochs,
      batch: { size: schedule.batchSize, labelled: schedule.labelledPerBatch ?? 0 },
      signs: (terms) => discriminatorWins(terms["discriminator/generated"]! > even * Math.log(clusters)),
      players: [
        {
          name: "discriminator",
          trains: ofDiscriminator,
          optimizer: schedule.optimizer,
          objective(batch) {
            const { labelled, classes, unlabelled } = halvesOf(batch);
            // Only its moving averages are wanted.
            constant(() => discriminator.follow(unlabelled).top);
            const logitsOf = (x: tf.Tensor2D, of: string) =>
              discriminator.corrupted(x, batch.random, of).logits;
            const real = logitsOf(unlabelled, "unlabelled");
            const generated = generator.draw(unlabelled.shape[0], batch.random("z"), false);
            return weighted({
              marginal: [marginalEntropy(real), -1],
              real: meanEntropy(real),
              generated: [meanEntropy(logitsOf(generated, "generated")), -1],
              supervised: [crossEntropyTo(classes, logitsOf(labelled, "labelled")), options.wSupervised],
            });
          },
        },
        {
          name: "generator",
          trains: generator.trains,
          optimizer: schedule.optimizer,
          objective(batch) {
            const count = halvesOf(batch).unlabelled.shape[0];
            const generated = generator.draw(count, batch.random("z"), true);
            const { logits } = discriminator.corrupted(generated, batch.random, "generated");
            return weighted({ marginal: [marginalEntropy(logits), -1], generated: meanEntropy(logits) });
          },
        },
      ],
    };

    return {
      parameters,
      clusters,
      training: { phases: [adversarial] },
      encoder: { latent: "feature", encode: (x) => discriminator.encode(x) },
      decoder: generator.decoder,
    };
  },
};
export default catGan;
