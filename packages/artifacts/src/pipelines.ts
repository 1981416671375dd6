/** What lies under pipelines/. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { z } from "zod";
import { readJson } from "./files.js";

/**
 * The project's root: the folder with pnpm-workspace.yaml.
 *
 * @throws UserError where there is none at or above `folder`.
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

export interface PipelinePlace {
  /** Its package's name without the scope, as in artifacts/<name>. */
  name: string;
  folder: string;
  /** The study that it is a member of, if any: pipelines/<study>/<data set>/<system>. */
  study: string | null;
}

/** Every folder under pipelines/ that holds a pipeline, sorted by name. */
export async function listPipelines(root: string): Promise<PipelinePlace[]> {
  const pipelines = join(root, "pipelines");
  const found: PipelinePlace[] = [];
  for (const first of await foldersOf(pipelines)) {
    const folder = join(pipelines, first);
    await addPipeline(found, folder, null);
    for (const dataset of await foldersOf(folder)) {
      for (const system of await foldersOf(join(folder, dataset))) {
        await addPipeline(found, join(folder, dataset, system), first);
      }
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function addPipeline(found: PipelinePlace[], folder: string, study: string | null): Promise<void> {
  const file = join(folder, "package.json");
  if (!existsSync(join(folder, "pipeline.json")) || !existsSync(file)) return;
  const { name } = parseWith(z.looseObject({ name: z.string() }), await readJson(file), file);
  found.push({ name: basename(name), folder, study });
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map(({ name }) => name)
    .sort();
}

const rowSchema = z.union([z.string(), z.strictObject({ system: z.string(), labels: z.int().min(1) })]);

const studySchema = z.strictObject({
  title: z.string(),
  /** Data sets whose members run only when they are asked for by name, since most machines do not have the data. */
  onDemand: z.array(z.string()).default([]),
  /** The system whose trained weights another one starts from, by that one's name; on the same data set. */
  startsFrom: z.record(z.string(), z.string()).default({}),
  tables: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/, "expected small letters, digits and hyphens"),
        title: z.string(),
        /** The published table, as published.json names it. */
        source: z.string(),
        datasets: z.array(z.string()).min(1),
        /** Names of figures in evaluation.json. */
        metrics: z.array(z.string()).min(1),
        /** Systems, in the order of the rows; `labels`: how many training examples keep their label. */
        rows: z.array(rowSchema).min(1),
      }),
    )
    .min(1),
});
/** study.json: which tables a study makes. */
export type Study = z.output<typeof studySchema>;

/** @throws UserError where there is no such study, or its file is wrong. */
export async function readStudy(root: string, study: string): Promise<Study> {
  const file = join(root, "pipelines", study, "study.json");
  if (!existsSync(file)) {
    throw new UserError({
      what: `there is no study "${study}"`,
      where: file,
      expected: "a folder under pipelines/ with a study.json",
    });
  }
  return parseWith(studySchema, await readJson(file), file);
}
