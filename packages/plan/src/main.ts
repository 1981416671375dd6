/**
 * The plan stage: checks pipeline.json, applies the profile and fills in every default, then writes one small file
 * per stage. Turbo hashes those files, so that a change reruns just the stages that see it.
 */
import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { findWorkspace, readJson, sha256File, toJson, writeFileAtomic } from "@gumbel/artifacts";
import {
  parseWith,
  profileFromEnvironment,
  profileNames,
  renderError,
  resolvePipeline,
  splitNamed,
  UserError,
} from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { loadSystem } from "@gumbel/models";

try {
  const workspace = await findWorkspace();
  const plans = await makePlans(workspace.folder, workspace.pipeline);
  const folder = join(workspace.artifacts, "plan");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [stage, plan] of Object.entries(plans))
    await writeFileAtomic(join(folder, `${stage}.json`), toJson(plan));
  const { dataset, model, profile, seeds } = plans.report;
  console.log(
    `${workspace.pipeline}: ${model} on ${dataset}, ${profile} profile, ${seeds} ${seeds === 1 ? "seed" : "seeds"}`,
  );
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}

async function makePlans(folder: string, pipeline: string) {
  const file = join(folder, "pipeline.json");
  const profile = profileFromEnvironment(process.env.GUMBEL_PROFILE);
  if (!profile) {
    throw new UserError({
      what: `there is no profile "${process.env.GUMBEL_PROFILE}"`,
      where: "environment variable GUMBEL_PROFILE",
      expected: profileNames.join(" or "),
    });
  }
  const config = resolvePipeline(await readJson(file), profile, file);
  const { name: datasetName, options: datasetOptions } = splitNamed(config.dataset);
  const { name: modelName, options: modelOptions } = splitNamed(config.model);

  const dataset = await loadDataset(datasetName);
  const system = await loadSystem(modelName);
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
  const { epochs, batchSize, learningRate, optimizer } = system.training;
  return {
    ingest: {
      ...common,
      dataset: datasetName,
      options: { ...options, ...(own.length > 0 && { ownFiles }) },
      limit: ingest.limit,
      labels,
    },
    train: {
      ...common,
      model: modelName,
      options: systemOptions,
      ...train,
      epochs: train.epochs ?? epochs,
      batchSize: train.batchSize ?? batchSize,
      learningRate: train.learningRate ?? learningRate,
      optimizer: train.optimizer ?? optimizer ?? "adam",
    },
    extract: {
      ...common,
      model: modelName,
      options: systemOptions,
      seeds: train.seeds,
      split: train.split,
      ...extract,
    },
    evaluate: { ...common, seeds: train.seeds, ...evaluate },
    report: {
      ...common,
      ...report,
      profile,
      dataset: datasetName,
      model: modelName,
      seeds: train.seeds,
      modelTitle: system.title,
      modelReference: system.reference,
      effective: {
        ...config,
        dataset: { name: datasetName, ...options },
        model: { name: modelName, ...systemOptions },
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
