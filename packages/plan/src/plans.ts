import { join, relative } from "node:path";
import {
  type ProfileName,
  parseWith,
  resolvePipeline,
  seedsFromEnvironment,
  splitNamed,
  UserError,
} from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { loadSystem } from "@gumbel/models";
import { readJson, sha256File } from "@gumbel/workspace";
import { departuresOf } from "./departures.js";
import { optimizerOf } from "./optimizer.js";

/**
 * What each stage of a pipeline is to do, every default filled in.
 *
 * @param folder with its pipeline.json
 * @param listed what GUMBEL_SEEDS says: only these runs; all of them if unset
 * @throws UserError naming each field of pipeline.json that is wrong.
 */
export async function makePlans(folder: string, pipeline: string, profile: ProfileName, listed?: string) {
  const file = join(folder, "pipeline.json");
  const config = resolvePipeline(await readJson(file), profile, file);
  const all = Array.from({ length: config.train.seeds }, (_, run) => config.seed + run);
  const seeds = seedsFromEnvironment(listed, all);
  const { name: datasetName, options: datasetOptions } = splitNamed(config.dataset);
  const { name: modelName, options: modelOptions } = splitNamed(config.model);

  const dataset = await loadDataset(datasetName);
  const system = await loadSystem(modelName);
  const published = system.variantOf ? await loadSystem(system.variantOf) : system;
  const options = parseWith(dataset.optionsSchema, datasetOptions, `${file}, field dataset`) as Record<
    string,
    unknown
  >;
  const systemOptions = parseWith(system.optionsSchema, modelOptions, `${file}, field model`) as Record<
    string,
    unknown
  >;

  // The user's own files count by their content.
  const own = dataset.ownFiles?.(options, folder) ?? [];
  const ownFiles = Object.fromEntries(
    await Promise.all(own.map(async (path) => [relative(folder, path), await digestOf(path)])),
  );

  const { seed, labels, ingest, train, extract, evaluate, report } = config;
  const common = { pipeline, seed };
  const labelledPerBatch = train.labelledPerBatch ?? system.training.labelledPerBatch ?? 0;
  if (labelledPerBatch > 0 && labels === null) {
    throw new UserError({
      what: `${modelName} is trained on labelled examples, and the pipeline has none`,
      where: `${file}, field labels`,
      expected: '"labels": { "count": 100 }',
    });
  }
  const { learningRate: _, ...training } = train;
  const schedule = {
    epochs: train.epochs ?? system.training.epochs,
    batchSize: train.batchSize ?? system.training.batchSize,
    labelledPerBatch,
    optimizer: optimizerOf(train, system.training),
  };
  return {
    ingest: {
      ...common,
      dataset: datasetName,
      options: { ...options, ...(own.length > 0 && { ownFiles }) },
      limit: ingest.limit,
      draws: labels ? train.seeds : 1,
      labels,
    },
    train: {
      ...common,
      model: modelName,
      options: systemOptions,
      ...training,
      ...schedule,
      seeds,
    },
    extract: {
      ...common,
      model: modelName,
      options: systemOptions,
      seeds,
      split: train.split,
      ...extract,
    },
    evaluate: { ...common, seeds, trainedOnLabels: labelledPerBatch > 0, ...evaluate },
    report: {
      ...common,
      ...report,
      profile,
      dataset: datasetName,
      model: modelName,
      seeds,
      datasetTitle: dataset.title,
      modelTitle: system.title,
      modelReference: system.reference,
      variantOf: system.variantOf ?? null,
      departures: departuresOf(published, {
        options: systemOptions,
        schedule,
        limit: ingest.limit,
        pretrainedFrom: train.pretrainedFrom,
        starts: train.restarts.count,
      }),
      effective: {
        ...config,
        dataset: { name: datasetName, ...options },
        model: { name: modelName, ...systemOptions },
        train: { ...training, ...schedule },
      },
    },
  };
}

async function digestOf(path: string): Promise<string> {
  return sha256File(path).catch(() => {
    throw new UserError({
      what: "the data file is missing",
      where: path,
      hint: "dataset.path counts from the pipeline's folder",
    });
  });
}
