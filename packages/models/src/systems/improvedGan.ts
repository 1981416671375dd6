import { Parameters, slice, sub, tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { noiseOption } from "../networks/noise.js";
import { byScores } from "../networks/scores.js";
import { UniformGenerator } from "../networks/uniformGenerator.js";
import { WeightAverage } from "../networks/weightAverage.js";
import { WeightNormClassifier } from "../networks/weightNormClassifier.js";
import { classCount, hiddenOption } from "../options.js";
import type { Batch, Phase, System, TrainingData } from "../system.js";
import { discriminatorWins } from "../training/discriminatorWins.js";
import { halvesOf } from "../training/labelledBatch.js";
import { weighted } from "../training/objective.js";
import { crossEntropyTo } from "../training/targets.js";

/** Losses of both kinds below which the discriminator has won, in nats; MNIST goes on at 0.4. */
const certain = 0.01;

const optionsSchema = z.strictObject({
  hidden: hiddenOption(
    [1000, 500, 250, 250, 250],
    "Hidden layers of the discriminator. The authors' code, MNIST.",
  ),
  inputNoise: noiseOption(0.3, "On the input. The authors' code."),
  hiddenNoise: noiseOption(0.5, "On hidden layers, after the ReLU. The authors' code."),
  generatorHidden: hiddenOption([500, 500], "Hidden layers of the generator. The authors' code."),
  noiseSize: z.int().min(1).default(100).describe("Size of the generator's noise. The authors' code."),
  averageRate: z
    .number()
    .gt(0)
    .max(1)
    .default(1e-4)
    .describe("Share of the present weights in the average that predicts. The authors' code."),
});

/**
 * The GAN of Salimans et al. for semi-supervised learning: a classifier whose (K+1)-th class is "generated", of logit 0.
 *
 *   l = logits(x), Z(x) = log Σ_k exp l_k, so that p(real | x) = exp Z / (1 + exp Z);  x̃ = G(n), n uniform
 *
 *   L_D = mean_labelled (Z - l_y) + ½ [ mean_unlabelled (softplus Z - Z) + mean_generated softplus Z ]
 *   L_G = (1/F) ‖ mean f(x̃) - mean f(x) ‖²: feature matching, f the last hidden layer before its noise, F its units
 *
 * The discriminator steps first, then the generator, on other unlabelled examples. Weight norm with a fixed scale everywhere but
 * in the last layer; scales and biases start so that 500 examples have pre-activations of mean 0 and variance 1. Predictions
 * take a moving average of the weights, which here is divided by the sum of its shares (ours: the authors' starts at 0, and is
 * within 1 % of that after 77 epochs). Adam's ε is 1e-8 inside of the root in the authors' code: √(v + ε). Outside of it, as here,
 * 1e-4 is within a factor of √2 of that, and 1e-8 lets the discriminator win on MNIST after four epochs.
 */
const improvedGan: System<z.output<typeof optionsSchema>> = {
  title: "Improved GAN",
  reference:
    "Salimans, Goodfellow, Zaremba, Cheung, Radford, Chen 2016, Improved Techniques for Training GANs, NIPS",
  link: "https://arxiv.org/abs/1606.03498",
  optionsSchema,
  // The authors' code, MNIST: 100 labelled, 100 unlabelled and 100 generated examples a step.
  training: {
    epochs: 300,
    batchSize: 100,
    labelledPerBatch: 100,
    optimizer: { name: "adam", learningRate: 3e-3, beta1: 0.5, epsilon: 1e-4 },
  },
  comparedBy: null,
  small: { hidden: [12, 8], generatorHidden: [12], noiseSize: 4 },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const sizes = [data.d, ...options.hidden, clusters];
    const noise = { input: options.inputNoise, hidden: options.hiddenNoise };
    const discriminator = new WeightNormClassifier(parameters, random, "discriminator", sizes, noise);
    const weights = parameters.all;
    const averaged = new WeightNormClassifier(parameters, random, "averaged", sizes, noise, false);
    const average = new WeightAverage(
      parameters,
      weights,
      parameters.all.slice(weights.length),
      options.averageRate,
    );
    const generator = new UniformGenerator(parameters, random, data, {
      noiseSize: options.noiseSize,
      hidden: options.generatorHidden,
      norm: { scale: false, epsilon: 1e-6 },
      activation: (h) => tf.softplus(h),
      weightNorm: true,
    });

    const classify = ({ random: stream }: Batch, x: tf.Tensor2D, of: string) =>
      discriminator.classify(x, (layer) => stream(`${of}/${layer}`));
    const start = async (all: TrainingData) => {
      const rows = evenlySpaced(all.n, 500);
      tf.tidy(() => {
        const x = tf.tensor2d(all.rows(rows), [rows.length, all.d]);
        discriminator.standardise(x, (layer) => random("start", layer));
      });
    };

    const adversarial: Phase = {
      name: "training",
      epochs: schedule.epochs,
      batch: { size: schedule.batchSize, labelled: schedule.labelledPerBatch ?? 0 },
      start,
      signs: (terms) =>
        discriminatorWins(
          Math.max(terms["discriminator/real"]!, terms["discriminator/generated"]!) < certain,
        ),
      players: [
        {
          name: "discriminator",
          trains: weights.filter(({ trainable }) => trainable),
          optimizer: schedule.optimizer,
          objective(batch) {
            const { labelled, classes, unlabelled } = halvesOf(batch);
            const [count] = unlabelled.shape;
            const generated = generator.draw(count, batch.random("z"), false);
            // One pass for all: no layer has statistics of its batch.
            const { logits } = classify(batch, tf.concat([labelled, unlabelled, generated]), "batch");
            const [taught] = labelled.shape;
            return weighted({
              supervised: crossEntropyTo(classes, slice(logits, 0, taught)),
              real: [realLoss(slice(logits, taught, count)), 0.5],
              generated: [generatedLoss(slice(logits, taught + count)), 0.5],
            });
          },
        },
        {
          name: "generator",
          trains: generator.trains,
          optimizer: schedule.optimizer,
          pass: 1,
          objective(batch) {
            average.follow();
            const { unlabelled } = halvesOf(batch);
            const generated = generator.draw(unlabelled.shape[0], batch.random("z"), true);
            const mean = (x: tf.Tensor2D, of: string) => tf.mean(classify(batch, x, of).feature, 0);
            const difference = sub(mean(generated, "generated"), mean(unlabelled, "unlabelled"));
            return weighted({ features: tf.mean(tf.square(difference)) });
          },
        },
      ],
    };

    return {
      parameters,
      clusters,
      training: { phases: [adversarial] },
      encoder: {
        latent: "feature",
        encode(x) {
          const { logits, feature } = averaged.classify(x);
          return byScores(logits, feature);
        },
      },
      decoder: generator.decoder,
    };
  },
};
export default improvedGan;

/** The mean of -log p(real | x) = softplus Z - Z. @param logits [batch, K] */
export function realLoss(logits: tf.Tensor2D): tf.Scalar {
  const evidence = tf.logSumExp(logits, 1);
  return tf.mean(sub(tf.softplus(evidence), evidence));
}

/** The mean of -log (1 - p(real | x)) = softplus Z. @param logits [batch, K] */
export const generatedLoss = (logits: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.softplus(tf.logSumExp(logits, 1)));
