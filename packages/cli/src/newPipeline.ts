import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { resolvePipeline, splitNamed, UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { systemNames } from "@gumbel/models";
import { findSystem } from "@gumbel/plan";
import {
  allPoints,
  checkedName,
  listPipelines,
  memberFolder,
  type PipelineFolder,
  readJson,
  readStudy,
  toCompactJson,
  writeFileAtomic,
} from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import {
  type PipelineKind,
  pipelineConfig,
  pipelinePackage,
  pipelineTurbo,
  pointConfig,
  toolFolder,
} from "./template.js";

/** The default folder of a pipeline, from the project's root; a member of a study is named `<data set>-<the rest>`. */
function defaultFolder({ name, dataset, study }: Omit<PipelineKind, "folder" | "tool">): string {
  return study ? memberFolder(study, dataset, name.slice(dataset.length + 1)) : `pipelines/${name}`;
}

/**
 * Creates a pipeline's folder and links it into the workspace.
 *
 * @param options the folder is the default one if it names none
 * @param link links the new package into the workspace
 * @param config contents of pipeline.json; only the data set and the model if absent
 * @throws UserError if the name is taken or invalid, the data set or model is unknown, or the study or the pipeline to start
 *   from does not exist
 */
export async function newPipeline(
  root: string,
  options: Omit<PipelineKind, "folder" | "tool"> & { folder?: string },
  link: (root: string) => Promise<void> = linkWorkspace,
  config?: object,
): Promise<void> {
  const kind = { ...options, folder: options.folder ?? defaultFolder(options), tool: toolFolder(root) };
  const { name, dataset, model, pretrainedFrom, study } = kind;
  if (dataset === "file") {
    throw new UserError({
      what: "a pipeline of your own file needs the file",
      where: "--dataset",
      expected: `pnpm gumbel new ${name} --data FILE`,
    });
  }
  if (study && !name.startsWith(`${dataset}-`)) {
    throw new UserError({
      what: `"${name}" cannot name a member of a study`,
      expected: `the data set, then the system: ${dataset}-${model}`,
    });
  }
  const others = await checkName(root, kind);
  const folder = join(root, kind.folder);
  await loadDataset(dataset);
  const system = await findSystem(root, model);
  if (pretrainedFrom && !others.some((other) => other.name === pretrainedFrom)) {
    throw new UserError({
      what: `there is no pipeline "${pretrainedFrom}" to start from`,
      expected: "the name of a pipeline under pipelines/",
      hint: "create that one first",
    });
  }
  const onDemand = study ? (await readStudy(root, study)).onDemand : [];

  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "pipeline.json"),
    toCompactJson(config ?? pipelineConfig(kind, system.training)),
  );
  await writeTasks(folder, kind);
  const waiting = join(root, study ? `studies/${study}` : "pipelines/overview", "package.json");
  if (existsSync(waiting)) {
    if (!onDemand.includes(dataset)) await addTo(waiting, name);
    await link(root);
  }
  const task = study ? "evaluate" : "report";
  console.log(`created ${kind.folder}; run it: pnpm turbo run ${task} --filter=@pipelines/${name}`);
}

/**
 * Checks that a new pipeline can have its name.
 *
 * @returns the pipelines that there are
 * @throws UserError if the name is taken or has other characters
 */
export async function checkName(
  root: string,
  { name, folder }: Pick<PipelineKind, "name" | "folder">,
): Promise<PipelineFolder[]> {
  checkedName(name, "gumbel new");
  const others = await listPipelines(root);
  const taken = others.find((other) => other.name === name)?.folder ?? join(root, folder);
  if (existsSync(taken)) {
    throw new UserError({
      what: "a pipeline of that name exists",
      where: taken,
      hint: "choose another name",
    });
  }
  return others;
}

/**
 * Creates the missing members of a study's tables and sweeps, and updates the points of its sweeps. A row is left out if its
 * system is not in the registry, or if it has labels: those settings are chosen by hand.
 *
 * @throws UserError if there is no such study
 */
export async function newMembers(
  root: string,
  study: string,
  link: (root: string) => Promise<void> = linkWorkspace,
): Promise<void> {
  const wanted = await readStudy(root, study);
  const { tables, startsFrom } = wanted;
  const existing = new Map((await listPipelines(root)).map(({ name, folder }) => [name, folder]));
  const missing = new Map<string, PipelineKind>();
  for (const { datasets, labels, rows } of tables) {
    for (const dataset of datasets) {
      for (const model of rows) {
        if (typeof model !== "string" || labels !== null || !systemNames.includes(model)) continue;
        const name = `${dataset}-${model}`;
        const source = startsFrom[model];
        const pretrainedFrom = source ? `${dataset}-${source}` : null;
        const folder = memberFolder(study, dataset, model);
        const tool = toolFolder(root);
        if (!existing.has(name))
          missing.set(name, { name, folder, dataset, model, pretrainedFrom, study, tool });
      }
    }
  }
  // Pipelines that others start from come first.
  const ordered = [...missing.values()].sort(
    (a, b) => Number(!!a.pretrainedFrom) - Number(!!b.pretrainedFrom),
  );
  for (const kind of ordered) await newPipeline(root, kind, async () => {});

  const points = allPoints(wanted, study);
  for (const { name, folder, dataset, config } of points) {
    const kind = { name, folder, dataset, model: config.model.name, pretrainedFrom: null, study };
    const contents = pointConfig(folder, config);
    const found = existing.get(name);
    if (found) await writeFile(join(found, "pipeline.json"), toCompactJson(contents));
    else await newPipeline(root, kind, async () => {}, contents);
  }
  if (ordered.length > 0 || points.some(({ name }) => !existing.has(name))) await link(root);
  else console.log(`no member of ${study} is missing`);
}

/** Writes the files of a pipeline's folder that depend on the list of stages. */
export async function writeTasks(folder: string, kind: PipelineKind): Promise<void> {
  await writeFileAtomic(join(folder, "package.json"), toCompactJson(pipelinePackage(kind)));
  await writeFileAtomic(join(folder, "turbo.json"), toCompactJson(pipelineTurbo(kind)));
}

/**
 * Rewrites package.json and turbo.json of every pipeline, for a change of the list of stages.
 *
 * @throws UserError if a pipeline.json is wrong
 */
export async function rewriteTasks(root: string): Promise<void> {
  const pipelines = await listPipelines(root);
  for (const pipeline of pipelines) await writeTasks(pipeline.folder, await kindOf(root, pipeline));
  console.log(`wrote package.json and turbo.json of ${pipelines.length} pipelines`);
}

/** Properties of a pipeline that its files depend on, from its pipeline.json. */
export async function kindOf(root: string, { name, folder, study }: PipelineFolder): Promise<PipelineKind> {
  const file = join(folder, "pipeline.json");
  const { dataset, model, train } = resolvePipeline(await readJson(file), "quick", file);
  return {
    name,
    folder: relative(root, folder).replaceAll("\\", "/"),
    dataset: splitNamed(dataset).name,
    model: splitNamed(model).name,
    pretrainedFrom: train.pretrainedFrom,
    study,
    tool: toolFolder(root),
  };
}

/** Adds a pipeline to those that the overview or a study waits for. */
async function addTo(file: string, name: string): Promise<void> {
  const waiting = (await readJson(file)) as { devDependencies: Record<string, string> };
  const all = { ...waiting.devDependencies, [`@pipelines/${name}`]: "workspace:*" };
  waiting.devDependencies = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(file, toCompactJson(waiting));
}

/** Lets pnpm link the new package; without the network if the store has everything. */
export async function linkWorkspace(root: string): Promise<void> {
  const args = ["install", "--no-frozen-lockfile", "--loglevel=error"];
  const offline = await run({ cwd: root })`pnpm ${args} --offline`;
  if (offline.ok) return;
  const { ok } = await run({ cwd: root, stdio: ["ignore", "inherit", "inherit"] })`pnpm ${args}`;
  if (!ok) {
    throw new UserError({
      what: "the packages could not be installed",
      where: root,
      hint: "run: pnpm install",
    });
  }
}
