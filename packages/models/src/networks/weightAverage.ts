import { add, div, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";

/**
 * A moving average of the weights, for predictions: average ← average + rate (weight - average), as if from a start at 0, and
 * divided by the sum of what the steps so far weigh.
 */
export class WeightAverage {
  readonly #parameters: Parameters;
  readonly #pairs: { weight: Parameter; average: Parameter }[];
  readonly #mass: Parameter;
  readonly #rate: number;

  /** @param averages one for each weight, in the same order */
  constructor(
    parameters: Parameters,
    weights: readonly Parameter[],
    averages: readonly Parameter[],
    rate: number,
  ) {
    this.#parameters = parameters;
    this.#rate = rate;
    this.#pairs = weights.map((weight, i) => ({ weight, average: averages[i]! }));
    this.#mass = parameters.create("average/mass", [], new Float32Array(1), { trainable: false });
  }

  /** Takes the present weights in, after the current step. */
  follow(): void {
    const mass = add(mul(this.#mass.value, 1 - this.#rate), this.#rate);
    // rate / mass, at first 1.
    const share = div(tf.scalar(this.#rate), mass);
    this.#parameters.defer(this.#mass, mass);
    for (const { weight, average } of this.#pairs) {
      const step = mul(sub(weight.value, average.value), share);
      this.#parameters.defer(average, add(average.value, step));
    }
  }
}
