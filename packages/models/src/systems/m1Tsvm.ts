import { matMul, Parameters, type tf } from "@gumbel/engine";
import { z } from "zod";
import { M1Network, m1Options } from "../networks/m1Network.js";
import { byScores } from "../networks/scores.js";
import { svmOptions, TransductiveSvm } from "../networks/transductiveSvm.js";
import { classCount } from "../options.js";
import type { System, TrainingData } from "../system.js";
import { adam, mainPhase } from "../training/phases.js";

const optionsSchema = z.strictObject({ ...m1Options, ...svmOptions });

/**
 * M1+TSVM: a transductive support vector machine on the latent of a variational autoencoder.
 *
 *   M1    q(v | x) = N(μ(x), diag σ²(x)),  p(x | v): decoder;  L = -E[log p(x | v)] + KL(q(v | x) ‖ N(0, I))
 *   TSVM  on μ(x), after training: for each class a machine that separates its labelled examples from the others and keeps its
 *         boundary away from the unlabelled ones, 1/K of which it takes to be of the class; the largest output wins
 *
 * The paper does not say which machine. This is QN-S3VM (Gieseke, Airola, Pahikkala, Kramer 2014): smooth losses, solved by
 * L-BFGS with a growing weight of the unlabelled; with random Fourier features of a Gaussian kernel in place of a subset of its
 * rows (ours). The kernel's width and λ are chosen by cross-validation on the labelled examples.
 */
const m1Tsvm: System<z.output<typeof optionsSchema>> = {
  title: "M1+TSVM",
  reference:
    "Kingma, Rezende, Mohamed, Welling 2014, Semi-supervised Learning with Deep Generative Models, NIPS",
  link: "https://arxiv.org/abs/1406.5298",
  optionsSchema,
  // M1 as in the authors' code, with 500 epochs (ours; the published weights are of epoch 10,000). The labelled examples that come
  // with a batch are seen as all others.
  training: { epochs: 500, batchSize: 990, labelledPerBatch: 10, optimizer: adam(3e-4) },
  comparedBy: "total",
  small: { m1Hidden: [8], m1Size: 4, kernelFeatures: 20, widths: [1], regularisations: [1e-3] },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const m1 = new M1Network(parameters, random, data, options);
    const svm = new TransductiveSvm(parameters, random, m1.size, clusters, options);
    const meanOf = (x: tf.Tensor2D) => m1.encode(x).mean;

    return {
      parameters,
      clusters,
      training: {
        phases: [mainPhase(schedule, (batch) => m1.objective(batch))],
        async finish(all: TrainingData) {
          if (!all.labels) return;
          const points = m1.meansOf(all);
          svm.fit(points, all.labels);
          points.dispose();
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          const feature = meanOf(x);
          return byScores(svm.scores(feature), feature);
        },
      },
      decoder: {
        generator: { noise: m1.size, conditional: false, generate: (noise) => m1.decode(noise) },
        reconstruct: (x) => m1.decode(meanOf(x)),
        interpolate: (x, weights) => m1.decode(matMul(weights, meanOf(x))),
      },
    };
  },
};
export default m1Tsvm;
