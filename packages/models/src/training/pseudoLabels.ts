/** Pseudo-labels: the labels of a few examples, propagated to all others along a graph of neighbouring features. */
import { tf } from "@gumbel/engine";
import { z } from "zod";
import { relativeDistances } from "../clustering/kmeans.js";
import { classMassNormalised, propagateLabels } from "../clustering/labelPropagation.js";
import { nearestNeighbours } from "../clustering/neighbours.js";
import { encodeAll } from "../encodeAll.js";
import type { Random } from "../networks/dense.js";
import type { Training, TrainingData } from "../system.js";
import { oneHotRows } from "./targets.js";

const schema = z.strictObject({
  examples: z
    .int()
    .min(1)
    .default(5000)
    .describe(
      "Unlabelled examples in the graph, drawn anew each time; the others take the mean of their neighbours in it.",
    ),
  neighbours: z.int().min(1).default(10).describe("Nearest neighbours of each example in the graph."),
  alpha: z
    .number()
    .min(0)
    .max(0.999)
    .default(0.95)
    .describe("How much of an example's label comes from its neighbours; 0.99 in Zhou et al. 2004."),
  memory: z
    .number()
    .min(0)
    .max(0.999)
    .default(0.5)
    .describe("How much of the shares found before the last epoch stays in those before the next one."),
});

/** The option as pipeline.json has it: null as published. */
export const propagationOption = (effect: string) => schema.nullable().default(null).describe(effect);

/**
 * A class for every training example from a few labelled ones (Iscen, Tolias, Avrithis and Chum 2019, *Label Propagation
 * for Deep Semi-supervised Learning*). The certainty of a pseudo-label is 1 - H / log K, H the entropy of the example's shares
 * of the classes. Shares, pseudo-labels and certainties are training state.
 */
export class PseudoLabels {
  readonly state: NonNullable<Training["state"]> = new Map();
  readonly #options: z.output<typeof schema>;
  readonly #classes: number;
  readonly #random: Random;

  constructor(options: z.output<typeof schema>, classes: number, random: Random) {
    this.#options = options;
    this.#classes = classes;
    this.#random = random;
  }

  /**
   * Propagates the labels of `training` anew.
   *
   * @param feature [batch, d] → [batch, size]
   * @param size of a feature
   * @param time names the random stream that draws the examples of the graph
   */
  propagate(
    training: TrainingData,
    size: number,
    feature: (x: tf.Tensor2D) => tf.Tensor2D,
    time: number,
  ): void {
    const classes = this.#classes;
    const given = training.labels!;
    const every = Uint32Array.from(given.keys());
    const labelled = every.filter((row) => given[row]! >= 0);
    const others = every.filter((row) => given[row]! < 0);
    const drawn = this.#random("propagation", time)
      .permutation(others.length)
      .subarray(0, this.#options.examples)
      .map((position) => others[position]!);
    const chosen = Uint32Array.of(...labelled, ...drawn);
    const neighbours = Math.min(this.#options.neighbours, chosen.length - 1);

    const points = encodeAll(
      { n: chosen.length, d: training.d, rows: (rows) => training.rows(rows.map((row) => chosen[row]!)) },
      size,
      feature,
    );
    const graph = nearestNeighbours(points.dataSync<"float32">(), size, neighbours);
    const labels = Int32Array.from(chosen, (row) => given[row]!);
    const shares = tf.tensor2d(propagateLabels(graph, labels, classes, this.#options.alpha), [
      chosen.length,
      classes,
    ]);
    const vote = (x: tf.Tensor2D): tf.Tensor2D => {
      const { indices } = tf.topk(tf.neg(relativeDistances(feature(x), points)), neighbours);
      return tf.mean(tf.gather(shares, indices as tf.Tensor2D), 1);
    };
    const all = encodeAll(training, classes, vote);
    const values = all.dataSync<"float32">().slice();
    tf.dispose([points, shares, all]);
    classMassNormalised(values, classes, labels);
    const before = this.state.get("shares")?.values;
    if (before) {
      values.forEach((value, i) => {
        values[i] = (1 - this.#options.memory) * value + this.#options.memory * before[i]!;
      });
    }

    const assigned = new Float32Array(training.n);
    const certainty = new Float32Array(training.n);
    for (let row = 0; row < training.n; row++) {
      const own = values.subarray(row * classes, (row + 1) * classes);
      const entropy = own.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
      const known = given[row]! >= 0;
      assigned[row] = known ? given[row]! : own.indexOf(Math.max(...own));
      certainty[row] = known ? 1 : Math.max(0, 1 - entropy / Math.log(classes));
    }
    this.state.set("shares", { shape: [training.n, classes], values });
    this.state.set("assigned", { shape: [training.n], values: assigned });
    this.state.set("certainty", { shape: [training.n], values: certainty });
  }

  /** The pseudo-labels of some examples, [batch], int32; -1 before the first propagation. */
  of(rows: Uint32Array): tf.Tensor1D {
    const assigned = this.state.get("assigned")?.values;
    return tf.tensor1d(
      Int32Array.from(rows, (row) => assigned?.[row] ?? -1),
      "int32",
    );
  }

  /**
   * The pseudo-labels of some examples as an objective takes them. After the first propagation.
   *
   * @returns classes as one-hot rows, [batch, K], and the certainty of each in [0, 1], [batch, 1]
   */
  targets(rows: Uint32Array): { assigned: tf.Tensor2D; certainty: tf.Tensor2D } {
    const [assigned, certainty] = ["assigned", "certainty"].map((name) => {
      const { values } = this.state.get(name)!;
      return Float32Array.from(rows, (row) => values[row]!);
    }) as [Float32Array, Float32Array];
    return {
      assigned: tf.tensor2d(oneHotRows(assigned, this.#classes), [rows.length, this.#classes]),
      certainty: tf.tensor2d(certainty, [rows.length, 1]),
    };
  }
}
