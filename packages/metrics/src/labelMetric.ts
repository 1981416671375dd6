import type { Contingency } from "./contingency.js";

/** One figure that compares clusters with labels. */
export interface LabelMetric {
  /** Its key in evaluation.json. */
  name: string;
  /** Its heading in tables. */
  title: string;
  /** The figure; does not depend on how classes and clusters are numbered. */
  compute(table: Contingency): number;
}
