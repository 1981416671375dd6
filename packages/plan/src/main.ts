/**
 * The plan stage: checks pipeline.json, applies the profile and fills in every default, then writes one small file
 * per stage. Turbo hashes those files, so that a change reruns just the stages that see it.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type ProfileName,
  profileFromEnvironment,
  profileNames,
  renderError,
  stageNames,
  UserError,
} from "@gumbel/config";
import { findWorkspace } from "@gumbel/stage";
import { linkArtifacts, toJson, writeFileAtomic } from "@gumbel/workspace";
import { codeOfStages } from "./code.js";
import { makePlans } from "./plans.js";

try {
  const workspace = await findWorkspace();
  const plans = await makePlans(
    workspace.folder,
    workspace.pipeline,
    chosenProfile(),
    process.env.GUMBEL_SEEDS,
  );
  const code = await codeOfStages(plans.train.model, plans.ingest.dataset);
  await linkArtifacts(workspace.root, { name: workspace.pipeline, folder: workspace.folder });
  const folder = join(workspace.artifacts, "plan");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const stage of stageNames) {
    await writeFileAtomic(join(folder, `${stage}.json`), toJson({ ...plans[stage], code: code[stage] }));
  }
  const { dataset, model, profile, seeds } = plans.report;
  console.log(
    `${workspace.pipeline}: ${model} on ${dataset}, ${profile} profile, ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`,
  );
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}

function chosenProfile(): ProfileName {
  const profile = profileFromEnvironment(process.env.GUMBEL_PROFILE);
  if (!profile) {
    throw new UserError({
      what: `there is no profile "${process.env.GUMBEL_PROFILE}"`,
      where: "environment variable GUMBEL_PROFILE",
      expected: profileNames.join(" or "),
    });
  }
  return profile;
}
