/** The clustering layer of DEC and IDEC: Student-t assignments that learn from their own sharpened copies. */
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";
import { fitKMeans, squaredDistances } from "../clustering/kmeans.js";
import { byScores } from "../networks/scores.js";
import { kmeansSettings, restartsOption } from "../options.js";
import type { Encoding, Position, Training } from "../system.js";
import { meanKl, rowsOf, sharpened } from "./targets.js";

/** Options of the systems that train against p ∝ q² / f. */
export const studentTOptions = {
  restarts: restartsOption,
  updateInterval: z
    .int()
    .min(1)
    .default(140)
    .describe("Steps between two targets. The published code: 140 on MNIST, 30 on USPS, 3 on Reuters."),
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(0.001)
    .describe(
      "Training ends once a smaller share of the examples changes its cluster from one target to the next. Xie et al. 2016, section 4.3.",
    ),
};

interface StudentTSettings {
  restarts: number;
  updateInterval: number;
  tolerance: number;
}

/**
 * Logarithms, up to a constant per row, of the soft assignments by Student's t with one degree of freedom:
 * q_ij ∝ (1 + ‖z_i - μ_j‖²)⁻¹. Equation 1 of Xie, Girshick and Farhadi 2016; their softmax is q.
 *
 * @param latent z, [batch, F]
 * @param centroids μ, [K, F]
 * @returns [batch, K]
 */
export function studentTLogits(latent: tf.Tensor2D, centroids: tf.Tensor2D): tf.Tensor2D {
  return tf.neg(tf.log1p(squaredDistances(latent, centroids)));
}

/**
 * Centroids μ_j in a latent space, trained together with the encoder:
 *
 *   q_ij ∝ (1 + ‖z_i - μ_j‖²)⁻¹
 *   p_ij ∝ q_ij² / f_j, f_j = Σ_i q_ij            over all training data, every `updateInterval` steps
 *   KL(P ‖ Q) = (1/N) Σ_i Σ_j p_ij log(p_ij / q_ij)
 *
 * P and the clusters of the last update are training state: the weights cannot give them back.
 */
export class StudentTClusters {
  readonly state: NonNullable<Training["state"]> = new Map();
  readonly #centroids: Parameter<tf.Tensor2D>;
  readonly #shape: [number, number];
  readonly #options: StudentTSettings;

  constructor(parameters: Parameters, clusters: number, latentSize: number, options: StudentTSettings) {
    this.#shape = [clusters, latentSize];
    this.#options = options;
    this.#centroids = parameters.create("centroids", this.#shape, new Float32Array(clusters * latentSize));
  }

  /** μ, [K, latentSize] */
  get centroids(): tf.Tensor2D {
    return this.#centroids.value;
  }

  /**
   * k-means on the latents, and the first targets.
   *
   * @param latents of all training data, [n, latentSize]; disposed of
   */
  start(latents: tf.Tensor2D, random: (restart: number) => RandomStream): void {
    const [clusters] = this.#shape;
    const settings = kmeansSettings(clusters, this.#options.restarts);
    const fit = fitKMeans(latents, settings, random);
    tf.tidy(() => this.#centroids.assign(tf.tensor2d(Float32Array.from(fit.centroids), this.#shape)));
    this.#update(latents);
  }

  /**
   * Updates the targets every `updateInterval` steps.
   *
   * @param latents of all training data, [n, latentSize]; disposed of
   * @returns "converged" if less than `tolerance` of the examples changed their cluster since the last targets
   */
  beforeStep({ step }: Position, latents: () => tf.Tensor2D): "converged" | undefined {
    if (step === 0 || step % this.#options.updateInterval !== 0) return undefined;
    const before = this.state.get("assignment")!.values;
    this.#update(latents());
    const after = this.state.get("assignment")!.values;
    const changed = after.reduce((count, cluster, row) => count + Number(cluster !== before[row]), 0);
    return changed / after.length < this.#options.tolerance ? "converged" : undefined;
  }

  /** KL(P ‖ Q) on a batch. @param latent [batch, latentSize] @param rows of the batch in the training data */
  loss(latent: tf.Tensor2D, rows: Uint32Array): tf.Scalar {
    const targets = rowsOf(this.state.get("targets")!.values, this.#shape[0], rows);
    return meanKl(targets, studentTLogits(latent, this.centroids));
  }

  /** @param latent [batch, latentSize] */
  encoding(latent: tf.Tensor2D): Encoding & { feature: tf.Tensor2D } {
    const logits = studentTLogits(latent, this.centroids);
    return byScores(logits, latent);
  }

  #update(latents: tf.Tensor2D): void {
    const [clusters] = this.#shape;
    const [n] = latents.shape;
    const { cluster, probabilities } = tf.tidy(() => {
      const { cluster, probabilities } = this.encoding(latents);
      return { cluster, probabilities: probabilities! };
    });
    const targets = sharpened(probabilities.dataSync<"float32">(), clusters, 2);
    this.state.set("targets", { shape: [n, clusters], values: targets });
    this.state.set("assignment", { shape: [n], values: Float32Array.from(cluster.dataSync<"int32">()) });
    for (const tensor of [cluster, probabilities, latents]) tensor.dispose();
  }
}
