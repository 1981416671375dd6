import type { FigureView } from "../figures/figure.js";
import type { Table } from "../tables/tables.js";

/** All tables and figures of a study. */
export interface Report {
  tables: Table[];
  figures: FigureView[];
}
