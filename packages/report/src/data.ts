/** Everything a report shows, read from what the stages before it wrote. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseWith, type ReportPlan, UserError } from "@gumbel/config";
import { decodeSafetensors, type NamedArray } from "@gumbel/engine";
import { type InputsRecord, type Run, readInputs, readRun, type Stage, type StageName } from "@gumbel/stage";
import {
  type Artifacts,
  type Columns,
  column,
  type DatasetInfo,
  type EpochRecord,
  type Evaluation,
  type Examples,
  epochRecordSchema,
  evaluationSchema,
  labelledSchema,
  readDatasetInfo,
  readExamples,
  readSnapshots,
  readTable,
  type Snapshots,
  type TrainSummary,
  trainSummarySchema,
} from "@gumbel/tables";
import { z } from "zod";
import { type Published, publishedFor } from "./published/published.js";

/** Pictures by row and column, in the model's input scale. */
export interface Samples {
  rows: number;
  columns: number;
  /** rows × columns × d */
  values: Float32Array;
}

/** What training wrote of one run, a record per epoch. A loss that was not a number is NaN. */
export interface Curve {
  seed: number;
  records: EpochRecord[];
}

/** The pictures that a system can draw. */
export type SamplesName = "generated" | "style" | "reconstructions" | "interpolations";

/** What a pipeline found, without any example. */
export interface Figures {
  plan: ReportPlan;
  info: DatasetInfo;
  training: TrainSummary;
  evaluation: Evaluation;
  /** What is published for this system on this data set, by the metric's name in evaluation.json. */
  published: Map<string, Published>;
  /** run.json, inputs.json and manifest of each stage before this one. */
  stages: {
    name: StageName;
    run: Run | undefined;
    inputs: InputsRecord | undefined;
    manifest: Artifacts["manifest"];
  }[];
  /** Of every run, in the order of the runs. */
  curves(): Promise<Curve[]>;
}

/**
 * What there is no report without is read at once. The rest is read when the first section asks for it and kept, so
 * that a bad file takes away the sections that need it and no other.
 */
export interface ReportData extends Figures {
  examples: Examples;
  /** Of the shown run, one row per example: `cluster` and what the system has of `feature`, `z`, `probabilities`. */
  latents(): Promise<Columns>;
  /** Of the shown run; undefined where training took none. */
  snapshots(): Promise<Snapshots | undefined>;
  /** Rows of the examples that kept their label in the shown run, ascending; none where training saw no label. */
  labelled(): Promise<number[]>;
  /** The trained parameters of the shown run, by name; undefined where training kept none. */
  weights(): Promise<Map<string, NamedArray> | undefined>;
  /** Ways to move the shown run's noise, strongest first; undefined where it has none. */
  directions(): Promise<{ share: Float32Array; vectors: NamedArray } | undefined>;
  /** Of the shown run; undefined where the system cannot draw them. */
  samples(name: SamplesName): Promise<Samples | undefined>;
}

/** JSON has no NaN: what was one stands there as null. */
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const recordSchema = epochRecordSchema.extend({ loss: number, terms: z.record(z.string(), number) });

const lenientEvaluationSchema = evaluationSchema.extend({
  summary: z.record(
    z.string(),
    z.strictObject({ mean: number, std: z.number().nullable(), n: z.int().min(1) }).nullable(),
  ),
});

/** What the stages before the report wrote. */
type Opened = Record<"ingest" | "train" | "extract" | "evaluate", Artifacts>;

async function openAll(open: Stage<"report">["open"]): Promise<Opened> {
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
 * @throws UserError where a stage has not finished, or what it wrote is not as it wrote it.
 */
export async function loadFigures({ plan, open }: Pick<Stage<"report">, "plan" | "open">): Promise<Figures> {
  const opened = await openAll(open);
  // Its description alone: no figure follows from it, and to digest the examples of many pipelines takes a minute.
  return figuresOf(plan, opened, await readDatasetInfo(join(opened.ingest.folder, "data.arrow")));
}

async function figuresOf(plan: ReportPlan, opened: Opened, info: DatasetInfo): Promise<Figures> {
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
    published: publishedFor(info.name, plan.model, labelsOf(plan)),
    stages: await Promise.all(
      Object.values(opened).map(async ({ manifest, folder }) => ({
        name: manifest.stage as StageName,
        manifest,
        run: await readRun(folder),
        inputs: await readInputs(folder),
      })),
    ),
    curves: once(() => Promise.all(training.runs.map(({ seed }) => readCurve(train, seed)))),
  };
}

/** @throws UserError where a stage has not finished, or what every section needs is not as its stage wrote it. */
export async function loadReportData({ plan, open }: Stage<"report">): Promise<ReportData> {
  const opened = await openAll(open);
  const { ingest, train, extract } = opened;
  const examples = await readExamples(await ingest.path("data.arrow"));
  const figures = await figuresOf(plan, opened, examples.info);
  const shown = `seed-${figures.evaluation.selectedSeed}`;
  const samples = {
    generated: once(() => readSamples(extract, `${shown}/generated.arrow`, examples.d)),
    style: once(() => readSamples(extract, `${shown}/style.arrow`, examples.d)),
    interpolations: once(() => readSamples(extract, `${shown}/interpolations.arrow`, examples.d)),
    reconstructions: once(() => readSamples(extract, `${shown}/reconstructions.arrow`, examples.d)),
  };
  return {
    ...figures,
    examples,
    latents: once(async () => (await readTable(await extract.path(`${shown}/latents.arrow`))).columns),
    weights: once(() => readWeights(train, `${shown}/weights.safetensors`)),
    directions: once(() => readDirections(extract, `${shown}/directions.arrow`)),
    snapshots: once(() => readMoments(train, `${shown}/snapshots.arrow`, examples)),
    labelled: once(() => readLabelled(ingest, figures)),
    samples: (name) => samples[name](),
  };
}

/** How many training examples kept their label; null without any, as in the published tables. */
function labelsOf({ effective }: ReportPlan): number | null {
  return z.looseObject({ count: z.int() }).nullable().catch(null).parse(effective.labels)?.count ?? null;
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/** What training wrote of one run; no records where it has none. */
export async function readCurve(train: Artifacts, seed: number): Promise<Curve> {
  const name = `seed-${seed}/metrics.jsonl`;
  if (!train.names.includes(name)) return { seed, records: [] };
  const lines = (await readFile(await train.path(name), "utf8")).split("\n").filter((line) => line !== "");
  return {
    seed,
    records: lines.map((line, i) => parseWith(recordSchema, parseJson(line), `train/${name}:${i + 1}`)),
  };
}

/** Text that is not JSON is left to the schema to complain of. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readWeights(train: Artifacts, name: string): Promise<Map<string, NamedArray> | undefined> {
  if (!train.names.includes(name)) return undefined;
  return decodeSafetensors(await readFile(await train.path(name))).arrays;
}

async function readDirections(
  extract: Artifacts,
  name: string,
): Promise<{ share: Float32Array; vectors: NamedArray } | undefined> {
  if (!extract.names.includes(name)) return undefined;
  const table = await readTable(await extract.path(name));
  const { values, width } = column(table, "noise", Float32Array);
  return {
    share: column(table, "share", Float32Array).values,
    vectors: { shape: [table.rows, width], values },
  };
}

async function readMoments(train: Artifacts, name: string, { n }: Examples): Promise<Snapshots | undefined> {
  if (!train.names.includes(name)) return undefined;
  const snapshots = await readSnapshots(await train.path(name));
  if (snapshots.index.some((row) => row >= n)) {
    throw new UserError({
      what: "a snapshot is of an example that the data does not have",
      where: `train/${name}`,
      expected: `rows below ${n}`,
      hint: "run the train stage again",
    });
  }
  return snapshots;
}

/** The draw of labelled examples that the shown run was trained on. */
async function readLabelled(ingest: Artifacts, { evaluation, training }: Figures): Promise<number[]> {
  if (!ingest.names.includes("labelled.json")) return [];
  const { draws } = parseWith(labelledSchema, await ingest.json("labelled.json"), "ingest/labelled.json");
  return draws[training.runs.findIndex(({ seed }) => seed === evaluation.selectedSeed)]?.indices ?? [];
}

/** Pictures that extract wrote; undefined where it wrote none of that name. */
export async function readSamples(extract: Artifacts, name: string, d: number): Promise<Samples | undefined> {
  if (!extract.names.includes(name)) return undefined;
  return readGrid(await extract.path(name), d, `extract/${name}`);
}

/** @throws UserError where the file does not hold a full grid of pictures of `d` values. */
export async function readGrid(path: string, d: number, where: string): Promise<Samples> {
  const { columns } = await readTable(path);
  const size = (column: string): number =>
    Array.from(columns[column]?.values ?? []).reduce((most, value) => Math.max(most, value + 1), 0);
  const samples = { rows: size("row"), columns: size("column"), values: columns.values?.values };
  if (
    !(samples.values instanceof Float32Array) ||
    samples.values.length !== samples.rows * samples.columns * d
  ) {
    throw new UserError({
      what: "the pictures are not a full grid of rows and columns",
      where,
      expected: `rows × columns × ${d} values; found ${samples.rows} × ${samples.columns}, ${samples.values?.length ?? 0} values`,
      hint: "run the extract stage again",
    });
  }
  return { ...samples, values: samples.values };
}
