import { type RunRecord, readFinishedRun } from "@gumbel/records";
import { readCurve } from "@gumbel/results";
import { Artifacts } from "@gumbel/tables";
import { artifactPath, readStudies } from "@gumbel/workspace";
import { keptCurves } from "./curves.js";
import { type OpenStage, runFiles } from "./part.js";
import { partsOf } from "./registry.js";

/**
 * The finished run of a pipeline with all that a record keeps of it: the curves of its seeds, and what figures of studies draw of
 * the run with the lowest loss. Undefined if it has not been evaluated.
 *
 * @throws UserError if its stages are of different runs, or a file is not as its stage wrote it
 */
export async function runToRecord(root: string, pipeline: string): Promise<RunRecord | undefined> {
  const run = await readFinishedRun(root, pipeline);
  if (!run) return undefined;
  const open: OpenStage = (stage) => Artifacts.open(artifactPath(root, pipeline, stage));
  const train = await open("train");
  const runs: RunRecord["runs"] = [];
  for (const each of run.runs) {
    const curves = keptCurves(await readCurve(train, each.seed));
    runs.push(curves.length > 0 ? { ...each, curves } : each);
  }
  const files = await runFiles(pipeline, run.settings.options, open);
  const parts: Record<string, unknown> = {};
  for (const [study, contents] of await readStudies(root)) {
    for (const [name, { part, figure }] of partsOf(contents, study, pipeline)) {
      const data = await part.read(figure, files);
      if (data !== undefined) parts[name] = data;
    }
  }
  const { made, ...rest } = run;
  const drawn = Object.keys(parts).length > 0 ? { drawn: { seed: files.seed, parts } } : {};
  return { ...rest, runs, ...drawn, made };
}
