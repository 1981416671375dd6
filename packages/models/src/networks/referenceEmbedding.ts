/** An embedding of any point, from its values at some reference points. */
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import { relativeDistances } from "../clustering/kmeans.js";

/** Distances to references that are held at once: 16 MB of them, and of each step on the way to them. */
const distancesAtOnce = 1 << 22;

/** Added to squared distances, relative to their mean, so that an example on a reference takes its position. */
const nearlyZero = 1e-6;

/** Any latent lies at the mean of the positions of its nearest references, weighted by 1 / squared distance. */
export class ReferenceEmbedding {
  readonly #references: Parameter<tf.Tensor2D>;
  readonly #positions: Parameter<tf.Tensor2D>;
  readonly #count: number;
  readonly #neighbours: number;

  constructor(
    parameters: Parameters,
    size: { count: number; latentSize: number; dimensions: number; neighbours: number },
  ) {
    const { count, latentSize, dimensions, neighbours } = size;
    const fixed = (name: string, columns: number) => {
      const zeros = new Float32Array(count * columns);
      return parameters.create(name, [count, columns], zeros, { trainable: false });
    };
    this.#references = fixed("references", latentSize);
    this.#positions = fixed("positions", dimensions);
    this.#count = count;
    this.#neighbours = Math.min(neighbours, count);
  }

  /** @param references [count, latentSize] @param positions [count, dimensions] */
  set(references: tf.Tensor2D, positions: tf.Tensor2D): void {
    this.#references.assign(references);
    this.#positions.assign(positions);
  }

  /** @param latent [batch, latentSize] @returns [batch, dimensions] */
  apply(latent: tf.Tensor2D): tf.Tensor2D {
    const [batch, size] = latent.shape;
    const block = Math.max(1, Math.floor(distancesAtOnce / this.#count));
    const parts: tf.Tensor2D[] = [];
    for (let from = 0; from < batch; from += block) {
      const rows = Math.min(block, batch - from);
      parts.push(tf.tidy(() => this.#applyTo(tf.slice(latent, [from, 0], [rows, size]))));
    }
    return tf.concat(parts, 0);
  }

  #applyTo(latent: tf.Tensor2D): tf.Tensor2D {
    const references = this.#references.value;
    const nearest = tf.topk(tf.neg(relativeDistances(latent, references)), this.#neighbours).indices;
    // [batch, neighbours]; from differences, because products in float32 cannot tell a distance of zero.
    const squared = tf.sum(tf.squaredDifference(tf.gather(references, nearest), tf.expandDims(latent, 1)), 2);
    const weights = tf.div(1, tf.add(squared, tf.add(tf.mul(tf.mean(squared), nearlyZero), 1e-30)));
    const shares = tf.div(weights, tf.sum(weights, 1, true));
    return tf.sum(tf.mul(tf.gather(this.#positions.value, nearest), tf.expandDims(shares, 2)), 1);
  }
}
