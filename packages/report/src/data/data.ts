/** Everything a report shows, read from what the stages before it wrote. */
import { readFile } from "node:fs/promises";
import { parseWith, UserError } from "@gumbel/config";
import { decodeSafetensors, type NamedArray } from "@gumbel/engine";
import { type Figures, figuresOf, openStages, readSamples, type Samples } from "@gumbel/results";
import type { Stage } from "@gumbel/stage";
import {
  type Artifacts,
  type Columns,
  column,
  type Examples,
  labelledSchema,
  readExamples,
  readSnapshots,
  readTable,
  type Snapshots,
} from "@gumbel/tables";

/** The pictures that a system can draw. */
export type SamplesName = "generated" | "style" | "reconstructions" | "interpolations";

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

/** @throws UserError where a stage has not finished, or what every section needs is not as its stage wrote it. */
export async function loadReportData({ plan, open }: Stage<"report">): Promise<ReportData> {
  const opened = await openStages(open);
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
    curves: once(figures.curves),
    examples,
    latents: once(async () => (await readTable(await extract.path(`${shown}/latents.arrow`))).columns),
    weights: once(() => readWeights(train, `${shown}/weights.safetensors`)),
    directions: once(() => readDirections(extract, `${shown}/directions.arrow`)),
    snapshots: once(() => readMoments(train, `${shown}/snapshots.arrow`, examples)),
    labelled: once(() => readLabelled(ingest, figures)),
    samples: (name) => samples[name](),
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
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
