/** The data of a report, read from the files of the stages before it. */
import { readFile } from "node:fs/promises";
import type { NamedColumn } from "@gumbel/assignments";
import { UserError } from "@gumbel/config";
import { decodeSafetensors, type NamedArray } from "@gumbel/engine";
import { type Figures, figuresOf, openStages, readSamples, type Samples } from "@gumbel/results";
import type { Stage } from "@gumbel/stage";
import {
  type Artifacts,
  type Columns,
  column,
  type Examples,
  labelledRows,
  originalFile,
  readExamples,
  readOriginal,
  readSnapshots,
  readTable,
  type Snapshots,
} from "@gumbel/tables";

/** Kinds of pictures that a system can draw. */
export type SamplesName = "generated" | "style" | "reconstructions" | "interpolations";

/**
 * Data that every report needs is read at once. The rest is read and kept when the first section needs it, so that a bad file
 * affects only the sections that use it.
 */
export interface ReportData extends Figures {
  /** The project's root, of which the page says nothing. */
  root: string;
  examples: Examples;
  /** Latents of the shown run, one row per example: `cluster` and those of `feature`, `z`, `probabilities` that the system has. */
  latents(): Promise<Columns>;
  /** Snapshots of the shown run; undefined if training took none. */
  snapshots(): Promise<Snapshots | undefined>;
  /** Rows of the labelled examples of the shown run, ascending; none if training saw no label. */
  labelled(): Promise<number[]>;
  /** Trained parameters of the shown run, by name; undefined if training stored none. */
  weights(): Promise<Map<string, NamedArray> | undefined>;
  /** Directions in the noise of the shown run, strongest first; undefined if it has none. */
  directions(): Promise<{ share: Float32Array; vectors: NamedArray } | undefined>;
  /** The user's own columns, in the order of the examples; undefined for a named data set. */
  original(): Promise<NamedColumn[] | undefined>;
  /** Pictures of the shown run; undefined if the system cannot draw them. */
  samples(name: SamplesName): Promise<Samples | undefined>;
  /** The same data with the run of another seed as the shown one. */
  ofSeed(seed: number): ReportData;
}

/** @throws UserError if a stage has not finished, or a file that every section needs is not as its stage wrote it */
export async function loadReportData({ plan, open, workspace }: Stage<"report">): Promise<ReportData> {
  const opened = await openStages(open);
  const { ingest, train, extract } = opened;
  const examples = await readExamples(await ingest.path("data.arrow"));
  const figures = await figuresOf(plan, opened, examples.info);
  const curves = once(figures.curves);
  const original = once(async () =>
    ingest.names.includes(originalFile) ? readOriginal(await ingest.path(originalFile)) : undefined,
  );
  const ofSeed = (selectedSeed: number): ReportData => {
    const shown = `seed-${selectedSeed}`;
    const shownRun = figures.training.runs.findIndex(({ seed }) => seed === selectedSeed);
    const samples = {
      generated: once(() => readSamples(extract, `${shown}/generated.arrow`, examples.d)),
      style: once(() => readSamples(extract, `${shown}/style.arrow`, examples.d)),
      interpolations: once(() => readSamples(extract, `${shown}/interpolations.arrow`, examples.d)),
      reconstructions: once(() => readSamples(extract, `${shown}/reconstructions.arrow`, examples.d)),
    };
    return {
      ...figures,
      evaluation: { ...figures.evaluation, selectedSeed },
      root: workspace.root,
      curves,
      examples,
      latents: once(async () => (await readTable(await extract.path(`${shown}/latents.arrow`))).columns),
      weights: once(() => readWeights(train, `${shown}/weights.safetensors`)),
      directions: once(() => readDirections(extract, `${shown}/directions.arrow`)),
      snapshots: once(() => readMoments(train, `${shown}/snapshots.arrow`, examples)),
      labelled: once(() => labelledRows(ingest, shownRun)),
      original,
      samples: (name) => samples[name](),
      ofSeed,
    };
  };
  return ofSeed(figures.evaluation.selectedSeed);
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
      what: "a snapshot holds an example that is not in the data",
      where: `train/${name}`,
      expected: `rows below ${n}`,
      hint: "run the train stage again",
    });
  }
  return snapshots;
}
