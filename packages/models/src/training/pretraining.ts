/** Training of the shared autoencoder, before another objective or alone. */

import type { tf } from "@gumbel/engine";
import { z } from "zod";
import { encodeAll } from "../encodeAll.js";
import type { Autoencoder } from "../networks/autoencoder.js";
import type { Phase, Schedule, TrainingData } from "../system.js";
import { weighted } from "./objective.js";
import { adam, phase } from "./phases.js";

/** The options of a pretraining phase. */
export const pretrainingOption = (
  epochs: z.ZodDefault<z.ZodInt>,
  batchSize: number,
  learningRate: number,
  source: string,
) =>
  z
    .strictObject({
      epochs,
      batchSize: z.int().min(1).default(batchSize).describe(source),
      learningRate: z.number().positive().default(learningRate).describe(`Of Adam. ${source}`),
    })
    .prefault({})
    .describe("The autoencoder that the run starts from; unused if train.pretrainedFrom names a pipeline.");

/** Schedule of the autoencoder's training in the systems that start from it. */
export const autoencoderPretraining = pretrainingOption(
  z.int().min(1).default(300).describe("Epochs end to end. IDEC's and DCN's published code."),
  256,
  1e-3,
  "As in IDEC's published code.",
);

/** The schedule of a pretraining phase: Adam. */
export const pretrainingSchedule = (options: z.output<typeof autoencoderPretraining>): Schedule => ({
  epochs: options.epochs,
  batchSize: options.batchSize,
  optimizer: adam(options.learningRate),
});

/** The autoencoder's training by reconstruction alone, (1/N) Σ ‖x - g(f(x))‖² / d, before another objective. */
export const autoencoderPhase = (
  autoencoder: Autoencoder,
  options: z.output<typeof autoencoderPretraining>,
): Phase =>
  phase(
    "pretraining",
    pretrainingSchedule(options),
    ({ x }) => weighted({ reconstruction: autoencoder.reconstructionLoss(x) }),
    { pretraining: true, start: async (data) => autoencoder.fitScale(data) },
  );

/** The latents of all training examples, [n, latentSize]. The caller disposes of them. */
export const latentsOf = (autoencoder: Autoencoder, training: TrainingData): tf.Tensor2D =>
  encodeAll(training, autoencoder.latentSize, (x) => autoencoder.encode(x));
