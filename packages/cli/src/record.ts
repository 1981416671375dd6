import { relative } from "node:path";
import { UserError } from "@gumbel/config";
import { joined, readFinishedRun, readRecord, recordPath } from "@gumbel/records";
import { recordStudies, toCompactJson, writeFileAtomic } from "@gumbel/workspace";

/** Wide enough for a run on one line. */
const recordWidth = 400;

/**
 * Writes the record of a member of a study, or of a pipeline that a study's tables show, from its finished run. Other seeds
 * of the record stay if they had the same settings.
 *
 * @throws UserError if there is no such member, or no finished run of it
 */
export async function recordRun(root: string, pipeline: string): Promise<void> {
  const study = (await recordStudies(root)).get(pipeline);
  if (!study) {
    throw new UserError({
      what: `"${pipeline}" is no member of a study`,
      expected:
        "a pipeline in studies/STUDY/DATASET/SYSTEM, as mnist-dec, or one that a table of a study.json names",
    });
  }
  const run = await readFinishedRun(root, pipeline);
  if (!run) {
    throw new UserError({
      what: `${pipeline} has no finished run to record`,
      where: `artifacts/${pipeline}/evaluate`,
      hint: `run it first: GUMBEL_PROFILE=full pnpm turbo run evaluate --filter=@pipelines/${pipeline}`,
    });
  }
  const path = recordPath(root, study, pipeline);
  // A record that cannot be read is replaced.
  const before = await readRecord(root, study, pipeline).catch(() => undefined);
  const record = (before && joined(before, run)) ?? run;
  await writeFileAtomic(path, toCompactJson(record, recordWidth));
  const seeds = record.runs.map(({ seed }) => seed).join(", ");
  console.log(
    `${relative(root, path)}: ${record.profile} profile, seed${record.runs.length === 1 ? "" : "s"} ${seeds}`,
  );
}
