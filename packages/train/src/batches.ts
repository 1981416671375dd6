/** The examples of each training step. */
import type { BatchShape } from "@gumbel/models";
import type { RandomStream } from "@gumbel/random";

/** The examples of one step. */
export interface StepRows {
  /** Labelled ones that come with the batch first. */
  rows: Uint32Array;
  /** Class of each labelled one; -1 for all others. */
  labels: Int32Array;
}

export class Batches {
  readonly #passedOver: Uint32Array;
  readonly #labelled: Uint32Array;
  readonly #labels: Int32Array;
  readonly #shape: BatchShape;

  /** @param labels those that training may use, by row; -1 elsewhere */
  constructor(labels: Int32Array, shape: BatchShape) {
    const every = Uint32Array.from(labels.keys());
    const { labelled = 0, over = "auto" } = shape;
    this.#labels = labels;
    this.#shape = shape;
    this.#labelled = every.filter((row) => labels[row]! >= 0);
    const apart = over === "auto" && labelled > 0 && this.#labelled.length > 0;
    this.#passedOver =
      over === "labelled" ? this.#labelled : apart ? every.filter((row) => labels[row]! < 0) : every;
  }

  /** Examples that an epoch passes over. */
  get perEpoch(): number {
    return this.#passedOver.length;
  }

  /** The rows of an epoch, in random order. */
  order(random: RandomStream): Uint32Array {
    return random.permutation(this.perEpoch).map((position) => this.#passedOver[position]!);
  }

  /** A step on `rows`, behind the labelled examples that come with its batch: all that there are, or so many at random. */
  step(rows: Uint32Array, random: RandomStream): StepRows {
    const { labelled: wanted = 0, over } = this.#shape;
    const labelled = this.#labelled;
    const brought =
      labelled.length <= wanted
        ? labelled
        : random
            .permutation(labelled.length)
            .subarray(0, wanted)
            .map((position) => labelled[position]!);
    const shown = wanted === 0 ? rows : Uint32Array.of(...brought, ...rows);
    const known = over === "labelled" ? shown.length : shown.length - rows.length;
    return { rows: shown, labels: Int32Array.from(shown, (row, i) => (i < known ? this.#labels[row]! : -1)) };
  }
}
