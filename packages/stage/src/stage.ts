/**
 * The frame around every stage: clear the folder, read the plan, do the work, write the manifest last. The main.ts of a stage
 * contains only its work.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type PlanOf, parseWith, type StageName, stages, UserError } from "@gumbel/config";
import { Artifacts, describeFiles, writeManifest } from "@gumbel/tables";
import { artifactPath, peakMemory, readJson, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";
import { readSavedInputs, saveInputs, writeInputs } from "./inputs.js";
import { runTask, type Workspace } from "./task.js";

/** The context of a stage's work. */
export interface Stage<Name extends StageName> {
  workspace: Workspace;
  plan: PlanOf<Name>;
  /** The stage's own output folder, empty at the start. */
  folder: string;
  /** Folder for checkpoints and other files that are not output. It survives an interrupted run and is not cached. */
  scratch: string;
  /** Opens the output of an earlier stage of this pipeline, and records that it was read. */
  open(stage: StageName): Promise<Artifacts>;
  /** Opens the output of a stage of another pipeline, and records that it was read. */
  openOf(pipeline: string, stage: StageName): Promise<Artifacts>;
  /** Path for an output file; the manifest lists it. */
  output(name: string): Promise<string>;
  /** Records the version of software that affects the output's bytes. */
  version(name: string, version: string): void;
  /** Records a fact of this run that is not part of its result (seconds, memory) in run.json. */
  fact(name: string, value: unknown): void;
}

/** run.json: values that differ between equal runs, and so must not be in the manifest. */
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
  /** Commit of the project, with `-dirty` after it if files had been changed; null if git or the repository is missing. */
  commit: z.string().nullable().default(null),
  facts: z.record(z.string(), z.unknown()),
});
export type Run = z.output<typeof runSchema>;

/** Reads the run.json beside a stage's manifest; undefined if it is missing. */
export async function readRun(folder: string): Promise<Run | undefined> {
  const path = join(folder, "run.json");
  return existsSync(path) ? parseWith(runSchema, await readJson(path), path) : undefined;
}

/**
 * Runs one stage in the current folder's pipeline and sets the exit code. If it throws, no manifest is written, so that no later
 * stage reads the folder.
 */
export async function runStage<Name extends StageName>(
  name: Name,
  version: string,
  work: (stage: Stage<Name>) => Promise<void>,
): Promise<void> {
  await runTask((workspace) => runInFolder(name, version, workspace, work));
}

async function runInFolder<Name extends StageName>(
  name: Name,
  version: string,
  workspace: Workspace,
  work: (stage: Stage<Name>) => Promise<void>,
): Promise<void> {
  const startedAt = new Date();
  const folder = join(workspace.artifacts, name);
  const planFile = join(workspace.artifacts, "plan", `${name}.json`);
  const planDigest = await sha256File(planFile).catch(() => undefined);
  const plan = parseWith(stages[name].plan, await readJson(planFile), planFile) as PlanOf<Name>;

  const before = join(workspace.artifacts, "before", `${name}.json`);
  await saveInputs(folder, before);
  // A cache hit of turbo never removes files, so a stage starts from an empty folder.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });

  const opened: Artifacts[] = [];
  const reads: { path: string; sha256: string }[] = [];
  const outputs = new Set<string>();
  const versions: Record<string, string> = { [`@gumbel/${name}`]: version };
  const facts: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  const openOf = async (pipeline: string, stage: StageName): Promise<Artifacts> => {
    const artifacts = await Artifacts.open(artifactPath(workspace.root, pipeline, stage));
    opened.push(artifacts);
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

  // Turbo stores the outputs under the key of what lay here when the stage began. If that has changed, the stage fails, and
  // nothing is stored.
  if ((await sha256File(planFile).catch(() => undefined)) !== planDigest) {
    throw new UserError({
      what: `the plan was changed while the ${name} stage ran`,
      where: planFile,
      expected: "one run of a pipeline at a time",
      hint: "run the same command again",
    });
  }
  for (const artifacts of opened) await artifacts.checkUnchanged();

  await writeFileAtomic(
    join(folder, "run.json"),
    toJson(await describeRun(workspace.root, startedAt, facts)),
  );
  const { code, ...settings } = plan;
  await writeInputs(folder, {
    plan: settings,
    files,
    versions,
    code,
    before: await readSavedInputs(before),
  });
  await writeManifest(folder, {
    stage: name,
    pipeline: workspace.pipeline,
    config: planDigest!,
    seed: plan.seed,
    reads,
    versions,
    files: await describeFiles(folder, outputs),
  });
}

async function describeRun(root: string, startedAt: Date, facts: Run["facts"]): Promise<Run> {
  return {
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    peakRssBytes: await peakMemory(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryBytes: totalmem(),
    turboHash: process.env.TURBO_HASH ?? null,
    commit: await commitOf(root),
    facts,
  };
}

async function commitOf(root: string): Promise<string | null> {
  // A project inside of another repository has no commit of its own.
  if (!existsSync(join(root, ".git"))) return null;
  const described = ["describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"];
  return promisify(execFile)("git", described, { cwd: root }).then(
    ({ stdout }) => stdout.trim() || null,
    () => null,
  );
}
