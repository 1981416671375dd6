/** The examples of each training step. */
import type { BatchShape } from "@gumbel/models";
import type { RandomStream } from "@gumbel/random";

/** The examples of one step. */
export interface StepRows {
  /** Rows of the training data: the labelled examples that are added to the batch, then the batch. */
  rows: Uint32Array;
  /** Class of each labelled example; -1 for all others. */
  labels: Int32Array;
}

/** The batches of one phase. */
export class Batches {
  /** The rows that an epoch consists of. */
  readonly #epochRows: Uint32Array;
  readonly #labelled: Uint32Array;
  readonly #labels: Int32Array;
  readonly #shape: BatchShape;

  /** @param labels the labels that training may use, by row; -1 for unlabelled rows */
  constructor(labels: Int32Array, shape: BatchShape) {
    const all = Uint32Array.from(labels.keys());
    const { labelled = 0, over = "auto" } = shape;
    this.#labels = labels;
    this.#shape = shape;
    this.#labelled = all.filter((row) => labels[row]! >= 0);
    const unlabelledOnly = over === "auto" && labelled > 0 && this.#labelled.length > 0;
    this.#epochRows =
      over === "labelled" ? this.#labelled : unlabelledOnly ? all.filter((row) => labels[row]! < 0) : all;
  }

  /** Number of examples in an epoch, without the labelled examples that are added to each batch. */
  get perEpoch(): number {
    return this.#epochRows.length;
  }

  /** The rows of an epoch, in random order. */
  order(random: RandomStream): Uint32Array {
    return random.permutation(this.perEpoch).map((position) => this.#epochRows[position]!);
  }

  /** A step on `rows`, after the labelled examples that are added to its batch: all of them, or a random choice. */
  step(rows: Uint32Array, random: RandomStream): StepRows {
    const { labelled: count = 0, over } = this.#shape;
    const labelled = this.#labelled;
    const added =
      labelled.length <= count
        ? labelled
        : random
            .permutation(labelled.length)
            .subarray(0, count)
            .map((position) => labelled[position]!);
    const all = count === 0 ? rows : Uint32Array.of(...added, ...rows);
    const withLabel = over === "labelled" ? all.length : all.length - rows.length;
    return { rows: all, labels: Int32Array.from(all, (row, i) => (i < withLabel ? this.#labels[row]! : -1)) };
  }
}
