import type { DatasetInfo, TablePreparation } from "@gumbel/tables";
import type { FileOptions } from "./options.js";
import type { OwnColumns } from "./ownColumns.js";
import type { PixelScale } from "./pixels.js";
import type { Survey, SurveyedColumn } from "./survey.js";
import type { Table } from "./table.js";

/** A surveyed table and what follows from it for every row. */
export interface TablePlan {
  path: string;
  table: Table;
  options: FileOptions;
  survey: Survey;
  features: SurveyedColumn[];
  /** Images are scaled as they are stored; anything else is prepared. */
  way: { pixels: PixelScale } | { preparation: TablePreparation };
  info: DatasetInfo;
  own: OwnColumns;
  log(line: string): void;
}
