/** Everything a report shows, read once from what the stages before it wrote. */

import { readFile } from "node:fs/promises";
import {
  type Artifacts,
  type Columns,
  type EpochRecord,
  type Evaluation,
  type Examples,
  epochRecordSchema,
  evaluationSchema,
  type Run,
  readExamples,
  readRun,
  readTable,
  type Stage,
  type StageName,
  type TrainSummary,
  trainSummarySchema,
} from "@gumbel/artifacts";
import { parseWith, type ReportPlan } from "@gumbel/config";
import { type Published, publishedFor } from "./published/published.js";

/** Pictures by row and column, in the model's input scale. */
export interface Samples {
  rows: number;
  columns: number;
  /** rows × columns × d */
  values: Float32Array;
}

export interface ReportData {
  plan: ReportPlan;
  examples: Examples;
  training: TrainSummary;
  /** Records by seed, in the order of the runs. */
  curves: { seed: number; records: EpochRecord[] }[];
  evaluation: Evaluation;
  published: Map<string, Published>;
  /** Of the selected run, one row per example: `cluster` and what the system has of `feature`, `z`, `probabilities`. */
  latents: Columns;
  generated: Samples | undefined;
  style: Samples | undefined;
  reconstructions: Samples | undefined;
  /** run.json and manifest of each stage before this one. */
  stages: { name: StageName; run: Run | undefined; manifest: Artifacts["manifest"] }[];
}

export async function loadReportData(stage: Stage<"report">): Promise<ReportData> {
  const { plan } = stage;
  const ingest = await stage.open("ingest");
  const train = await stage.open("train");
  const extract = await stage.open("extract");
  const evaluate = await stage.open("evaluate");

  const evaluationFile = await evaluate.path("evaluation.json");
  const evaluation = parseWith(
    evaluationSchema,
    JSON.parse(await readFile(evaluationFile, "utf8")),
    evaluationFile,
  );
  const training = parseWith(trainSummarySchema, await train.json("summary.json"), "train/summary.json");
  const examples = await readExamples(await ingest.path("data.arrow"));
  const shown = `seed-${evaluation.selectedSeed}`;
  const samples = async (name: string): Promise<Samples | undefined> =>
    extract.names.includes(`${shown}/${name}.arrow`)
      ? readSamples(await extract.path(`${shown}/${name}.arrow`))
      : undefined;

  return {
    plan,
    examples,
    training,
    curves: await Promise.all(
      training.runs.map(async ({ seed }) => ({
        seed,
        records: await readRecords(await train.path(`seed-${seed}/metrics.jsonl`)),
      })),
    ),
    evaluation,
    published: publishedFor(
      examples.info.name,
      plan.model,
      (plan.effective.labels as { count: number } | null)?.count ?? null,
    ),
    latents: (await readTable(await extract.path(`${shown}/latents.arrow`))).columns,
    generated: await samples("generated"),
    style: await samples("style"),
    reconstructions: await samples("reconstructions"),
    stages: await Promise.all(
      ([ingest, train, extract, evaluate] as const).map(async ({ manifest, folder }) => ({
        name: manifest.stage as StageName,
        manifest,
        run: await readRun(folder),
      })),
    ),
  };
}

async function readRecords(path: string): Promise<EpochRecord[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line, i) => parseWith(epochRecordSchema, JSON.parse(line), `${path}:${i + 1}`));
}

async function readSamples(path: string): Promise<Samples> {
  const { columns } = await readTable(path);
  const size = (name: string): number =>
    (columns[name]!.values as Int32Array).reduce((most, value) => Math.max(most, value + 1), 0);
  return { rows: size("row"), columns: size("column"), values: columns.values!.values as Float32Array };
}
