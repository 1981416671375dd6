/**
 * The plan stage: checks pipeline.json, applies the profile and fills in every default, then writes one small file
 * per stage. Turbo hashes those files, so that a change reruns just the stages that see it.
 */
import { realpathSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { environment, type ReportPlan, type StageName, stageNames } from "@gumbel/config";
import { engineToUse } from "@gumbel/engine";
import { runTask } from "@gumbel/stage";
import { listPipelines, toJson, writeFileAtomic } from "@gumbel/workspace";
import { codeOfPlan } from "./code.js";
import { comparedRecords } from "./compared.js";
import { digestsOfData } from "./data.js";
import { checkEdges } from "./edges.js";
import { makePlans } from "./plans.js";
import { studiesShowing } from "./studies.js";

/** What a page compares with and links to. A member of a study has no page, and need not read every record. */
async function forReport(
  root: string,
  pipeline: string,
  plans: Parameters<typeof comparedRecords>[1],
): Promise<Pick<ReportPlan, "compared" | "studies">> {
  const listed = (await listPipelines(root)).find(({ name }) => name === pipeline);
  if (listed?.study) return { compared: [], studies: [] };
  return { compared: await comparedRecords(root, plans), studies: await studiesShowing(root, pipeline) };
}

await runTask(async ({ root, folder, pipeline, artifacts }) => {
  const { profile: chosen, ...choices } = environment();
  const { unused, ...plans } = await makePlans(folder, pipeline, chosen, choices);
  await checkEdges(folder, plans.train.pretrainedFrom);
  const program = realpathSync(process.argv[1]!);
  const code = await codeOfPlan(plans.train.model, plans.ingest.dataset, program, root);
  const engine = await engineToUse(console.log);
  /** What follows from other files than the pipeline's own, and from this machine. */
  const found: Partial<Record<StageName, object>> = {
    ingest: { files: await digestsOfData(plans.ingest, folder) },
    train: { engine },
    extract: { engine },
    evaluate: { engine },
    report: { engine, ...(await forReport(root, pipeline, plans)) },
  };
  const output = join(artifacts, "plan");
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  for (const stage of stageNames) {
    await writeFileAtomic(
      join(output, `${stage}.json`),
      toJson({ ...plans[stage], ...found[stage], code: code[stage] }),
    );
  }
  const { dataset, model, profile, seeds, set } = plans.report;
  console.log(
    `${pipeline}: ${model} on ${dataset}, ${profile} profile, ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}${set === null ? "" : `, with ${set}`}`,
  );
  for (const line of unused) console.log(line);
});
