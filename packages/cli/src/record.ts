import { relative } from "node:path";
import { readFinishedRun, recordKeepers, recordPath, toJson, writeFileAtomic } from "@gumbel/artifacts";
import { UserError } from "@gumbel/config";

/**
 * Writes the record of a member of a study, or of a pipeline that a study's tables show, from its finished run.
 *
 * @throws UserError where there is no such member, or no finished run of it.
 */
export async function recordRun(root: string, pipeline: string): Promise<void> {
  const study = (await recordKeepers(root)).get(pipeline);
  if (!study) {
    throw new UserError({
      what: `"${pipeline}" is no member of a study`,
      expected:
        "a pipeline in pipelines/STUDY/DATASET/SYSTEM, as mnist-dec, or one that a table of a study.json names",
    });
  }
  const run = await readFinishedRun(root, pipeline);
  if (!run) {
    throw new UserError({
      what: `${pipeline} has no finished run to record`,
      where: `artifacts/${pipeline}/evaluate`,
      hint: `run it first: GUMBEL_PROFILE=paper pnpm turbo run evaluate --filter=@pipelines/${pipeline}`,
    });
  }
  const path = recordPath(root, study, pipeline);
  await writeFileAtomic(path, toJson(run));
  const seeds = `${run.runs.length} ${run.runs.length === 1 ? "seed" : "seeds"}`;
  console.log(`${relative(root, path)}: ${run.profile} profile, ${seeds}`);
}
