/** Labels of a few examples, spread to all others along a graph of nearest neighbours. */
import { tf } from "@gumbel/engine";
import { z } from "zod";
import { relativeDistances } from "../clustering/kmeans.js";
import { type Neighbours, nearestNeighbours } from "../clustering/neighbours.js";
import { encodeAll } from "../networks/autoencoder.js";
import type { Random } from "../networks/dense.js";
import type { Model, TrainingData } from "../system.js";

export const propagationSchema = z.strictObject({
  examples: z
    .int()
    .min(1)
    .default(5000)
    .describe(
      "Unlabelled examples in the graph, drawn anew each time; the others ask their neighbours there.",
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

/**
 * What a few labels say of all training examples, along the neighbourhoods of their features (Iscen, Tolias, Avrithis and
 * Chum 2019, *Label Propagation for Deep Semi-supervised Learning*). The certainty of a label is 1 - H / log K, H the entropy
 * of the example's shares. Shares, label and certainty stand in `state`.
 */
export class PropagatedLabels {
  readonly state: NonNullable<Model["state"]> = new Map();
  readonly #options: z.output<typeof propagationSchema>;
  readonly #classes: number;
  readonly #random: Random;

  constructor(options: z.output<typeof propagationSchema>, classes: number, random: Random) {
    this.#options = options;
    this.#classes = classes;
    this.#random = random;
  }

  /**
   * Spreads the labels of `training` anew.
   *
   * @param feature [batch, d] → [batch, size]
   * @param size of a feature
   * @param time names the random stream that draws the examples of the graph
   */
  spread(training: TrainingData, size: number, feature: (x: tf.Tensor2D) => tf.Tensor2D, time: number): void {
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
    asOften(values, classes, labels);
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

  /** The class that was assigned to each of some examples, [batch], int32; -1 before the first time. */
  lent(rows: Uint32Array): tf.Tensor1D {
    const assigned = this.state.get("assigned")?.values;
    return tf.tensor1d(
      Int32Array.from(rows, (row) => assigned?.[row] ?? -1),
      "int32",
    );
  }

  /**
   * What was assigned to some examples, as the objective takes it.
   *
   * @returns classes as one-hot rows, [batch, K], and how certain each is, 0 … 1, [batch, 1]; undefined before the first time
   */
  of(rows: Uint32Array): { assigned: tf.Tensor2D; certainty: tf.Tensor2D } | undefined {
    const assigned = this.state.get("assigned")?.values;
    const certainty = this.state.get("certainty")?.values;
    if (!assigned || !certainty) return undefined;
    const classes = this.#classes;
    const oneHot = new Float32Array(rows.length * classes);
    rows.forEach((row, i) => {
      oneHot[i * classes + assigned[row]!] = 1;
    });
    return {
      assigned: tf.tensor2d(oneHot, [rows.length, classes]),
      certainty: tf.tensor2d(
        Float32Array.from(rows, (row) => certainty[row]!),
        [rows.length, 1],
      ),
    };
  }
}

/**
 * Scales the shares so that each class is as frequent among all examples as among the labelled ones: the class mass
 * normalisation of Zhu, Ghahramani and Lafferty 2003. Rows sum to 1 again.
 */
export function asOften(shares: Float32Array, classes: number, labels: Int32Array): void {
  const mass = new Float64Array(classes);
  const wanted = new Float64Array(classes);
  shares.forEach((share, i) => {
    mass[i % classes]! += share;
  });
  for (const label of labels) if (label >= 0) wanted[label]!++;
  for (let from = 0; from < shares.length; from += classes) {
    const row = shares.subarray(from, from + classes);
    const scaled = Array.from(row, (share, k) => (mass[k]! > 0 ? (share * wanted[k]!) / mass[k]! : 0));
    const sum = scaled.reduce((all, share) => all + share, 0);
    row.set(scaled.map((share) => share / sum));
  }
}

/**
 * Label propagation of Zhou, Bousquet, Lal, Weston and Schölkopf 2004, *Learning with local and global consistency*:
 *
 *   F = (I - α S)⁻¹ Y,  S = D^(-1/2) W D^(-1/2)
 *
 * Y has a 1 where a labelled example has its class. W_ij = exp(-‖x_i - x_j‖² / (σ_i σ_j)) where one of the two is among the
 * nearest neighbours of the other, σ_i the distance from i to the last of its own (Zelnik-Manor and Perona 2004), so that no
 * scale is to be chosen. Solved by conjugate gradients.
 *
 * @param labels class of each example, -1 where it has none
 * @param alpha in (0, 1): how much of an example's share comes from its neighbours
 * @returns shares of the classes, n × classes, rows summing to 1; all equal where no label reaches
 */
export function propagateLabels(
  { count, rows, squared }: Neighbours,
  labels: Int32Array,
  classes: number,
  alpha: number,
): Float32Array {
  const n = labels.length;
  const graph = normalisedGraph({ count, rows, squared });
  const shares = new Float32Array(n * classes);
  for (let k = 0; k < classes; k++) {
    const given = Float64Array.from(labels, (label) => (label === k ? 1 : 0));
    const found = solve(given, (x) => {
      const next = multiply(graph, x);
      for (let i = 0; i < n; i++) next[i] = x[i]! - alpha * next[i]!;
      return next;
    });
    found.forEach((value, i) => {
      shares[i * classes + k] = Math.max(0, value);
    });
  }
  for (let from = 0; from < shares.length; from += classes) {
    const row = shares.subarray(from, from + classes);
    const sum = row.reduce((all, share) => all + share, 0);
    row.forEach((share, k) => {
      row[k] = sum > 0 ? share / sum : 1 / classes;
    });
  }
  return shares;
}

/** A symmetric matrix by its rows: those of `start[i]` up to `start[i + 1]`. */
interface Sparse {
  start: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

function normalisedGraph({ count, rows, squared }: Neighbours): Sparse {
  const n = rows.length / count;
  const scale = Float64Array.from({ length: n }, (_, i) => Math.sqrt(squared[(i + 1) * count - 1]!));
  const weights: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  rows.forEach((j, at) => {
    const i = Math.floor(at / count);
    const area = scale[i]! * scale[j]!;
    const weight = area > 0 ? Math.exp(-squared[at]! / area) : 1;
    weights[i]!.set(j, weight);
    weights[j]!.set(i, weight);
  });
  const degree = weights.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 0));
  const start = new Int32Array(n + 1);
  weights.forEach((row, i) => {
    start[i + 1] = start[i]! + row.size;
  });
  const columns = new Int32Array(start[n]!);
  const values = new Float64Array(start[n]!);
  let at = 0;
  weights.forEach((row, i) => {
    for (const [j, weight] of row) {
      columns[at] = j;
      // Neighbours so far away that their weights are no numbers above zero give nothing.
      values[at++] = weight > 0 ? weight / Math.sqrt(degree[i]! * degree[j]!) : 0;
    }
  });
  return { start, columns, values };
}

function multiply({ start, columns, values }: Sparse, x: Float64Array): Float64Array {
  const product = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let at = start[i]!; at < start[i + 1]!; at++) sum += values[at]! * x[columns[at]!]!;
    product[i] = sum;
  }
  return product;
}

/** Conjugate gradients: x with A x = b of a symmetric positive definite A, to a relative residual of 1e-6. */
function solve(b: Float64Array, times: (x: Float64Array) => Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  const direction = b.slice();
  let square = dot(residual, residual);
  const enough = 1e-12 * square;
  for (let iteration = 0; iteration < 1000 && square > enough; iteration++) {
    const image = times(direction);
    const step = square / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i]! += step * direction[i]!;
      residual[i]! -= step * image[i]!;
    }
    const next = dot(residual, residual);
    for (let i = 0; i < x.length; i++) direction[i] = residual[i]! + (next / square) * direction[i]!;
    square = next;
  }
  return x;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
