import { accuracy, collapses, contingency, nmi } from "@gumbel/metrics";
import type { Model, TrainingData } from "@gumbel/models";
import { evenlySpaced } from "@gumbel/random";
import type { EpochRecord } from "@gumbel/tables";
import { clustersDuringTraining, encodeDuringTraining } from "./encoding.js";

/** Maximum number of training examples, and of test examples, that are encoded after each epoch, to limit the cost. */
const maxExamples = 10_000;

/** What is shown of an epoch beside its loss. */
type Observation = Pick<EpochRecord, "accuracy" | "nmi" | "testError" | "signs">;

/** Of an epoch that nothing watched. */
export const nothingObserved: Observation = { accuracy: null, nmi: null, testError: null, signs: [] };

/** Examples and their true classes, -1 if unknown. */
export interface Watched {
  data: TrainingData;
  classes: Int32Array;
}

/** Watches the clusters during training. What it finds is only shown: no choice and no stopping depends on it. */
export class Monitor {
  readonly #data: TrainingData;
  readonly #rows: Uint32Array;
  readonly #labels: Int32Array;
  readonly #largestClass: number;
  readonly #test: (Watched & { rows: Uint32Array }) | null;

  /**
   * @param training the training examples, with true classes that training itself does not see
   * @param test the test examples of a system that is trained on labels, so that its clusters are classes; null for any other
   */
  constructor({ data, classes }: Watched, test: Watched | null = null) {
    const labelled = knownRows(classes);
    this.#data = data;
    this.#rows = some(labelled.length > 0 ? labelled : Uint32Array.from(classes.keys()));
    this.#labels = Int32Array.from(this.#rows, (row) => classes[row]!);
    this.#test = test && { ...test, rows: some(knownRows(test.classes)) };
    const sizes = new Map<number, number>();
    for (const label of this.#labels) if (label >= 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    this.#largestClass = Math.max(0, ...sizes.values()) / this.#rows.length;
  }

  /** Accuracy and NMI in [0, 1] and the test error in percent, each null if there is none, and signs of a collapse. */
  observe(model: Model): Observation {
    const { cluster, latent, probabilities } = encodeDuringTraining(model, this.#data, this.#rows);
    const found = collapses({
      clusters: cluster,
      K: model.clusters,
      probabilities: probabilities && probabilities.width === model.clusters ? probabilities.values : null,
      latents: { [model.encoder.latent]: { values: latent.values, d: latent.width } },
      largestClass: this.#largestClass,
    });
    return {
      ...this.#compared(cluster),
      testError: this.#testError(model),
      signs: found,
    };
  }

  #compared(cluster: Int32Array | null): Pick<Observation, "accuracy" | "nmi"> {
    if (!cluster || this.#largestClass === 0) return { accuracy: null, nmi: null };
    // Examples without a cluster count as one more cluster.
    const noise = cluster.reduce((most, each) => Math.max(most, each), 0) + 1;
    const table = contingency(
      this.#labels,
      cluster.map((each) => (each < 0 ? noise : each)),
    );
    return { accuracy: accuracy.compute(table), nmi: nmi.compute(table) };
  }

  #testError(model: Model): number | null {
    if (!this.#test || this.#test.rows.length === 0) return null;
    const { data, classes, rows } = this.#test;
    const clusters = clustersDuringTraining(model, data, rows);
    return clusters && (100 * rows.filter((row, i) => clusters[i] !== classes[row]).length) / rows.length;
  }
}

/** Rows whose class is known. */
const knownRows = (classes: Int32Array): Uint32Array =>
  Uint32Array.from(classes.keys()).filter((row) => classes[row]! >= 0);

const some = (rows: Uint32Array): Uint32Array => evenlySpaced(rows.length, maxExamples).map((i) => rows[i]!);
