/** A finished run on this machine in the form of a record. */
import { existsSync } from "node:fs";
import {
  departureFields,
  figureStages,
  ingestPlanSchema,
  parseWith,
  profileNames,
  UserError,
} from "@gumbel/config";
import { type Run, readRun } from "@gumbel/stage";
import { Artifacts, evaluationSchema, trainSummarySchema } from "@gumbel/tables";
import { artifactPath, readJson, sha256File } from "@gumbel/workspace";
import { z } from "zod";
import { type RunRecord, recordSchema, settingsSchema } from "./schema.js";
import { configDigests } from "./settings.js";

/** The part of the report's plan that says what the figures are of. */
const kindSchema = z.looseObject({ profile: z.enum(profileNames), ...departureFields });
/**
 * The run whose results lie here; undefined if it has not been evaluated.
 *
 * @throws UserError if a stage of it is missing, or its stages are of different runs: planned or trained anew since.
 */
export async function readFinishedRun(root: string, pipeline: string): Promise<RunRecord | undefined> {
  if (!existsSync(artifactPath(root, pipeline, "evaluate", "manifest.json"))) return undefined;
  const stages = await Promise.all(
    figureStages.map((stage) => Artifacts.open(artifactPath(root, pipeline, stage))),
  );
  for (const stage of stages) await checkCurrent(root, pipeline, stage);
  const ofStage = (name: string): Artifacts => stages.find(({ manifest }) => manifest.stage === name)!;
  const ingest = ofStage("ingest");

  const planOf = (name: string, stage: string) => readJson(artifactPath(root, name, "plan", `${stage}.json`));
  const planned = async <T>(schema: z.ZodType<T>, stage: string): Promise<T> =>
    parseWith(schema, await planOf(pipeline, stage), artifactPath(root, pipeline, "plan", `${stage}.json`));
  const plan = await planned(kindSchema, "report");
  const { labels, limit } = await planned(ingestPlanSchema, "ingest");
  const evaluation = await readOutput(ofStage("evaluate"), "evaluation.json", evaluationSchema);
  const training = await readOutput(ofStage("train"), "summary.json", trainSummarySchema);
  return parseWith(
    recordSchema,
    {
      pipeline,
      dataset: evaluation.dataset.name,
      model: training.model,
      variantOf: plan.variantOf,
      departures: plan.departures,
      profile: plan.profile,
      labels: labels?.count ?? null,
      limit,
      settings: await planned(settingsSchema, "train"),
      madeWith: null,
      config: await configDigests(pipeline, async (name) => {
        if (name !== pipeline)
          await checkCurrent(root, name, await Artifacts.open(artifactPath(root, name, "train")));
        return {
          ingest: await planOf(name, "ingest"),
          train: await planOf(name, "train"),
          evaluate: await planOf(name, "evaluate"),
        };
      }),
      data: {
        sha256: ingest.manifest.files.find(({ name }) => name === "data.arrow")?.sha256,
        examples: evaluation.dataset.n,
      },
      summary: evaluation.summary,
      runs: evaluation.runs.map((run) => {
        const of = training.runs.find(({ seed }) => seed === run.seed);
        return { seed: run.seed, epochs: of?.epochs ?? 0, loss: of?.loss ?? null, figures: run.figures };
      }),
      made: [
        await provenance(
          artifactPath(root, pipeline),
          stages,
          evaluation.runs.map(({ seed }) => seed),
        ),
      ],
    },
    `artifacts/${pipeline}`,
  );
}

/** A JSON file that a stage wrote, checked. */
async function readOutput<T>(stage: Artifacts, name: string, schema: z.ZodType<T>): Promise<T> {
  const { pipeline, stage: from } = stage.manifest;
  return parseWith(schema, await stage.json(name), `${pipeline}/${from}/${name}`);
}

/**
 * When, on which machine and with which versions these seeds were run.
 *
 * @param folder of the pipeline's artifacts, for the error
 * @throws UserError if the stages' run.json are missing.
 */
async function provenance(folder: string, stages: Artifacts[], seeds: number[]) {
  const runs = new Map<string, Run>();
  for (const { manifest, folder } of stages) {
    const run = await readRun(folder);
    if (run) runs.set(manifest.stage, run);
  }
  const [trained, evaluated] = [runs.get("train"), runs.get("evaluate")];
  if (!trained || !evaluated) throw new UserError({ what: "a stage's run.json is missing", where: folder });
  const { platform, node, cpu, cores, memoryBytes } = trained;
  return {
    seeds,
    versions: Object.assign({}, ...stages.map(({ manifest }) => manifest.versions)) as Record<string, string>,
    machine: { platform, node, cpu, cores, memoryBytes },
    date: evaluated.startedAt,
    seconds: Object.fromEntries([...runs].map(([stage, { seconds }]) => [stage, seconds])),
  };
}

/**
 * Checks that a stage followed the plan, and read the other stages, that lie there now.
 *
 * @throws UserError if one of them has changed since.
 */
export async function checkCurrent(root: string, pipeline: string, stage: Artifacts): Promise<void> {
  const { manifest, folder } = stage;
  const sources = [
    { path: `${pipeline}/plan/${manifest.stage}.json`, sha256: manifest.config },
    ...manifest.reads,
  ];
  for (const { path, sha256: expected } of sources) {
    const [of = "", ...parts] = path.split("/");
    const file = artifactPath(root, of, ...parts);
    if (existsSync(file) && (await sha256File(file)) === expected) continue;
    throw new UserError({
      what: `the ${manifest.stage} stage is older than ${path}`,
      where: folder,
      expected: "stages of one finished run",
      hint: `run it again: pnpm turbo run evaluate --filter=@pipelines/${pipeline}`,
    });
  }
}
