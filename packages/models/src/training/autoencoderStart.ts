/** A start from an autoencoder and k-means on its latent, for a model that has none of its own. */
import { type NamedArray, type Objective, tf } from "@gumbel/engine";
import { evenlySpaced, type RandomStream } from "@gumbel/random";
import { z } from "zod";
import { fitKMeans, relativeDistances } from "../clustering/kmeans.js";
import { encodeAll } from "../encodeAll.js";
import { kmeansSettings, restartsOption } from "../options.js";
import type { Batch, Phase, Schedule, TrainingData } from "../system.js";
import { phase } from "./phases.js";
import { crossEntropyTo, rowsOf } from "./targets.js";

const schema = z.strictObject({
  epochs: z.int().min(1).default(8).describe("Epochs as a plain autoencoder."),
  weight: z
    .number()
    .positive()
    .default(20)
    .describe("Weight of the cross-entropy against k-means, in nats of L."),
  fadeEpochs: z.number().positive().default(1).describe("Epochs over which that weight falls to 0."),
  restarts: restartsOption,
});

/** The option as pipeline.json has it. */
export const autoencoderStartOption = schema
  .nullable()
  .default(null)
  .describe(
    "Starts as DEC and VaDE do, from an autoencoder and k-means on its latent (ours); null as published.",
  );

/** Examples that k-means is fitted to. */
const kmeansExamples = 20_000;

/**
 * A phase as an autoencoder; then, in the main phase, a term -log q(k | x), k the cluster that k-means gives x on the
 * autoencoder's latent, whose weight fades. The clusters are training state. Without options it does nothing.
 */
export class AutoencoderStart {
  readonly state = new Map<string, NamedArray>();
  readonly #options: z.output<typeof schema> | null;
  readonly #clusters: number;
  readonly #random: (restart: number) => RandomStream;

  constructor(
    options: z.output<typeof schema> | null,
    clusters: number,
    random: (restart: number) => RandomStream,
  ) {
    this.#options = options;
    this.#clusters = clusters;
    this.#random = random;
  }

  /** The phase as an autoencoder, with batches and optimizer of the main one; none without options. */
  phases(schedule: Schedule, objective: (batch: Batch) => Objective): Phase[] {
    if (!this.#options) return [];
    const { epochs } = this.#options;
    return [phase("autoencoder", { ...schedule, epochs }, objective, { pretraining: true })];
  }

  /**
   * Fits k-means to the latents and keeps the cluster of every training example.
   *
   * @param encode [batch, d] → [batch, size]
   */
  fit(all: TrainingData, size: number, encode: (x: tf.Tensor2D) => tf.Tensor2D): void {
    if (!this.#options) return;
    const { restarts } = this.#options;
    const latents = encodeAll(all, size, encode);
    const nearest = tf.tidy(() => {
      const chosen = Int32Array.from(evenlySpaced(all.n, kmeansExamples));
      const sample = tf.gather(latents, tf.tensor1d(chosen, "int32"));
      const settings = { ...kmeansSettings(this.#clusters, restarts), maxIterations: 100 };
      const { centroids } = fitKMeans(sample, settings, this.#random);
      return tf.argMin(
        relativeDistances(latents, tf.tensor2d(Float32Array.from(centroids), [this.#clusters, size])),
        1,
      );
    });
    const values = Float32Array.from(nearest.dataSync<"int32">());
    this.state.set("assignment", { shape: [all.n], values });
    tf.dispose([nearest, latents]);
  }

  /** The share of the weight that is left at an epoch of the main phase: from 1 down to 0; 0 without options. */
  left(epoch: number): number {
    return this.#options ? Math.max(0, 1 - epoch / this.#options.fadeEpochs) : 0;
  }

  /**
   * The cross-entropy of q(c | x) against the clusters of k-means, with its weight; undefined once it has faded.
   *
   * @param rows of the batch in the training data
   * @param logits of q(c | x), [batch, K]
   */
  term(rows: Uint32Array, logits: tf.Tensor2D, epoch: number): [tf.Scalar, number] | undefined {
    const left = this.left(epoch);
    if (!this.#options || left === 0) return undefined;
    const assigned = rowsOf(this.state.get("assignment")!.values, 1, rows);
    return [crossEntropyTo(assigned, logits), this.#options.weight * left];
  }
}
