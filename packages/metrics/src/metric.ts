import type { Contingency } from "./contingency.js";
import type { ProductSearch } from "./product.js";

/** How a value is written. */
export interface Unit {
  /** Behind the value; empty for a plain number. */
  symbol: string;
  /** After the decimal point. */
  digits: number;
}

export const fraction: Unit = { symbol: "", digits: 3 };
export const percent: Unit = { symbol: "%", digits: 2 };

/** How one figure is called, written and read. */
export interface MetricDescription {
  /** Its key in evaluation.json, in records and in study.json. */
  name: string;
  /** Its heading in tables. */
  title: string;
  unit: Unit;
  /** Null if neither can be said. */
  better: "high" | "low" | null;
}

/** What the figures of one run are computed from; n rows throughout. */
export interface EvaluatedRun {
  /** Class of each example, negative if unknown. */
  labels: Int32Array;
  /** Cluster of each example, 0 … K - 1. */
  clusters: Int32Array;
  K: number;
  /** Classes against clusters over all labelled examples; null if no example is labelled. */
  table: Contingency | null;
  /** q(c | x), `n × K`; null if the system has none. */
  probabilities: Float32Array | null;
  /** The latent in which neighbours are looked for, `n × d`. */
  latent: { values: Float32Array; d: number };
  /** Rows of each split, ascending. */
  splits: { train: Uint32Array; test: Uint32Array };
  settings: EvaluationSettings;
  /** Multiplies and ranks for nearest neighbours; plain JavaScript without it. */
  search?: ProductSearch | undefined;
}

export interface EvaluationSettings {
  /** How many neighbours vote, a figure each; how many test examples ask, null for all. */
  knn: { k: readonly number[]; queries: number | null };
  /** The split whose labels name the clusters in the simple approach. */
  validationSplit: "train" | "test";
  /** Whether the system was trained on labels, so that its clusters are classes. */
  trainedOnLabels: boolean;
}

/** A setting that this run's data cannot follow. */
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

/** A kind of figure: how its figures are described, and how they are computed. A new one is a file and a registry line. */
export interface Metric {
  /** The description of the figure with this name; undefined if this metric has none of that name. */
  describe(name: string): MetricDescription | undefined;
  /**
   * Its figures of a run by name, each null if the run lacks what it needs.
   *
   * @throws SettingError if the run's data cannot follow a setting.
   */
  compute(run: EvaluatedRun): Record<string, number | null>;
  /** The one of these figures, all its own, that belongs into a headline; undefined if none does. */
  headline(names: readonly string[]): string | undefined;
}

/**
 * A metric that has one figure.
 *
 * @param options.headline whether it is among the figures that one looks for first
 */
export function singleMetric(
  description: MetricDescription,
  compute: (run: EvaluatedRun) => number | null,
  options: { headline: boolean },
): Metric {
  const { name } = description;
  return {
    describe: (asked) => (asked === name ? description : undefined),
    compute: (run) => ({ [name]: compute(run) }),
    headline: () => (options.headline ? name : undefined),
  };
}

/** A figure that compares clusters with labels. */
export interface LabelMetric extends MetricDescription {
  /** The figure; does not depend on how classes and clusters are numbered. */
  compute(table: Contingency): number;
}

/** The metric of a figure that follows from labels and clusters alone; null without labels. */
export function ofLabels({ compute, ...description }: LabelMetric): Metric {
  return singleMetric(description, ({ table }) => table && compute(table), { headline: true });
}
