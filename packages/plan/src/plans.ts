import { join } from "node:path";
import {
  type Pipeline,
  type ProfileName,
  parseWith,
  resolvePipeline,
  type StageName,
  seedsFromEnvironment,
  splitNamed,
  stageNames,
  UserError,
} from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { loadSystem, type System } from "@gumbel/models";
import { readJson } from "@gumbel/workspace";
import { departuresOf } from "./departures.js";
import { optimizerOf } from "./optimizer.js";
import { findSystem, ownFile } from "./ownSystem.js";
import { unusedSettings } from "./unused.js";

type Options = Record<string, unknown>;

/** What a run chooses beside its profile. */
export interface Choices {
  /** GUMBEL_SEEDS: only these runs; all of them if unset. */
  seeds?: string | undefined;
  /** GUMBEL_SET: fields of pipeline.json for this run alone. */
  set?: string | undefined;
}

/**
 * What each stage of a pipeline is to do, every default filled in.
 *
 * @param folder with its pipeline.json
 * @throws UserError naming each field of pipeline.json that is wrong.
 */
export async function makePlans(
  folder: string,
  pipeline: string,
  profile: ProfileName,
  { seeds: listed, set }: Choices = {},
) {
  const file = join(folder, "pipeline.json");
  const contents = await readJson(file);
  const config = resolvePipeline(contents, profile, file, set);
  const { seed, labels, ingest, train, extract, evaluate, report } = config;
  const all = Array.from({ length: train.seeds }, (_, run) => seed + run);
  const seeds = seedsFromEnvironment(listed, all);
  const where = set === undefined ? file : `${file} with GUMBEL_SET=${JSON.stringify(set)}`;
  const dataset = await chosenDataset(config, where);
  const { name: model, system, options } = await chosenSystem(folder, config, where);
  const { learningRate: _, ...training } = train;
  const schedule = scheduleOf(train, system);
  const { learningRate, ...optimizer } = schedule.optimizer;
  const learnsFromLabels = Boolean(system.training.labelledPerBatch);
  if (train.labelledPerBatch !== null && train.labelledPerBatch > 0 !== learnsFromLabels) {
    throw new UserError({
      what: learnsFromLabels
        ? `${model} learns from labels, and would have no labelled examples in its batches`
        : `${model} does not learn from labels, and can have no labelled examples in its batches`,
      where: `${file}, field train.labelledPerBatch`,
      hint: "leave it out, which takes the system's own",
    });
  }
  if (schedule.labelledPerBatch > 0 && labels === null) {
    throw new UserError({
      what: `${model} is trained on labelled examples, and the pipeline has none`,
      where: `${file}, field labels`,
      expected: '"labels": { "count": 100 }',
    });
  }

  const common = { pipeline, seed };
  return {
    unused: unusedSettings(model, system, config),
    // A stage without settings of its own needs no entry below.
    ...(Object.fromEntries(stageNames.map((stage) => [stage, { ...common, seeds }])) as Record<
      StageName,
      typeof common & { seeds: number[] }
    >),
    ingest: {
      ...common,
      dataset: dataset.name,
      options: dataset.options,
      limit: ingest.limit,
      draws: labels ? train.seeds : 1,
      labels,
    },
    train: { ...common, model, options, ...training, ...schedule, seeds },
    extract: { ...common, model, options, seeds, split: train.split, ...extract },
    evaluate: { ...common, seeds, trainedOnLabels: schedule.labelledPerBatch > 0, ...evaluate },
    report: {
      ...common,
      ...report,
      profile,
      set: set ?? null,
      dataset: dataset.name,
      model,
      seeds,
      datasetTitle: dataset.title,
      modelTitle: system.title,
      modelReference: system.reference,
      ownSystem: ownFile(folder, model) !== undefined,
      modelLink: system.link ?? null,
      full: fullOf(contents, file, profile, { epochs: schedule.epochs, seeds: all.length }, system),
      variantOf: system.variantOf ?? null,
      departures: departuresOf(system.variantOf ? await loadSystem(system.variantOf) : system, {
        // How many groups one's own data has is a question to the method, no departure from it.
        options: dataset.name === "file" ? { ...options, clusters: null } : options,
        schedule,
        limit: ingest.limit,
        pretrainedFrom: train.pretrainedFrom,
        starts: train.restarts.count,
      }),
      effective: {
        ...config,
        dataset: { name: dataset.name, ...dataset.options },
        model: { name: model, ...options },
        train: { ...training, ...schedule, optimizer, learningRate },
      },
    },
  };
}

/** The pipeline's data set with its options checked. */
async function chosenDataset(config: Pipeline, where: string) {
  const { name, options: given } = splitNamed(config.dataset);
  const { title, optionsSchema } = await loadDataset(name);
  const options = parseWith(optionsSchema, given, `${where}, field dataset`) as Options;
  return { name, title, options };
}

/** The pipeline's system with its options checked. */
async function chosenSystem(folder: string, config: Pipeline, where: string) {
  const { name, options: given } = splitNamed(config.model);
  const system = await findSystem(folder, name);
  const options = parseWith(system.optionsSchema, given, `${where}, field model`) as Options;
  return { name, system, options };
}

/** Epochs and seeds of the full profile; null if this run has as many, or that profile is not in order. */
function fullOf(
  contents: unknown,
  file: string,
  profile: ProfileName,
  here: { epochs: number; seeds: number },
  system: System,
) {
  if (profile === "full") return null;
  try {
    const { train } = resolvePipeline(contents, "full", file);
    const full = { epochs: scheduleOf(train, system).epochs, seeds: train.seeds };
    return full.epochs === here.epochs && full.seeds === here.seeds ? null : full;
  } catch (error) {
    // It is refused when it is run.
    if (error instanceof UserError) return null;
    throw error;
  }
}

/**
 * Epochs, batches and optimizer of the training; those that the pipeline does not set are the system's own, and all of them if it
 * takes no gradient steps.
 */
function scheduleOf(given: Pipeline["train"], { training }: System) {
  const none = { epochs: null, batchSize: null, labelledPerBatch: null, learningRate: null, optimizer: null };
  const train = training.epochs > 0 ? given : none;
  return {
    epochs: train.epochs ?? training.epochs,
    batchSize: train.batchSize ?? training.batchSize,
    labelledPerBatch: train.labelledPerBatch ?? training.labelledPerBatch ?? 0,
    optimizer: optimizerOf(train, training),
  };
}
