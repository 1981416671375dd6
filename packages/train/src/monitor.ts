import { accuracy, contingency, nmi } from "@gumbel/metrics";
import type { Model, TrainingData } from "@gumbel/models";
import { evenlySpaced } from "@gumbel/random";
import { encodeDuringTraining } from "./encoding.js";

/** Maximum number of examples that are encoded after each epoch, to limit the cost. */
const maxExamples = 10_000;

/** Measures accuracy and NMI during training. They are only shown: no choice and no stopping depends on them. */
export class Monitor {
  readonly #data: TrainingData;
  readonly #rows: Uint32Array;
  readonly #labels: Int32Array;

  /** @param labels the true classes, by row; -1 if unknown */
  constructor(data: TrainingData, labels: Int32Array) {
    const labelled = Uint32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
    this.#data = data;
    this.#rows = evenlySpaced(labelled.length, maxExamples).map((i) => labelled[i]!);
    this.#labels = Int32Array.from(this.#rows, (row) => labels[row]!);
  }

  /** Accuracy and NMI in [0, 1]; null without labels, or if the system has no clusters before training ends. */
  observe(model: Model): { accuracy: number | null; nmi: number | null } {
    if (this.#rows.length === 0) return { accuracy: null, nmi: null };
    const { cluster } = encodeDuringTraining(model, this.#data, this.#rows);
    if (!cluster) return { accuracy: null, nmi: null };
    // Examples without a cluster count as one more cluster.
    const noise = cluster.reduce((most, each) => Math.max(most, each), 0) + 1;
    const table = contingency(
      this.#labels,
      cluster.map((each) => (each < 0 ? noise : each)),
    );
    return { accuracy: accuracy.compute(table), nmi: nmi.compute(table) };
  }
}
