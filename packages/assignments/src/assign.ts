/** The columns of the answer. */
import { type Examples, freeName, modelInput, type RawColumn } from "@gumbel/tables";

/** Encodings of some rows. */
export interface Encoded {
  /** Cluster of each row. */
  cluster: Int32Array;
  /** q(c | x), `n × K`; null if the system has none. */
  probabilities: Float32Array | null;
  /** The model's input, `n × d`. */
  input: Float32Array;
}

/** What the clusters are. */
export interface Clusters {
  /** Class that each was matched to; null if none was, or there are no classes. */
  classes: (string | null)[];
  /** Mean input of each, `K × d`; NaN for one without an example. */
  centres: Float64Array;
}

/** A column of a table that is written. */
export interface NamedColumn {
  name: string;
  values: RawColumn;
}

/**
 * What the clusters of a finished run are.
 *
 * @param cluster of each example
 * @param assignment class of each cluster, -1 for none
 */
export function clustersOf(examples: Examples, cluster: Int32Array, assignment: number[]): Clusters {
  const { n, d, info } = examples;
  const K = assignment.length;
  const centres = new Float64Array(K * d);
  const sizes = new Float64Array(K);
  for (let from = 0; from < n; from += blockRows) {
    const rows = Uint32Array.from({ length: Math.min(blockRows, n - from) }, (_, i) => from + i);
    const input = modelInput(examples, rows);
    rows.forEach((row, i) => {
      const k = cluster[row]!;
      sizes[k]!++;
      for (let j = 0; j < d; j++) centres[k * d + j]! += input[i * d + j]!;
    });
  }
  return {
    classes: assignment.map((label) => info.classes[label] ?? null),
    centres: centres.map((sum, i) => sum / sizes[Math.floor(i / d)]!),
  };
}

/** Examples whose input is in memory at a time. */
export const blockRows = 10_000;

/**
 * The answer for some rows: `cluster`, `class` if clusters were matched to classes, `probability` if the system has any, and
 * `distance` to the cluster's mean in the space of the prepared data.
 *
 * @param own the user's own columns, which come first; an answer of the same name gets an underscore
 */
export function answerColumns(
  own: NamedColumn[],
  { cluster, probabilities, input }: Encoded,
  { classes, centres }: Clusters,
): NamedColumn[] {
  const K = classes.length;
  const d = input.length / Math.max(1, cluster.length);
  const numbers = (of: (k: number, row: number) => number): Float64Array => Float64Array.from(cluster, of);
  const distance = (k: number, row: number): number => {
    let square = 0;
    for (let j = 0; j < d; j++) square += (input[row * d + j]! - centres[k * d + j]!) ** 2;
    return toFloat32Digits(Math.sqrt(square));
  };
  const answers: NamedColumn[] = [
    { name: "cluster", values: numbers((k) => k) },
    ...(classes.some((name) => name !== null)
      ? [{ name: "class", values: Array.from(cluster, (k) => classes[k] ?? null) }]
      : []),
    ...(probabilities
      ? [{ name: "probability", values: numbers((k, row) => toFloat32Digits(probabilities[row * K + k]!)) }]
      : []),
    { name: "distance", values: numbers(distance) },
  ];
  const taken = new Set(own.map(({ name }) => name));
  return [...own, ...answers.map(({ name, values }) => ({ name: freeName(name, taken), values }))];
}

/** The digits that float32 has: 0.9, not 0.8999999761581421. */
const toFloat32Digits = (value: number): number => Number(value.toPrecision(7));
