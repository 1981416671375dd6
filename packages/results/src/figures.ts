/** Figures of a pipeline, read from the files of its stages. */
import { join } from "node:path";
import { parseWith, type ReportPlan } from "@gumbel/config";
import { type InputsRecord, type Run, readInputs, readRun, type Stage, type StageName } from "@gumbel/stage";
import {
  type Artifacts,
  checkSummary,
  type DatasetInfo,
  type Evaluation,
  evaluationFields,
  readDatasetInfo,
  type TrainSummary,
  trainSummarySchema,
} from "@gumbel/tables";
import { z } from "zod";
import { type Curve, readCurve } from "./curves.js";
import { nullableNumber } from "./number.js";
import { type Published, publishedFor } from "./published.js";
import { settingsOf } from "./settings.js";

/** Figures of a pipeline, without its examples. */
export interface Figures {
  plan: ReportPlan;
  info: DatasetInfo;
  training: TrainSummary;
  evaluation: Evaluation;
  /** Published figures of this system, or of the one it is a variant of, on this data set, by the metric's name in evaluation.json. */
  published: Map<string, Published>;
  /** run.json, inputs.json and manifest of each stage before this one. */
  stages: {
    name: StageName;
    run: Run | undefined;
    inputs: InputsRecord | undefined;
    manifest: Artifacts["manifest"];
  }[];
  /** Reads the records of every run, in the order of the runs. */
  curves(): Promise<Curve[]>;
}

const lenientEvaluationSchema = evaluationFields
  .extend({
    summary: z.record(
      z.string(),
      z.strictObject({ mean: nullableNumber, std: z.number().nullable(), n: z.int().min(1) }).nullable(),
    ),
  })
  .superRefine(checkSummary);

/** Files of the stages of an evaluated pipeline. */
export type Opened = Record<"ingest" | "train" | "extract" | "evaluate", Artifacts>;

/**
 * Opens the stages before the report.
 *
 * @throws UserError if one of them has not finished
 */
export async function openStages(open: Stage<"report">["open"]): Promise<Opened> {
  return {
    ingest: await open("ingest"),
    train: await open("train"),
    extract: await open("extract"),
    evaluate: await open("evaluate"),
  };
}

/**
 * The figures of a pipeline that has been evaluated.
 *
 * @throws UserError if a stage has not finished, or a file is not as its stage wrote it
 */
export async function loadFigures({ plan, open }: Pick<Stage<"report">, "plan" | "open">): Promise<Figures> {
  const opened = await openStages(open);
  // Only the data's description: no figure depends on the examples, and digesting those of many pipelines takes a minute.
  return figuresOf(plan, opened, await readDatasetInfo(join(opened.ingest.folder, "data.arrow")));
}

/**
 * The figures that follow from opened stages.
 *
 * @param info of the pipeline's data
 * @throws UserError if a file is not as its stage wrote it
 */
export async function figuresOf(plan: ReportPlan, opened: Opened, info: DatasetInfo): Promise<Figures> {
  const { train, evaluate } = opened;
  const evaluation = parseWith(
    lenientEvaluationSchema,
    await evaluate.json("evaluation.json"),
    "evaluate/evaluation.json",
  );
  const training = parseWith(trainSummarySchema, await train.json("summary.json"), "train/summary.json");
  return {
    plan,
    info,
    training,
    evaluation,
    published: publishedFor(info.name, plan.variantOf ?? plan.model, settingsOf(plan.effective).labels),
    stages: await Promise.all(
      Object.values(opened).map(async ({ manifest, folder }) => ({
        name: manifest.stage as StageName,
        manifest,
        run: await readRun(folder),
        inputs: await readInputs(folder),
      })),
    ),
    curves: () => Promise.all(training.runs.map(({ seed }) => readCurve(train, seed))),
  };
}
