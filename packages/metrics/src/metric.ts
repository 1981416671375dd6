import type { Contingency } from "./contingency.js";
import type { RowDistances } from "./pairs.js";
import type { ProductSearch } from "./product.js";

/** Format of a value. */
export interface Unit {
  /** Text after the value; empty for a plain number. */
  symbol: string;
  /** Digits after the decimal point. */
  digits: number;
}

/** Unit of figures in [0, 1], or [-1, 1]. */
export const fraction: Unit = { symbol: "", digits: 3 };
/** Unit of figures in percent. */
export const percent: Unit = { symbol: "%", digits: 2 };

/** Name, title, unit and direction of one figure. */
export interface MetricDescription {
  /** Key in evaluation.json, in records and in study.json. */
  name: string;
  /** Heading in tables. */
  title: string;
  /** What it is, in a few words for a reader who does not know it. */
  words?: string;
  unit: Unit;
  /** The least and the greatest value that it can have; absent if any number is one. */
  range?: readonly [least: number, most: number];
  /** Null if neither is better. */
  better: "high" | "low" | null;
}

/** The data of one run that metrics are computed from; n rows throughout. */
export interface EvaluatedRun {
  /** Class of each example, negative if unknown. */
  labels: Int32Array;
  /** Cluster of each example, 0 … K - 1. */
  clusters: Int32Array;
  K: number;
  /** Contingency table of all labelled examples; null if no example is labelled. */
  table: Contingency | null;
  /** q(c | x), `n × K`; null if the system has none. */
  probabilities: Float32Array | null;
  /** The latent in which neighbours are searched, `n × d`. */
  latent: { values: Float32Array; d: number };
  /** The prepared data of some evenly spaced examples, `rows.length × d`: for figures that need no label. */
  input: { values: Float32Array; d: number; rows: Uint32Array };
  /** Rows of each split, ascending. */
  splits: { train: Uint32Array; test: Uint32Array };
  /** Rows whose label training saw; empty if it saw none. */
  labelled: readonly number[];
  settings: EvaluationSettings;
  /** Multiplies and ranks for nearest neighbours; plain JavaScript if absent. */
  search?: ProductSearch | undefined;
  /** Distances of all pairs; plain JavaScript if absent. */
  distances?: RowDistances | undefined;
}

/** Settings of the evaluate stage that metrics use. */
export interface EvaluationSettings {
  /** Numbers of neighbours, one figure each, and the number of test examples used, null for what a minute is enough for. */
  knn: { k: readonly number[]; queries: number | null };
  /** The split whose labels are given to clusters in the simple approach. */
  validationSplit: "train" | "test";
  /** True if the system was trained on labels, so that its clusters are classes. */
  trainedOnLabels: boolean;
}

/** A setting that does not fit the data of the run. */
export class SettingError extends RangeError {
  constructor(
    message: string,
    /** Its path in `EvaluationSettings`: `knn.k`. */
    readonly setting: string,
    readonly expected: string,
  ) {
    super(message);
  }
}

/** A kind of figure: its descriptions and its computation. A new metric is one file and one line of the registry. */
export interface Metric {
  /** The description of the figure with this name; undefined if this metric has none of that name. */
  describe(name: string): MetricDescription | undefined;
  /**
   * The figures of a run by name, each null if the run lacks the data for it.
   *
   * @throws SettingError if a setting does not fit the data.
   */
  compute(run: EvaluatedRun): Record<string, number | null>;
  /** The figure to show in a headline, out of this metric's figures `names`; undefined if none. */
  headline(names: readonly string[]): string | undefined;
}

/**
 * Creates a metric with one figure.
 *
 * @param options.headline true if the figure belongs in a headline
 */
export function singleMetric(
  description: MetricDescription,
  compute: (run: EvaluatedRun) => number | null,
  options: { headline: boolean },
): Metric {
  const { name } = description;
  return {
    describe: (wanted) => (wanted === name ? description : undefined),
    compute: (run) => ({ [name]: compute(run) }),
    headline: () => (options.headline ? name : undefined),
  };
}

/** A figure that compares clusters with labels. */
export interface LabelMetric extends MetricDescription {
  /** Computes the figure, which must not depend on the numbering of classes and clusters. */
  compute(table: Contingency): number;
}

/** Creates a metric from a figure that compares clusters with labels; null without labels. */
export function ofLabels({ compute, ...description }: LabelMetric): Metric {
  return singleMetric(description, ({ table }) => table && compute(table), { headline: true });
}
