/** study.json, and which study keeps which record. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { z } from "zod";
import { readJson } from "./files.js";
import { foldersOf, listPipelines } from "./pipelines.js";

const rowSchema = z.union([
  z.string(),
  z.strictObject({
    system: z.string(),
    labels: z.int().min(1).nullable(),
    /** Its pipeline by data set, where that is not the member `<data set>-<system>`: one with a report of its own. */
    pipelines: z.record(z.string(), z.string()).default({}),
  }),
  /** A system that is not here: its published figures alone. */
  z.strictObject({ published: z.string(), title: z.string() }),
]);

const id = z.string().regex(/^[a-z0-9-]+$/, "expected small letters, digits and hyphens");

/** What every figure has; `published`: what the published one shows, in words, for it gives no numbers; null where there is none. */
const figureFields = {
  id,
  title: z.string(),
  /** The published figure. */
  source: z.string(),
  published: z.string().nullable(),
};

const figureSchema = z.discriminatedUnion("kind", [
  /** A metric against a parameter, mean and standard deviation over the seeds: a curve per data set. */
  z.strictObject({
    kind: z.literal("sweep"),
    ...figureFields,
    /** One that `points` varies. */
    parameter: z.string(),
    metrics: z.array(z.string()).min(1),
  }),
  /** What was followed while a pipeline learned, per epoch. */
  z.strictObject({
    kind: z.literal("epochs"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
    /** `accuracy`, `nmi`, `loss`, or the name of a part of the loss as metrics.jsonl has it. */
    metrics: z.array(z.string()).min(1),
  }),
  /** Latents of a pipeline's shown run at moments of its training. */
  z.strictObject({
    kind: z.literal("latents"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
    /** Moments that its `train.snapshots` has. */
    at: z.array(z.int().min(1)).min(1),
    /** The first two principal components, or UMAP. */
    layout: z.enum(["pca", "umap"]).default("umap"),
  }),
  /** How sure the shown run of some points of a sweep is: a histogram of q(c | x) for each. */
  z.strictObject({
    kind: z.literal("probabilities"),
    ...figureFields,
    /** One that `points` varies. */
    parameter: z.string(),
    /** Those of its values to show. */
    values: z.array(z.number()).min(1),
  }),
  /** What the shown run of each pipeline draws for each cluster, or makes of test examples under each cluster. */
  z.strictObject({
    kind: z.literal("generated"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
    samples: z.enum(["generated", "style"]).default("generated"),
  }),
]);
export type StudyFigure = z.output<typeof figureSchema>;

const studySchema = z.strictObject({
  title: z.string(),
  /** Data sets whose members run only when they are asked for by name, since most machines do not have the data. */
  onDemand: z.array(z.string()).default([]),
  /** The system whose trained weights another one starts from, by that one's name; on the same data set. */
  startsFrom: z.record(z.string(), z.string()).default({}),
  tables: z
    .array(
      z.strictObject({
        id,
        title: z.string(),
        /** The published table, as published.json names it. */
        source: z.string(),
        datasets: z.array(z.string()).min(1),
        /** Names of figures in evaluation.json. */
        metrics: z.array(z.string()).min(1),
        /** How many training examples keep their label, where a row does not say. */
        labels: z.int().min(1).nullable().default(null),
        /** Systems, in the order of the rows. */
        rows: z.array(rowSchema).min(1),
      }),
    )
    .default([]),
  /** Members that differ from one pipeline in one parameter. */
  points: z
    .strictObject({
      datasets: z.array(z.string()).min(1),
      /** pipeline.json of the one, without its data set. */
      pipeline: z.looseObject({
        model: z.looseObject({ name: z.string() }),
        labels: z.looseObject({ count: z.int() }).optional(),
      }),
      vary: z
        .array(
          z.strictObject({
            /** Path of a field: `model.wG`. */
            parameter: z.string().regex(/^[a-zA-Z.]+$/, "expected a path: model.wG"),
            /** What it is called in figures and in the points' names; the last part of its path if absent. */
            name: z
              .string()
              .regex(/^[a-zA-Z]+$/, "expected letters")
              .optional(),
            values: z.array(z.number()).min(1),
          }),
        )
        .min(1),
    })
    .nullable()
    .default(null),
  figures: z.array(figureSchema).default([]),
});
/** study.json: which tables and figures a study makes. */
export type Study = z.output<typeof studySchema>;

/** @throws UserError where there is no such study, or its file is wrong. */
export async function readStudy(root: string, study: string): Promise<Study> {
  const file = join(root, "studies", study, "study.json");
  if (!existsSync(file)) {
    throw new UserError({
      what: `there is no study "${study}"`,
      where: file,
      expected: "a folder under studies/ with a study.json",
    });
  }
  return parseWith(studySchema, await readJson(file), file);
}

/**
 * The study that keeps the record of each pipeline: of a member the study it belongs to, of another one the first whose
 * tables show it.
 *
 * @throws UserError where a study.json is wrong.
 */
export async function recordKeepers(root: string): Promise<Map<string, string>> {
  const keepers = new Map<string, string>();
  for (const { name, study } of await listPipelines(root)) if (study) keepers.set(name, study);
  for (const study of foldersOf(join(root, "studies")).map((folder) => basename(folder))) {
    if (!existsSync(join(root, "studies", study, "study.json"))) continue;
    for (const row of (await readStudy(root, study)).tables.flatMap(({ rows }) => rows)) {
      const shown = typeof row === "object" && "system" in row ? Object.values(row.pipelines) : [];
      for (const pipeline of shown) if (!keepers.has(pipeline)) keepers.set(pipeline, study);
    }
  }
  return keepers;
}
