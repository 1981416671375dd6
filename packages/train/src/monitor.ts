import { tf } from "@gumbel/engine";
import { accuracy, collapses, contingency, isConstant, nmi } from "@gumbel/metrics";
import { drawRows, type Model, type TrainingData } from "@gumbel/models";
import { evenlySpaced, stream } from "@gumbel/random";
import type { EpochRecord } from "@gumbel/tables";
import { encodeDuringTraining } from "./encoding.js";

/** Maximum number of examples that are encoded after each epoch, to limit the cost. */
const maxExamples = 10_000;
/** Examples that are drawn of each cluster to see whether the noise changes anything. */
const drawn = 4;
/** A variance of drawn examples below this share of their mean square is none. */
const unchanged = 1e-4;

/** What is shown of an epoch beside its loss. */
type Observation = Pick<EpochRecord, "accuracy" | "nmi" | "collapses">;

/** Watches the clusters during training. What it finds is only shown: no choice and no stopping depends on it. */
export class Monitor {
  readonly #data: TrainingData;
  readonly #rows: Uint32Array;
  readonly #labels: Int32Array;
  readonly #largestClass: number;

  /** @param labels the true classes, by row; -1 if unknown */
  constructor(data: TrainingData, labels: Int32Array) {
    const labelled = Uint32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
    const watched = labelled.length > 0 ? labelled : Uint32Array.from(labels.keys());
    this.#data = data;
    this.#rows = evenlySpaced(watched.length, maxExamples).map((i) => watched[i]!);
    this.#labels = Int32Array.from(this.#rows, (row) => labels[row]!);
    const sizes = new Map<number, number>();
    for (const label of this.#labels) if (label >= 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    this.#largestClass = Math.max(0, ...sizes.values()) / this.#rows.length;
  }

  /** Accuracy and NMI in [0, 1], null without labels or clusters, and signs of a collapse. */
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
      collapses: [...found, ...ofGenerator(model)],
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
}

/** A generator that draws the same example whatever the noise. */
function ofGenerator(model: Model): Observation["collapses"] {
  const size = model.decoder.generator?.noise ?? 0;
  if (size === 0) return [];
  const rows = tf.tidy(() => drawRows(model, stream(0, "monitor").fill("normal", drawn * size), drawn));
  const values = rows.dataSync<"float32">();
  const d = rows.shape[1]!;
  const constant = Array.from({ length: values.length / (drawn * d) }, (_, row) =>
    isConstant(values.subarray(row * drawn * d, (row + 1) * drawn * d), d, unchanged),
  );
  rows.dispose();
  if (!constant.every(Boolean)) return [];
  return [
    {
      name: "constant-generator",
      what: "the generator draws the same example whatever the noise",
      hint: "lower train.learningRate, or lower the weight of the prior on the noise",
    },
  ];
}
