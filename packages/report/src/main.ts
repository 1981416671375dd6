/** The report stage. */
import { runStage } from "@gumbel/stage";
import { buildReport } from "./buildReport.js";

await runStage("report", "0.1.0", buildReport);
