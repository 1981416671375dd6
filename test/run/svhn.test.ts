/** Every member of the benchmark on SVHN runs to its figures on the stand-in of SVHN's format, which has no figure of SVHN. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root, TestWorkspace } from "../workspace.js";

const standIn = join(process.env.GUMBEL_DATA ?? "", "svhn-format");
const present = existsSync(standIn);
if (!present) console.log(`skipped: GUMBEL_DATA has no svhn-format with the stand-in of SVHN`);
const members = join(root, "studies", "benchmark", "svhn");

describe.skipIf(!present)("on SVHN's stand-in", () => {
  const made: TestWorkspace[] = [];
  afterAll(() => {
    for (const workspace of made) workspace.remove();
  });

  test.each(readdirSync(members))("%s", async (system) => {
    const text = readFileSync(join(members, system, "pipeline.json"), "utf8");
    const workspace = new TestWorkspace(JSON.parse(text) as object);
    made.push(workspace);
    const small = "labels.count=100 ingest.limit=400 train.epochs=1";
    // Cross-validation takes a minute, however few the examples are.
    const untuned = system === "m1-tsvm" ? " model.widths=[1] model.regularisations=[0.001]" : "";
    const env = { GUMBEL_SET: small + untuned };
    for (const stage of ["plan", "ingest", "train", "extract", "evaluate"]) {
      const { code, output } = await workspace.run(stage, { env });
      expect(code, output).toBe(0);
    }
    const evaluation = JSON.parse(
      readFileSync(join(workspace.artifacts, "evaluate", "evaluation.json"), "utf8"),
    ) as { summary: Record<string, { mean: number }> };
    expect(evaluation.summary.testError!.mean).toBeGreaterThan(0);
  });
});
