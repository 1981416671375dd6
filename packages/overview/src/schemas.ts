import { reportSchema } from "@gumbel/results";
import { z } from "zod";
import { overviewSchema } from "./entries/entry.js";

/** The published JSON Schemas (draft 2020-12) of the reports' and the overview's report.json, by their file under docs/. */
export const jsonSchemas = (): Record<string, object> => ({
  "report.schema.json": z.toJSONSchema(reportSchema),
  "overview.schema.json": z.toJSONSchema(overviewSchema),
});
