import type { FigureView } from "../figures/figure.js";
import type { Table } from "../tables/tables.js";

/** Everything that a study shows. */
export interface Report {
  tables: Table[];
  figures: FigureView[];
}
