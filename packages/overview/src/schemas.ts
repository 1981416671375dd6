import { reportSchema } from "@gumbel/results";
import { z } from "zod";
import { overviewSchema } from "./entries/entry.js";

/** The published JSON Schemas (draft 2020-12) of what reports and the overview are for machines, by their file under docs/. */
export const jsonSchemas = (): Record<string, object> => ({
  "report.schema.json": z.toJSONSchema(reportSchema),
  "overview.schema.json": z.toJSONSchema(overviewSchema),
});
