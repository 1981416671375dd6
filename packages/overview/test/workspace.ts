import { fileURLToPath } from "node:url";
import { EvaluatedPipelines } from "@gumbel/results/testing";

const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));
const reportBin = fileURLToPath(new URL("../../report/bin.mjs", import.meta.url));

export class TestWorkspace extends EvaluatedPipelines {
  /** Runs the report stage of a pipeline; its exit code. */
  runReport(pipeline: string): number | null {
    return this.run(reportBin, pipeline);
  }

  /** Runs the index over all pipelines; its exit code. */
  runOverview(): number | null {
    return this.run(bin, "overview");
  }
}
