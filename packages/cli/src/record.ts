import { relative } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { joined, type RunRecord, readRecord, recordPath, sealed } from "@gumbel/records";
import { artifactPath, readJson, recordStudies, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";

/**
 * Writes the record of a member of a study, or of a pipeline that a study shows, from its finished run. Other seeds
 * of the record stay if they had the same settings.
 *
 * @param replace the record even if it is damaged, or that of a run with other settings
 * @throws UserError if there is no such member, or no finished run of it, or a record that would be lost
 */
export async function recordRun(root: string, pipeline: string, replace = false): Promise<void> {
  const study = (await recordStudies(root)).get(pipeline);
  if (!study) {
    throw new UserError({
      what: `"${pipeline}" is no member of a study`,
      expected: "a pipeline in studies/STUDY/DATASET/SYSTEM, as mnist-dec, or one that a study.json names",
    });
  }
  // Imported here: it loads the plots, which most commands do not need.
  const { runToRecord } = await import("@gumbel/study");
  const run = await runToRecord(root, pipeline);
  if (!run) {
    throw new UserError({
      what: `${pipeline} has no finished run to record`,
      where: `artifacts/${pipeline}/evaluate`,
      hint: `run it first: GUMBEL_PROFILE=full pnpm turbo run evaluate --filter=@pipelines/${pipeline}`,
    });
  }
  await refuseSet(root, pipeline);
  const path = recordPath(root, study, pipeline);
  const before = replace
    ? await readRecord(root, study, pipeline).catch(() => undefined)
    : await readRecord(root, study, pipeline);
  const record = recordToKeep(before, run, relative(root, path), replace);
  const text = sealed(record);
  await writeFileAtomic(path, text);
  const kilobytes = Math.ceil(Buffer.byteLength(text) / 1000);
  console.log(`${relative(root, path)}: ${inWords(record)}${keptText(record)} (${kilobytes} kB)`);
}

/** A record is that of a pipeline.json; fields of one run are not in it. */
async function refuseSet(root: string, pipeline: string): Promise<void> {
  const file = artifactPath(root, pipeline, "plan", "report.json");
  const { set } = parseWith(z.looseObject({ set: z.string().nullable() }), await readJson(file), file);
  if (set === null) return;
  throw new UserError({
    what: `the finished run has other settings than its pipeline.json: GUMBEL_SET=${JSON.stringify(set)}`,
    where: `artifacts/${pipeline}`,
    hint: "write the settings into pipeline.json, or run it without GUMBEL_SET",
  });
}

/**
 * The record after a run: joined with that before it if they belong together.
 *
 * @throws UserError if the record before would be lost and `replace` is not set
 */
export function recordToKeep(
  before: RunRecord | undefined,
  run: RunRecord,
  where: string,
  replace: boolean,
): RunRecord {
  const together = before && joined(before, run);
  if (before && !together && !replace) {
    throw new UserError({
      what: `the record of ${inWords(before)} would be lost: this is a run of ${inWords(run)}, with other settings, data or versions`,
      where,
      hint: `if this run is to be kept instead: pnpm gumbel record ${run.pipeline} --replace`,
    });
  }
  return together ?? run;
}

/** `; curves; of seed 0 generated, latents-umap` */
function keptText({ runs, drawn }: RunRecord): string {
  const hasCurves = runs.some(({ curves }) => curves);
  const parts = drawn ? `; of seed ${drawn.seed} ${Object.keys(drawn.parts).join(", ")}` : "";
  return `${hasCurves ? "; curves" : ""}${parts}`;
}

/** `full profile, seeds 0, 1, 2` */
function inWords({ profile, runs }: RunRecord): string {
  const seeds = runs.map(({ seed }) => seed).join(", ");
  return `${profile} profile, seed${runs.length === 1 ? "" : "s"} ${seeds}`;
}
