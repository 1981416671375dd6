import { fileURLToPath } from "node:url";
import { EvaluatedPipelines } from "@gumbel/results/testing";

const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));
const stage = fileURLToPath(new URL("../../tasks/bin.mjs", import.meta.url));

export class TestWorkspace extends EvaluatedPipelines {
  /** Runs the report stage of a pipeline and returns its exit code. */
  runReport(pipeline: string): number | null {
    return this.run([stage, "report"], pipeline);
  }

  /** Runs the index over all pipelines and returns its exit code. */
  runOverview(): number | null {
    return this.run([bin], "overview");
  }
}
