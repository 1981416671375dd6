/**
 * The frame around every stage: find the pipeline, take the lock, clear the folder, read the plan, do the work,
 * write the manifest last. A stage's own main.ts is left with its work alone.
 */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { type PlanOf, parseWith, renderError, type StageName, stages, UserError } from "@gumbel/config";
import { Artifacts, describeFiles, writeManifest } from "@gumbel/tables";
import {
  artifactPath,
  findRoot,
  linkArtifacts,
  readJson,
  sha256File,
  toJson,
  withLock,
  writeFileAtomic,
} from "@gumbel/workspace";
import { z } from "zod";
import { keepInputs, keptInputs, writeInputs } from "./inputs.js";

/** Where the pipelines of this checkout keep what they write. */
export interface Workspace {
  /** The project's root: the folder with pnpm-workspace.yaml. */
  root: string;
  /** The pipeline's name: its package name without the scope. */
  pipeline: string;
  /** The pipeline's folder, with its pipeline.json. */
  folder: string;
  /** Where its stages write: `out` in that folder. */
  artifacts: string;
}

/**
 * The workspace and pipeline that `folder` (default: the current one) belongs to.
 *
 * @throws UserError outside of a pipeline's folder.
 */
export async function findWorkspace(folder = process.cwd()): Promise<Workspace> {
  const packageFile = join(folder, "package.json");
  if (!existsSync(join(folder, "pipeline.json")) || !existsSync(packageFile)) {
    throw new UserError({
      what: "not a pipeline's folder",
      where: folder,
      expected: "a folder with pipeline.json and package.json",
      hint: "run stages through turbo: pnpm turbo run report --filter=@pipelines/NAME",
    });
  }
  const root = findRoot(folder);
  const { name } = parseWith(z.looseObject({ name: z.string() }), await readJson(packageFile), packageFile);
  const pipeline = basename(name);
  return { root, pipeline, folder: resolve(folder), artifacts: artifactPath(root, pipeline) };
}

/** What a stage's work is given. */
export interface Stage<Name extends StageName> {
  workspace: Workspace;
  plan: PlanOf<Name>;
  /** The stage's own output folder, empty at the start. */
  folder: string;
  /** Where this pipeline keeps what is not output: checkpoints. Survives an interrupted run; not cached. */
  scratch: string;
  /** Opens what an earlier stage of this pipeline wrote, and records that it was read. */
  open(stage: StageName): Promise<Artifacts>;
  /** Opens what a stage of another pipeline wrote, and records that it was read. */
  openOf(pipeline: string, stage: StageName): Promise<Artifacts>;
  /** Path for an output file; the manifest lists it. */
  output(name: string): Promise<string>;
  /** Records the version of something that shapes the bytes written. */
  version(name: string, version: string): void;
  /** Records a fact of this run that is not part of its result (seconds, memory): goes to run.json. */
  fact(name: string, value: unknown): void;
}

/** run.json: what differs between equal runs, and so must stay out of the manifest. */
const runSchema = z.looseObject({
  startedAt: z.string(),
  seconds: z.number(),
  peakRssBytes: z.int(),
  node: z.string(),
  platform: z.string(),
  cores: z.int(),
  /** Model of the processor. */
  cpu: z.string().default("unknown"),
  memoryBytes: z.number(),
  turboHash: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
});
export type Run = z.output<typeof runSchema>;

/** Reads the run.json beside a stage's manifest; undefined where there is none. */
export async function readRun(folder: string): Promise<Run | undefined> {
  const path = join(folder, "run.json");
  return existsSync(path) ? parseWith(runSchema, await readJson(path), path) : undefined;
}

/**
 * Runs one stage in the current folder's pipeline and sets the exit code. Anything thrown is printed, the
 * folder is left without a manifest, and nothing downstream will read it.
 */
export async function runStage<Name extends StageName>(
  name: Name,
  version: string,
  work: (stage: Stage<Name>) => Promise<void>,
): Promise<void> {
  try {
    const workspace = await findWorkspace();
    await linkArtifacts(workspace.root, { name: workspace.pipeline, folder: workspace.folder });
    await withLock(join(workspace.artifacts, "locks", `${name}.lock`), () =>
      runLocked(name, version, workspace, work),
    );
  } catch (error) {
    console.error(renderError(error));
    process.exitCode = 1;
  }
}

async function runLocked<Name extends StageName>(
  name: Name,
  version: string,
  workspace: Workspace,
  work: (stage: Stage<Name>) => Promise<void>,
): Promise<void> {
  const startedAt = new Date();
  const folder = join(workspace.artifacts, name);
  const planFile = join(workspace.artifacts, "plan", `${name}.json`);
  const plan = parseWith(stages[name].plan, await readJson(planFile), planFile) as PlanOf<Name>;

  const before = join(workspace.artifacts, "before", `${name}.json`);
  await keepInputs(folder, before);
  // A cache hit of turbo never removes files, so a stage starts from an empty folder.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });

  const reads: { path: string; sha256: string }[] = [];
  const outputs = new Set<string>();
  const versions: Record<string, string> = { [`@gumbel/${name}`]: version };
  const facts: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  const openOf = async (pipeline: string, stage: StageName): Promise<Artifacts> => {
    const artifacts = await Artifacts.open(artifactPath(workspace.root, pipeline, stage));
    reads.push({ path: `${pipeline}/${stage}/manifest.json`, sha256: artifacts.digest });
    const origin = pipeline === workspace.pipeline ? stage : `${pipeline}/${stage}`;
    for (const file of artifacts.manifest.files) files[`${origin}/${file.name}`] = file.sha256;
    return artifacts;
  };

  await work({
    workspace,
    plan,
    folder,
    scratch: join(workspace.artifacts, "scratch", name),
    open: (stage) => openOf(workspace.pipeline, stage),
    openOf,
    output: async (file) => {
      outputs.add(file);
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      return path;
    },
    version: (key, value) => {
      versions[key] = value;
    },
    fact: (key, value) => {
      facts[key] = value;
    },
  });

  const run: Run = {
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryBytes: totalmem(),
    turboHash: process.env.TURBO_HASH ?? null,
    facts,
  };
  await writeFileAtomic(join(folder, "run.json"), toJson(run));
  const { code, ...settings } = plan;
  await writeInputs(folder, {
    plan: settings,
    files,
    versions,
    code,
    before: await keptInputs(before),
  });
  await writeManifest(folder, {
    stage: name,
    pipeline: workspace.pipeline,
    config: await sha256File(planFile),
    seed: plan.seed,
    reads,
    versions,
    files: await describeFiles(folder, outputs),
  });
}
