/** The pipelines and studies of a checkout. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { z } from "zod";
import { parseJson } from "./files.js";
import { checkedName } from "./names.js";

/**
 * The project's root: the folder with pnpm-workspace.yaml.
 *
 * @throws UserError if neither `folder` nor a folder above it has that file.
 */
export function findRoot(folder: string): string {
  let root = resolve(folder);
  while (!existsSync(join(root, "pnpm-workspace.yaml"))) {
    if (dirname(root) === root) {
      throw new UserError({ what: "no pnpm-workspace.yaml above this folder", where: folder });
    }
    root = dirname(root);
  }
  return root;
}

/** The folder under studies/ that git does not see: a folder for each sweep, and in it one for each of its cells. */
export const localStudy = "local";

/** A pipeline on disk. */
export interface PipelineFolder {
  /** Its package's name without the scope, as in artifacts/<name>. */
  name: string;
  folder: string;
  /** The study that it is a member of, in studies/<study>/<data set>/<member>; null if none. `local` for a cell of a sweep. */
  study: string | null;
}

/** Every pipeline, sorted by name. */
export async function listPipelines(root: string): Promise<PipelineFolder[]> {
  return scanPipelines(root);
}

/**
 * The pipeline of that name.
 *
 * @throws UserError if there is none
 */
export async function findPipeline(root: string, name: string): Promise<PipelineFolder> {
  const found = (await listPipelines(root)).find((pipeline) => pipeline.name === name);
  if (found) return found;
  throw new UserError({
    what: `there is no pipeline "${name}"`,
    where: join(root, "pipelines"),
    hint: "pnpm gumbel list --all names those that there are",
  });
}

/** Every pipeline in pipelines/, pipelines/local/ and studies/, sorted by name. */
export function scanPipelines(root: string): PipelineFolder[] {
  const own = join(root, "pipelines");
  const folders = [...foldersOf(own), ...foldersOf(join(own, "local"))].map((folder) => ({
    folder,
    study: null as string | null,
  }));
  for (const study of foldersOf(join(root, "studies"))) {
    for (const member of foldersOf(study).flatMap(foldersOf)) {
      folders.push({ folder: member, study: basename(study) });
    }
  }
  const found = folders.flatMap(({ folder, study }) => {
    const file = join(folder, "package.json");
    if (!existsSync(join(folder, "pipeline.json")) || !existsSync(file)) return [];
    const { name } = parseWith(packageSchema, parseJson(readFileSync(file, "utf8"), file), file);
    return [{ name: checkedName(basename(name), file), folder, study }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const packageSchema = z.looseObject({ name: z.string() });

/** The folders in a folder, sorted; empty if it does not exist. */
export function foldersOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules" && entry.name !== "out")
    .map(({ name }) => join(folder, name))
    .sort();
}

/** The folder of a member of a study, relative to the project's root. */
export const memberFolder = (study: string, dataset: string, member: string): string =>
  `studies/${study}/${dataset}/${member}`;
