/**
 * The plan: one small file per stage, written by `plan` from pipeline.json. A stage reads its own plan file
 * and nothing else of the configuration, so that turbo reruns it only when something it uses has changed.
 */
import { z } from "zod";
import { departureFields } from "./departureFields.js";
import { engineNames } from "./environment.js";
import {
  adamFields,
  evaluateFields,
  extractFields,
  labelFields,
  profileNames,
  reportFields,
  sgdFields,
  trainFields,
} from "./pipeline.js";

const options = z.record(z.string(), z.unknown());
/** The runs to make: all of the pipeline's, or those that GUMBEL_SEEDS lists. */
const seeds = z.array(z.int().min(0)).min(1);
const common = {
  pipeline: z.string(),
  seed: z.int().min(0),
  /**
   * The code that the stage runs, by name: SHA-256 of its own, of the system's or the data set's, and the version of each
   * library that they import.
   */
  code: z.record(z.string(), z.string()),
};

export type EngineName = (typeof engineNames)[number];

/** The engine that the stage runs on, and no other. */
const engine = z.strictObject({
  name: z.enum(engineNames),
  /** Of a library that is built on this machine: its versions and platform; null for the others. */
  build: z.string().nullable(),
});
export type PlannedEngine = z.output<typeof engine>;

export const ingestPlanSchema = z.strictObject({
  ...common,
  dataset: z.string(),
  /** Checked by the data set's own schema, defaults filled in. */
  options,
  limit: z.int().nullable(),
  /** SHA-256 of each file and folder of data that it reads, by name; of a folder that of the names and contents of its files. */
  files: z.record(z.string(), z.string()),
  /** Number of draws of labelled examples: one for each run, with the seeds `labels.seed`, + 1, … */
  draws: z.int().min(1),
  labels: labelFields.nullable(),
});
export type IngestPlan = z.output<typeof ingestPlanSchema>;

const learningRate = z.number().positive();
const trainSplit = z.enum(["all", "train"]);

export const trainPlanSchema = z.strictObject({
  ...common,
  engine,
  model: z.string(),
  /** Checked by the model's own schema, defaults filled in. */
  options,
  seeds,
  /** Threads of each run. */
  threads: trainFields.shape.threads,
  epochs: z.int().min(0),
  batchSize: z.int().min(1),
  /** Labelled examples that come with every batch, beside `batchSize` others. */
  labelledPerBatch: z.int().min(0),
  optimizer: z.discriminatedUnion("name", [
    adamFields.extend({ learningRate }),
    sgdFields.extend({ learningRate }),
  ]),
  split: trainSplit,
  restarts: z.strictObject({ count: z.int().min(1), epochs: z.int().min(1) }),
  pretrainedFrom: z.string().nullable(),
  snapshots: trainFields.shape.snapshots,
});
export type TrainPlan = z.output<typeof trainPlanSchema>;

export const extractPlanSchema = z.strictObject({
  ...common,
  engine,
  model: z.string(),
  options,
  seeds,
  /** The split that was trained on. */
  split: trainSplit,
  ...extractFields.shape,
});
export type ExtractPlan = z.output<typeof extractPlanSchema>;

export const evaluatePlanSchema = z.strictObject({
  ...common,
  engine,
  seeds,
  /** True if the system was trained on labels, so that its clusters are classes. */
  trainedOnLabels: z.boolean(),
  ...evaluateFields.shape,
});
export type EvaluatePlan = z.output<typeof evaluatePlanSchema>;

/** A record that the headline of a report shows beside its run. */
const comparedRecord = z.strictObject({
  /** `best`: no other record of this data set has a better first headline figure. */
  as: z.enum(["ae-kmeans", "best"]),
  /** Full name of the record's system. */
  modelTitle: z.string(),
  profile: z.enum(profileNames),
  /** The record's headline figures over its runs, by name of the metric. */
  figures: z.record(
    z.string(),
    z.strictObject({ mean: z.number(), std: z.number().nullable(), n: z.int().min(1) }),
  ),
});
export type ComparedRecord = z.output<typeof comparedRecord>;

export const reportPlanSchema = z.strictObject({
  ...common,
  engine,
  ...reportFields.shape,
  profile: z.enum(profileNames),
  /** GUMBEL_SET of this run; null if it is as pipeline.json says. */
  set: z.string().nullable(),
  dataset: z.string(),
  model: z.string(),
  seeds,
  /** Full names of the data set and the system, and the system's citation. */
  datasetTitle: z.string(),
  modelTitle: z.string(),
  modelReference: z.string(),
  /** True for a system of the user's own. */
  ownSystem: z.boolean(),
  /** Address of the cited paper; null if none is known. */
  modelLink: z.url().nullable(),
  ...departureFields,
  /** The full profile's schedule, if it is another one than this run's; else null. */
  full: z.strictObject({ epochs: z.int(), seeds: z.int() }).nullable(),
  /** Records of the same data set and number of labels; none for data of one's own or drawn from a seed. */
  compared: z.array(comparedRecord),
  /** The studies that the pipeline is a member of or that show it. */
  studies: z.array(z.strictObject({ name: z.string(), title: z.string() })),
  /** The whole configuration with defaults, for the provenance section. */
  effective: options,
});
export type ReportPlan = z.output<typeof reportPlanSchema>;
