/** Which examples each step of training sees. */
import type { RandomStream } from "@gumbel/random";

export class Batches {
  readonly #passedOver: Uint32Array;
  readonly #labelled: Uint32Array;
  readonly #labelledPerBatch: number;

  /**
   * @param labels those that training may use, by row; -1 elsewhere
   * @param labelledPerBatch labelled examples that come with every batch; an epoch then passes over the unlabelled ones. 0
   *   for training without labels, which passes over everything.
   */
  constructor(labels: Int32Array, labelledPerBatch: number) {
    const every = Uint32Array.from(labels.keys());
    this.#labelled = every.filter((row) => labelledPerBatch > 0 && labels[row]! >= 0);
    this.#passedOver = this.#labelled.length > 0 ? every.filter((row) => labels[row]! < 0) : every;
    this.#labelledPerBatch = labelledPerBatch;
  }

  /** Examples that an epoch passes over. */
  get perEpoch(): number {
    return this.#passedOver.length;
  }

  /** The rows of an epoch, in random order. */
  order(random: RandomStream): Uint32Array {
    return random.permutation(this.perEpoch).map((position) => this.#passedOver[position]!);
  }

  /** `rows` behind the labelled rows of their batch: all that there are, or as many of them as it brings, at random. */
  withLabelled(rows: Uint32Array, random: RandomStream): Uint32Array {
    const labelled = this.#labelled;
    const brought =
      labelled.length <= this.#labelledPerBatch
        ? labelled
        : random
            .permutation(labelled.length)
            .subarray(0, this.#labelledPerBatch)
            .map((position) => labelled[position]!);
    return Uint32Array.of(...brought, ...rows);
  }
}
