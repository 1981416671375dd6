/** The decoder of the ladder network: from the top down, each layer is denoised with the help of the one above. */
import { add, matMul, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";
import { type Moments, momentsOf, normalise } from "./batchNorm.js";
import type { Random } from "./dense.js";
import { leCunNormal } from "./layers.js";
import { epsilon } from "./noisyEncoder.js";

/** a₁ … a₁₀ of a layer, [units] each. */
type Shape = readonly tf.Tensor1D[];

/**
 * The denoising function "gauss" of each unit: ẑ = (z̃ - μ(u)) v(u) + μ(u), with
 * μ(u) = a₁ σ(a₂ u + a₃) + a₄ u + a₅ and v(u) = a₆ σ(a₇ u + a₈) + a₉ u + a₁₀. Equation 12 of the paper.
 *
 * @param noisy z̃, [batch, units]
 * @param above u, [batch, units]
 */
export function denoise(noisy: tf.Tensor2D, above: tf.Tensor2D, shape: Shape): tf.Tensor2D {
  const curve = ([a, b, c, d, e]: Shape): tf.Tensor2D =>
    add(mul(tf.sigmoid(add(mul(above, b!), c!)), a!), add(mul(above, d!), e!));
  const mean = curve(shape.slice(0, 5));
  const slope = curve(shape.slice(5));
  return add(mul(sub(noisy, mean), slope), mean);
}

/** (1 / units) of the squared distance of z from ẑ, which the statistics of the clean path normalise: the mean over the batch. */
export const denoisingCost = (denoised: tf.Tensor2D, clean: tf.Tensor2D, moments?: Moments): tf.Scalar =>
  tf.mean(tf.squaredDifference(moments ? normalise(denoised, moments, epsilon) : denoised, clean));

export class LadderDecoder {
  readonly #shapes: Parameter<tf.Tensor1D>[][];
  readonly #weights: (Parameter<tf.Tensor2D> | undefined)[];

  /** @param sizes units of every layer that is denoised, from the lowest */
  constructor(parameters: Parameters, random: Random, sizes: number[]) {
    this.#shapes = sizes.map((size, layer) =>
      Array.from({ length: 10 }, (_, i) => {
        // a₂ and a₇ are 1.
        const values = new Float32Array(size).fill(i === 1 || i === 6 ? 1 : 0);
        return parameters.create(`decoder/${layer}/a${i + 1}`, [size], values);
      }),
    );
    this.#weights = sizes.map((size, layer) => {
      const above = sizes[layer + 1];
      if (above === undefined) return undefined;
      const name = `decoder/${layer}`;
      const values = leCunNormal(random(name), [above, size], above);
      return parameters.create(`${name}/weight`, [above, size], values);
    });
  }

  /**
   * ẑ of every layer, from the lowest: u of the top is what the classifier says, u of the others comes from ẑ above.
   *
   * @param noisy z̃ of every layer, from the lowest
   * @param probabilities of the noisy path, [batch, K]
   */
  apply(noisy: tf.Tensor2D[], probabilities: tf.Tensor2D): tf.Tensor2D[] {
    const denoised: tf.Tensor2D[] = [];
    for (let layer = noisy.length - 1; layer >= 0; layer--) {
      const weight = this.#weights[layer];
      const signal = weight ? matMul(denoised[0]!, weight.value) : probabilities;
      const above = normalise(signal, momentsOf(signal), epsilon);
      const shape = this.#shapes[layer]!.map(({ value }) => value);
      denoised.unshift(denoise(noisy[layer]!, above, shape));
    }
    return denoised;
  }
}
