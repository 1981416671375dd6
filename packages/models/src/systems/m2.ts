import { matMul, oneHot, Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { M2Network } from "../networks/m2Network.js";
import { classCount } from "../options.js";
import type { System } from "../system.js";
import { binarised } from "../training/binarise.js";
import { halvesOf } from "../training/labelledBatch.js";
import { adam, mainPhase } from "../training/phases.js";
import { boundOptions, semiSupervisedBound } from "../training/semiSupervisedBound.js";

const optionsSchema = z.strictObject({
  hidden: z
    .int()
    .min(1)
    .default(500)
    .describe("Units of the hidden layer of each network. Section 4 of the paper."),
  zSize: z.int().min(1).default(50).describe("Size of z. Section 4 of the paper."),
  ...boundOptions,
});

/**
 * M2: a classifier and a variational autoencoder that is told the class, trained together.
 *
 *   q(y | x) = Cat(softmax(logits(x))),  q(z | x, y) = N(μ(x, y), diag σ²(x, y)),  p(x | y, z): decoder,  p(y) uniform,  p(z) = N(0, I)
 *
 *   L(x, y) = E_q(z|x,y)[log p(x | y, z)] - log K - KL(q(z | x, y) ‖ p(z)), one sample of z, the KL in closed form
 *   U(x) = Σ_y q(y | x) (L(x, y) - log q(y | x)), the sum over all classes, z drawn anew for each
 *   J = Σ_labelled -L(x, y) + Σ_unlabelled -U(x) + α N mean_labelled (-log q(y | x)) + ½ ‖θ‖²
 *
 * What is minimised is J / N. Pixels are binarised anew at every step; predictions take the grey values. Every network has one
 * hidden layer of softplus units, whose weights start at N(0, 0.001²), as in the authors' code. Inputs that are not in [0, 1]
 * have a Gaussian p(x | y, z) with variances of its own. Adam has its bias correction (ours: the authors' code computes but does
 * not use it).
 */
const m2: System<z.output<typeof optionsSchema>> = {
  title: "M2",
  reference:
    "Kingma, Rezende, Mohamed, Welling 2014, Semi-supervised Learning with Deep Generative Models, NIPS",
  link: "https://arxiv.org/abs/1406.5298",
  optionsSchema,
  // The authors' code: one labelled example and 499 others.
  training: { epochs: 3000, batchSize: 499, labelledPerBatch: 1, optimizer: adam(3e-4) },
  comparedBy: "total",
  small: { hidden: 8, zSize: 3 },

  build({ options, data, schedule, random }) {
    const clusters = classCount(data);
    const parameters = new Parameters();
    const output = data.range === "unit" ? "bernoulli" : "gaussian";
    const network = new M2Network(parameters, random, {
      ...options,
      inputs: data.d,
      classes: clusters,
      output,
    });
    const meanOf = (decoded: tf.Tensor2D) => (output === "bernoulli" ? tf.sigmoid(decoded) : decoded);
    const encode = (x: tf.Tensor2D) => {
      const logits = network.logits(x);
      const cluster: tf.Tensor1D = tf.argMax(logits, 1);
      const probabilities = tf.softmax(logits);
      return { cluster, z: network.latent(x, probabilities), probabilities };
    };
    const decode = (z: tf.Tensor2D, y: tf.Tensor2D) => meanOf(network.decode(z, y));

    return {
      parameters,
      clusters,
      training: {
        phases: [
          mainPhase(schedule, (batch) => {
            const x = binarised(batch.x, data, batch.random("binarise"));
            const halves = halvesOf({ ...batch, x });
            return semiSupervisedBound(network, halves, batch, data, options, parameters.trainable);
          }),
        ],
      },
      encoder: { latent: "z", encode },
      decoder: {
        generator: { noise: options.zSize, conditional: true, generate: decode },
        reconstruct: (x) => {
          const { z, probabilities } = encode(x);
          return decode(z, probabilities);
        },
        interpolate: (x, weights) => {
          const { z, probabilities } = encode(x);
          return decode(matMul(weights, z), matMul(weights, probabilities));
        },
        restyle: (x, c) => {
          const { cluster } = encode(x);
          return decode(network.latent(x, oneHot(cluster, clusters)), c);
        },
      },
    };
  },
};
export default m2;
