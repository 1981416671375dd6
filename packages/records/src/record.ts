/**
 * Records: studies/<study>/records/<pipeline>.json keeps the figures of a long run, so that its study can show them
 * if nothing has run. A finished run on this machine is read in the same form.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  departureFields,
  figureStages,
  ingestPlanSchema,
  parseWith,
  profileNames,
  trainPlanSchema,
  UserError,
} from "@gumbel/config";
import { type Run, readRun } from "@gumbel/stage";
import {
  Artifacts,
  checkSummary,
  digest,
  evaluationSchema,
  figuresSchema,
  summaryOf,
  summarySchema,
  trainSummarySchema,
} from "@gumbel/tables";
import { artifactPath, readJson, sha256, sha256File, toJson } from "@gumbel/workspace";
import { z } from "zod";
import { checkSeal } from "./seal.js";

const figure = z.number().nullable();

const { epochs, batchSize, labelledPerBatch, optimizer, split, restarts, pretrainedFrom } =
  trainPlanSchema.shape;
/** The settings that a record keeps: the options of the system and its schedule. */
const settingsSchema = z.object({
  options: z.record(z.string(), z.json()),
  epochs,
  batchSize,
  labelledPerBatch,
  optimizer,
  split,
  restarts,
  pretrainedFrom,
});

const recordSchema = z
  .strictObject({
    pipeline: z.string(),
    dataset: z.string(),
    model: z.string(),
    ...departureFields,
    profile: z.enum(profileNames),
    /** Number of training examples that kept their label; null without any. */
    labels: z.int().min(1).nullable(),
    /** Only so many examples of the data set were taken in; null: all. */
    limit: z.int().min(1).nullable(),
    settings: settingsSchema,
    /** Code that trains otherwise than today's, by its time; null for today's. */
    madeWith: z.enum(["before phases"]).nullable(),
    /** SHA-256 of the settings that its figures follow from, by `<pipeline>/<stage>`: see `configDigests`. */
    config: z.record(z.string(), digest),
    /** SHA-256 of the ingested examples, and how many there are. */
    data: z.strictObject({ sha256: digest, examples: z.int().min(1) }),
    /** Over the runs, by name of the figure; `std` has n - 1 in the denominator, null for one run. */
    summary: summarySchema,
    runs: z
      .array(
        z.strictObject({
          seed: z.int().min(0),
          epochs: z.int().min(0),
          /** Last epoch's total; null for a system without one. */
          loss: figure,
          figures: figuresSchema,
        }),
      )
      .min(1),
    /** Where the runs come from, the latest last: all at once, or some seeds at a time. */
    made: z
      .array(
        z.strictObject({
          seeds: z.array(z.int().min(0)).min(1),
          /** Of everything that can change the figures. */
          versions: z.record(z.string(), z.string()),
          machine: z.strictObject({
            platform: z.string(),
            node: z.string(),
            cpu: z.string(),
            cores: z.int().min(1),
            memoryBytes: z.number(),
          }),
          /** When the runs were evaluated. */
          date: z.iso.datetime(),
          /** Wall time by stage; training that was interrupted counts from its last start. */
          seconds: z.record(z.string(), z.number().min(0)),
        }),
      )
      .min(1),
  })
  .superRefine(({ summary, runs, made }, context) => {
    const seeds = made.flatMap((part) => part.seeds).sort((a, b) => a - b);
    if (seeds.join() !== runs.map(({ seed }) => seed).join()) {
      context.addIssue({ code: "custom", path: ["made"], message: "expected each seed of the runs once" });
    }
    checkSummary({ summary, runs }, context);
  });
/** The figures of a run, and the settings, data and machine they were made with. */
export type RunRecord = z.output<typeof recordSchema>;

/** When the latest of its runs was evaluated. */
export const dateOf = ({ made }: RunRecord): string => made.at(-1)!.date;

/**
 * A record with the runs of another: seeds that both have are the new one's. Undefined if they do not belong together:
 * other settings, data or versions.
 */
export function joined(before: RunRecord, now: RunRecord): RunRecord | undefined {
  const kindOf = ({ runs: _r, summary: _s, made, ...rest }: RunRecord) => ({
    ...rest,
    versions: made.at(-1)!.versions,
  });
  if (!isDeepStrictEqual(kindOf(before), kindOf(now))) return undefined;
  const fresh = new Set(now.runs.map(({ seed }) => seed));
  const runs = [...before.runs.filter(({ seed }) => !fresh.has(seed)), ...now.runs].sort(
    (a, b) => a.seed - b.seed,
  );
  const made = before.made
    .map((part) => ({ ...part, seeds: part.seeds.filter((seed) => !fresh.has(seed)) }))
    .filter(({ seeds }) => seeds.length > 0);
  const summary = Object.fromEntries(Object.keys(now.summary).map((name) => [name, summaryOf(runs, name)]));
  return { ...now, runs, summary, made: [...made, ...now.made] };
}

/** Where a member's record lies. */
export function recordPath(root: string, study: string, pipeline: string): string {
  return join(root, "studies", study, "records", `${pipeline}.json`);
}

/**
 * The record of a member; undefined if there is none.
 *
 * @throws UserError if it is not one, or is that of another pipeline.
 */
export async function readRecord(
  root: string,
  study: string,
  pipeline: string,
): Promise<RunRecord | undefined> {
  const path = recordPath(root, study, pipeline);
  if (!existsSync(path)) return undefined;
  const file = (await readJson(path)) as Record<string, unknown>;
  // What is wrong with its fields is said first: it tells more than that its digest is.
  const { digest: _, ...fields } = file;
  const record = parseWith(recordSchema, fields, path);
  checkSeal(file, path, pipeline);
  if (record.pipeline !== pipeline) {
    throw new UserError({
      what: `the record is that of ${record.pipeline}`,
      where: path,
      expected: `a record of ${pipeline}`,
    });
  }
  return record;
}

/** The stages whose plans decide a run's figures; what extract's adds are pictures, and so are snapshots of training. */
const deciding = ["ingest", "train", "evaluate"] as const;

type DecidingPlans = Record<(typeof deciding)[number], unknown>;

/**
 * The plans without what changes no run's figures: pictures, how labels are used if there are none, and which other seeds are
 * run. Keeps their order.
 */
function settingsOf(plans: DecidingPlans): Record<(typeof deciding)[number], object> {
  /** A field without a value is left out whatever it says, the others if they have that value. */
  const without = (stage: (typeof deciding)[number], ...idle: [name: string, value?: unknown][]): object => {
    const isIdle = (key: string, value: unknown): boolean =>
      idle.some(([name, ...values]) => name === key && (values.length === 0 || values[0] === value));
    const entries = Object.entries(plans[stage] as object);
    return Object.fromEntries(entries.filter(([key, value]) => !isIdle(key, value)));
  };
  return {
    ingest: without("ingest", ["code"], ["files"], ["draws", 1]),
    train: without("train", ["code"], ["engine"], ["snapshots"], ["seeds"], ["labelledPerBatch", 0]),
    evaluate: without("evaluate", ["code"], ["engine"], ["seeds"], ["trainedOnLabels", false]),
  };
}

/** The part of the report's plan that says what the figures are of. */
const kindSchema = z.looseObject({ profile: z.enum(profileNames), ...departureFields });
const startSchema = z.looseObject({ pretrainedFrom: z.string().nullable() });

/**
 * Digests of the settings that a pipeline's figures follow from, by `<pipeline>/<stage>`. Where it starts from another's
 * weights, that one's too.
 *
 * @param plansOf plan of each stage of a pipeline
 */
export async function configDigests(
  pipeline: string,
  plansOf: (pipeline: string) => Promise<DecidingPlans>,
): Promise<Record<string, string>> {
  const plans = await plansOf(pipeline);
  const digests: Record<string, string> = {};
  const settings = settingsOf(plans);
  for (const stage of deciding) digests[`${pipeline}/${stage}`] = sha256(toJson(settings[stage]));
  const { pretrainedFrom } = startSchema.parse(plans.train);
  if (pretrainedFrom) {
    const source = await configDigests(pretrainedFrom, plansOf);
    // Of the other pipeline only the weights are used.
    delete source[`${pretrainedFrom}/evaluate`];
    Object.assign(digests, source);
  }
  return digests;
}

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
