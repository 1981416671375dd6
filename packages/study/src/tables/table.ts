/** A study's tables: system × data set, the published figure beside ours. */
import type { MetricDescription } from "@gumbel/metrics";
import type { Published } from "@gumbel/results";
import type { Provenance } from "./members.js";
import type { SeedValues } from "./studentT.js";

/** One figure of one run of a member. Accuracies and NMI are fractions, errors of neighbours percent. */
export interface Figure extends Provenance {
  /** Null if the run has no such figure. */
  mean: number | null;
  /** n - 1 in the denominator; null for one run. */
  std: number | null;
  seeds: number[];
  /** The figure of each seed that has one. */
  values: SeedValues;
  /** Half the width of the 95 % interval of the mean, by Student's t; null for one run. */
  interval: number | null;
  /** `best` of its column; `close`: no further from the best than by chance; null: further, or not compared. */
  standing: "best" | "close" | null;
  /** Our figure minus the published one; null if either is missing. */
  difference: number | null;
  /** True if it is better than the published one, or worse by no more than its standard deviation; null if that has none. */
  reached: boolean | null;
}

export interface Cell {
  published: Published | null;
  /** True if there is nothing to run: the system is not implemented. */
  publishedOnly: boolean;
  /** The first is the one to show; empty if nothing was run. */
  figures: Figure[];
  problems: string[];
}

export interface Column {
  dataset: string;
  title: string;
  metric: MetricDescription;
}

export interface Row {
  system: string;
  title: string;
  labels: number | null;
  /** What differs in this row: `model.wG = 3` of a sweep; null if there is nothing but the system. */
  point: string | null;
  /** One per column. */
  cells: Cell[];
}

export interface Table {
  id: string;
  title: string;
  source: string;
  columns: Column[];
  rows: Row[];
}
