import { z } from "zod";
import { overviewSchema } from "./overview/entry.js";
import { reportSchema } from "./summary.js";

/** The published JSON Schemas (draft 2020-12) of what the report stage writes for machines, by their file under docs/. */
export const jsonSchemas = (): Record<string, object> => ({
  "report.schema.json": z.toJSONSchema(reportSchema),
  "overview.schema.json": z.toJSONSchema(overviewSchema),
});
