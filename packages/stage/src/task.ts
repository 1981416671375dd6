/** The frame around every task of a pipeline: find the pipeline, hold it, do the work, say what went wrong. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseWith, renderError, UserError } from "@gumbel/config";
import { artifactPath, findRoot, holdForRun, linkArtifacts, readJson, withLock } from "@gumbel/workspace";
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
    await holdForRun(join(workspace.artifacts, "locks", "run.lock"));
    await withLock(workLock(workspace.artifacts), () => work(workspace));
  } catch (error) {
    console.error(renderError(error));
    process.exitCode = 1;
  }
}
