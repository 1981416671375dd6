/** The time of the pipelines whose trained weights a run starts from. */
import { figureStages, trainPlanSchema, UserError } from "@gumbel/config";
import { readRecord, secondsOf } from "@gumbel/records";
import { readRun } from "@gumbel/stage";
import { artifactPath, readJson } from "@gumbel/workspace";
import { z } from "zod";
import type { Finished } from "./entry.js";

type Start = Finished["start"];

/**
 * The start of a record.
 *
 * @param keepers the study that keeps the record of each pipeline
 */
export function startOfRecord(
  root: string,
  keepers: Map<string, string>,
  pipeline: string | null,
): Promise<Start> {
  return follow(pipeline, async (name) => {
    const keeper = keepers.get(name);
    const record = keeper && (await readRecord(root, keeper, name));
    return record ? { seconds: secondsOf(record), before: record.settings.pretrainedFrom } : undefined;
  });
}

const startingSchema = z.looseObject({
  train: z.looseObject({ pretrainedFrom: z.string().nullable().default(null) }).prefault({}),
});
const { pretrainedFrom } = trainPlanSchema.shape;
const planSchema = z.looseObject({ pretrainedFrom });

/** The start of a run that lies here, by its settings. */
export function startOfRun(root: string, settings: Finished["settings"]): Promise<Start> {
  const { train } = startingSchema.parse(settings);
  return follow(train.pretrainedFrom, async (name) => {
    const runs = await Promise.all(figureStages.map((stage) => readRun(artifactPath(root, name, stage))));
    const found = runs.filter((run) => run !== undefined);
    if (found.length === 0) return undefined;
    const plan = planSchema.safeParse(await readJson(artifactPath(root, name, "plan", "train.json")));
    return {
      seconds: found.reduce((sum, { seconds }) => sum + seconds, 0),
      before: plan.success ? plan.data.pretrainedFrom : null,
    };
  });
}

/** Goes from each pipeline to the one that it starts from. */
async function follow(
  first: string | null,
  look: (name: string) => Promise<{ seconds: number; before: string | null } | undefined>,
): Promise<Start> {
  if (first === null) return null;
  let seconds: number | null = 0;
  const seen = new Set<string>();
  for (let name: string | null = first; name !== null && !seen.has(name); ) {
    seen.add(name);
    const found = await lookOrNot(() => look(name!));
    if (!found) {
      seconds = null;
      break;
    }
    seconds += found.seconds;
    name = found.before;
  }
  return { pipeline: first, seconds };
}

/** The row of that pipeline says what is wrong with it. */
async function lookOrNot<Found>(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
