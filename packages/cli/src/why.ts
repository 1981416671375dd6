/** `gumbel why`: the reason for each stage's last run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stageNames, UserError } from "@gumbel/config";
import { readInputs, readRun, whyItRan } from "@gumbel/stage";
import { artifactPath, toJson } from "@gumbel/workspace";
import type { z } from "zod";
import type { ForPrograms } from "./forPrograms.js";
import type { whySchema } from "./shapes.js";

/**
 * Prints why each stage of a pipeline last ran.
 *
 * @throws UserError if the pipeline has not run
 */
export async function why(root: string, pipeline: string, { json }: ForPrograms): Promise<void> {
  const artifacts = artifactPath(root, pipeline);
  if (!existsSync(artifacts)) {
    throw new UserError({
      what: `no stage of the pipeline "${pipeline}" has run here`,
      where: artifacts,
      hint: `pnpm turbo run report --filter=@pipelines/${pipeline}`,
    });
  }
  const stages: z.output<typeof whySchema>["stages"] = [];
  for (const stage of stageNames) {
    const folder = join(artifacts, stage);
    const finished = existsSync(join(folder, "manifest.json"));
    const reason = finished
      ? whyItRan(await readInputs(folder))
      : existsSync(folder)
        ? "did not finish: the next run repeats it"
        : "has not run";
    const started = (finished && (await readRun(folder))?.startedAt) || null;
    stages.push({ stage, started, reason });
  }
  if (json) return void process.stdout.write(toJson({ pipeline, stages }));
  for (const { stage, started, reason } of stages) {
    console.log(`${stage.padEnd(9)} ${(started?.slice(0, 16).replace("T", " ") ?? "").padEnd(17)} ${reason}`);
  }
}
