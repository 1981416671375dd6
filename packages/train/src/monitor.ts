import { accuracy, contingency, nmi } from "@gumbel/metrics";
import type { Model, TrainingData } from "@gumbel/models";
import { evenlySpaced } from "@gumbel/random";
import { encodeSoFar } from "./encoding.js";

/** Examples looked at after every epoch, evenly spaced: enough for a curve, few enough to cost little. */
const watched = 10_000;

/** Follows accuracy and NMI while a model learns. For the eye alone: nothing is chosen or stopped by it. */
export class Monitor {
  readonly #data: TrainingData;
  readonly #rows: Uint32Array;
  readonly #labels: Int32Array;

  /** @param labels the true classes, by row; -1 where unknown */
  constructor(data: TrainingData, labels: Int32Array) {
    const known = Uint32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
    this.#data = data;
    this.#rows = evenlySpaced(known.length, watched).map((i) => known[i]!);
    this.#labels = Int32Array.from(this.#rows, (row) => labels[row]!);
  }

  /** Fractions; null where there are no labels, or no clusters before training ends. */
  observe(model: Model): { accuracy: number | null; nmi: number | null } {
    if (this.#rows.length === 0) return { accuracy: null, nmi: null };
    const { cluster } = encodeSoFar(model, this.#data, this.#rows);
    if (!cluster) return { accuracy: null, nmi: null };
    // Noise, which belongs to no cluster, counts as one of its own.
    const noise = cluster.reduce((most, each) => Math.max(most, each), 0) + 1;
    const table = contingency(
      this.#labels,
      cluster.map((each) => (each < 0 ? noise : each)),
    );
    return { accuracy: accuracy.compute(table), nmi: nmi.compute(table) };
  }
}
