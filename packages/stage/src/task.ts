/** The frame around every task of a pipeline: find the pipeline, hold it, do the work, say what went wrong. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseWith, renderError, UserError } from "@gumbel/config";
import {
  artifactPath,
  findRoot,
  holdForRun,
  isHeld,
  isRunning,
  linkArtifacts,
  readJson,
  turboAbove,
  withLock,
} from "@gumbel/workspace";
import { z } from "zod";

/** A pipeline and its folders. */
export interface Workspace {
  /** The project's root: the folder with pnpm-workspace.yaml. */
  root: string;
  /** The pipeline's name: its package name without the scope. */
  pipeline: string;
  /** The pipeline's folder, with its pipeline.json. */
  folder: string;
  /** The folder that its stages write to: `out` in the pipeline's folder. */
  artifacts: string;
}

/**
 * The workspace and pipeline that `folder` (default: the current one) belongs to.
 *
 * @throws UserError if `folder` is not a pipeline's folder.
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

/** The lock of the process that works on a pipeline: one at a time, whatever its task. */
export const workLock = (artifacts: string): string => join(artifacts, "locks", "work.lock");
const runLock = (artifacts: string): string => join(artifacts, "locks", "run.lock");

/** Whether a run is at work in the output folder of a pipeline. */
export const isAtWork = async (artifacts: string): Promise<boolean> =>
  (await isHeld(runLock(artifacts))) || (await isHeld(workLock(artifacts)));

/** Thrown by work that has stopped because it was asked to, after everything that it had was saved. */
export class Paused extends Error {}

/** Exit code of a program that Ctrl-C ended. */
const interruptedCode = 130;
const turboCheckMilliseconds = 500;

/**
 * Calls `pause` once if the task is asked to stop: by Ctrl-C, by a signal of the system, by the end of its terminal or of its
 * turbo. The work then saves what it has and throws `Paused`; asked again, it still does. Work that has nothing to save does
 * not call this, and such signals end it at once.
 */
export async function onPause(pause: () => void): Promise<void> {
  let asked = false;
  const once = (): void => {
    if (!asked) pause();
    asked = true;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, once);
  // Who reads the output may have ended; what is printed then goes nowhere.
  for (const output of [process.stdout, process.stderr]) output.on("error", once);
  const turbo = await turboAbove(process.pid);
  if (!turbo) return;
  const check = async (): Promise<void> => {
    if (!(await isRunning(turbo))) once();
  };
  setInterval(check, turboCheckMilliseconds).unref();
}

/**
 * Runs one task in the current folder's pipeline and sets the exit code. If it throws, the error is printed.
 *
 * Two locks make the pipeline that of one run: turbo's own process holds `run.lock` over all tasks of its run, so that no other
 * run plans anew or restores other results between them; the task holds `work.lock` while it works, also if its turbo has
 * been killed.
 */
export async function runTask(work: (workspace: Workspace) => Promise<void>): Promise<void> {
  try {
    const workspace = await findWorkspace();
    await linkArtifacts(workspace.root, { name: workspace.pipeline, folder: workspace.folder });
    await holdForRun(runLock(workspace.artifacts));
    await withLock(workLock(workspace.artifacts), () => work(workspace));
  } catch (error) {
    if (error instanceof Paused) {
      console.error(`not finished: ${error.message}; the same command goes on from there`);
      process.exitCode = interruptedCode;
      return;
    }
    console.error(renderError(error));
    process.exitCode = 1;
  }
}
