import { fileURLToPath } from "node:url";
import { EvaluatedPipelines } from "@gumbel/results/testing";

const stage = fileURLToPath(new URL("../../tasks/bin.mjs", import.meta.url));

export class TestWorkspace extends EvaluatedPipelines {
  /** Runs the report stage of a pipeline and returns its exit code. */
  runReport(pipeline: string): number | null {
    return this.run([stage, "report"], pipeline);
  }
}
