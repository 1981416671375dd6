/** study.json, and the study that holds the record of each pipeline. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { z } from "zod";
import { readJson } from "./files.js";
import { checkedName } from "./names.js";
import { foldersOf, listPipelines, localStudy, type PipelineFolder } from "./pipelines.js";

const memberRowSchema = z.strictObject({
  system: z.string(),
  labels: z.int().min(1).nullable(),
  /** By data set, its pipeline if that is not the member `<data set>-<system>`: one with its own report, or a variation. */
  pipelines: z.record(z.string(), z.string()).default({}),
  /** What differs from other rows of its system; it then has the pipelines that it names and no others. Null if nothing does. */
  title: z.string().nullable().default(null),
  /** Shows the run of the lowest loss instead of the mean over all: the choice among starts that needs no label. */
  lowestLoss: z.boolean().default(false),
});

/** A system that is not implemented: only its published figures are shown. */
const publishedRowSchema = z.strictObject({ published: z.string(), title: z.string() });

const rowSchema = z.union([z.string(), memberRowSchema, publishedRowSchema]);
/** A row of a table, as study.json has it. */
type StudyRow = z.output<typeof rowSchema>;
type MemberRow = z.output<typeof memberRowSchema>;
type PublishedRow = z.output<typeof publishedRowSchema>;

/** True for a row that has published figures alone. */
export const isPublishedRow = (row: StudyRow): row is PublishedRow =>
  typeof row === "object" && "published" in row;

/** A row with what it does not say. @param labels of the table's rows that are a system's name alone */
export const memberRow = (row: Exclude<StudyRow, PublishedRow>, labels: number | null): MemberRow =>
  typeof row === "string" ? memberRowSchema.parse({ system: row, labels }) : row;

/** The pipeline of a row on a data set; null for other settings of a system that the row names no pipeline for. */
export const pipelineOfRow = ({ system, pipelines, title }: MemberRow, dataset: string): string | null =>
  pipelines[dataset] ?? (title === null ? `${dataset}-${system}` : null);

const id = z.string().regex(/^[a-z0-9-]+$/, "expected small letters, digits and hyphens");

/** Fields of every figure. */
const figureFields = {
  id,
  title: z.string(),
  /** The published figure. */
  source: z.string(),
  /** The content of the published figure in words, if it gives no numbers; null if nothing is published. */
  published: z.string().nullable(),
};

const figureSchema = z.discriminatedUnion("kind", [
  /** A metric against a parameter, mean and standard deviation over the seeds: a curve per data set. */
  z.strictObject({
    kind: z.literal("sweep"),
    ...figureFields,
    /** A parameter that `points` varies. */
    parameter: z.string(),
    metrics: z.array(z.string()).min(1),
  }),
  /** Metrics of a pipeline during training, per epoch. */
  z.strictObject({
    kind: z.literal("epochs"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
    /** `accuracy`, `nmi`, `loss`, or the name of a term of the loss in metrics.jsonl. */
    metrics: z.array(z.string()).min(1),
  }),
  /** Latents of a pipeline's selected run at several moments of its training. */
  z.strictObject({
    kind: z.literal("latents"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
    /** Moments in its `train.snapshots`. */
    at: z.array(z.int().min(1)).min(1),
    /** The first two principal components, or UMAP. */
    layout: z.enum(["pca", "umap"]).default("umap"),
  }),
  /** Histograms of q(c | x) of the selected run, for some points of a sweep. */
  z.strictObject({
    kind: z.literal("probabilities"),
    ...figureFields,
    /** A parameter that `points` varies. */
    parameter: z.string(),
    /** The values to show. */
    values: z.array(z.number()).min(1),
  }),
  /** Pictures by each pipeline's selected run: generated for each cluster, or test examples restyled under each cluster. */
  z.strictObject({
    kind: z.literal("generated"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
    samples: z.enum(["generated", "style"]).default("generated"),
  }),
  /** Points of the plane by cluster and pseudo-label, at the moments of training that each pipeline's `train.snapshots` keeps. */
  z.strictObject({
    kind: z.literal("assignments"),
    ...figureFields,
    pipelines: z.array(z.string()).min(1),
  }),
]);
export type StudyFigure = z.output<typeof figureSchema>;

const studySchema = z.strictObject({
  title: z.string(),
  /** Works whose figures it holds ours against, named at the top of its page. */
  works: z.array(z.strictObject({ text: z.string(), link: z.url().optional() })).default([]),
  /** Pipelines whose settings were chosen by looking at figures that need labels. */
  chosenByLabels: z.array(z.string()).default([]),
  /** Data sets whose members run only if they are named, since most machines do not have the data. */
  onDemand: z.array(z.string()).default([]),
  /** By name of a system, the system whose trained weights on the same data set it starts from. */
  startsFrom: z.record(z.string(), z.string()).default({}),
  tables: z
    .array(
      z.strictObject({
        id,
        title: z.string(),
        /** Name of the published table in published.json. */
        source: z.string(),
        datasets: z.array(z.string()).min(1),
        /** Names of figures in evaluation.json. */
        metrics: z.array(z.string()).min(1),
        /** Number of labelled training examples, unless a row has its own. */
        labels: z.int().min(1).nullable().default(null),
        /** Systems that it marks as Bayesian. */
        bayesian: z.array(z.string()).default([]),
        /** Systems, in the order of the rows. */
        rows: z.array(rowSchema).min(1),
      }),
    )
    .default([]),
  /** Members that differ from one pipeline in one parameter. */
  points: z
    .strictObject({
      datasets: z.array(z.string()).min(1),
      /** The pipeline.json that they vary, without its data set. */
      pipeline: z.looseObject({
        model: z.looseObject({ name: z.string() }),
        labels: z.looseObject({ count: z.int() }).optional(),
      }),
      vary: z
        .array(
          z.strictObject({
            /** Path of a field: `model.wG`. */
            parameter: z.string().regex(/^[a-zA-Z.]+$/, "expected a path: model.wG"),
            /** Its name in figures and in the points' names; the last part of its path if absent. */
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
/** study.json: the tables and figures of a study. */
export type Study = z.output<typeof studySchema>;

/**
 * Reads the study.json of a study.
 *
 * @throws UserError if the study does not exist, or its file is invalid.
 */
export async function readStudy(root: string, study: string): Promise<Study> {
  const file = join(root, "studies", checkedName(study, "the name of a study"), "study.json");
  if (!existsSync(file)) {
    throw new UserError({
      what: `no study is named "${study}"`,
      where: file,
      expected: "a folder under studies/ with a study.json",
    });
  }
  return parseWith(studySchema, await readJson(file), file);
}

/**
 * Every study by name, in the order of the names.
 *
 * @throws UserError if a study.json is invalid.
 */
export async function readStudies(root: string): Promise<Map<string, Study>> {
  const studies = new Map<string, Study>();
  for (const name of foldersOf(join(root, "studies")).map((folder) => basename(folder))) {
    if (existsSync(join(root, "studies", name, "study.json"))) studies.set(name, await readStudy(root, name));
  }
  return studies;
}

/**
 * Names and titles of the studies that a pipeline is a member of, or whose tables and figures show it; its own first.
 *
 * @param study the one that it is a member of; null if none
 */
export const studiesOf = (
  studies: Map<string, Study>,
  { name, study }: Pick<PipelineFolder, "name" | "study">,
): { name: string; title: string }[] =>
  [...studies]
    .filter(([each, shown]) => each === study || pipelinesIn(shown).includes(name))
    .map(([each, { title }]) => ({ name: each, title }))
    .sort((a, b) => Number(b.name === study) - Number(a.name === study));

/**
 * The study that holds the record of each pipeline: for a member its own study, for any other pipeline the first study whose
 * tables or figures show it.
 *
 * @returns names of studies by name of the pipeline
 * @throws UserError if a study.json is invalid.
 */
export async function recordStudies(root: string): Promise<Map<string, string>> {
  const studies = new Map<string, string>();
  for (const { name, study } of await listPipelines(root)) {
    // A sweep keeps no records.
    if (study && study !== localStudy) studies.set(name, study);
  }
  for (const [name, study] of await readStudies(root)) {
    for (const pipeline of pipelinesIn(study)) {
      if (!studies.has(pipeline)) studies.set(pipeline, name);
    }
  }
  return studies;
}

/** Pipelines with a folder of their own that a study's tables and figures show. */
const pipelinesIn = ({ tables, figures }: Study): string[] => [
  ...tables
    .flatMap(({ rows }) => rows)
    .flatMap((row) => (typeof row === "object" && "system" in row ? Object.values(row.pipelines) : [])),
  ...figures.flatMap((figure) => ("pipelines" in figure ? figure.pipelines : [])),
];
