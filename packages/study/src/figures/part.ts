/** What figures draw of one run: read from its files, or from its record. */
import { parseWith } from "@gumbel/config";
import type { RunRecord } from "@gumbel/records";
import { type Artifacts, type Evaluation, evaluationSchema } from "@gumbel/tables";
import type { StudyFigure } from "@gumbel/workspace";
import type { z } from "zod";

/** A kind of data that figures draw of one run of a pipeline. */
export interface Part<Figure extends StudyFigure = StudyFigure, Data = unknown> {
  /** Its name in a record; figures that draw the same have the same. */
  name(figure: Figure): string;
  /** Data that is kept in a record, as JSON. */
  schema: z.ZodType<Data>;
  /** Why a run has none. */
  missing: string;
  /**
   * Makes the data from a run's files; undefined if there is none in them.
   *
   * @throws UserError if a file is not as its stage wrote it
   */
  read(figure: Figure, files: RunFiles): Promise<Data | undefined>;
}

/** A function that opens the output of a finished stage. */
export type OpenStage = (stage: "ingest" | "train" | "extract" | "evaluate") => Promise<Artifacts>;

/** Files of a finished run. */
export interface RunFiles {
  open: OpenStage;
  evaluation: Evaluation;
  /** The run that figures show: the one with the lowest loss. */
  seed: number;
  /** Class of each of its clusters; -1 for a spare one. */
  assignment: number[];
  /** Options of its system. */
  options: Record<string, unknown>;
}

/** @throws UserError if the pipeline has not been evaluated */
export async function runFiles(
  pipeline: string,
  options: Record<string, unknown>,
  open: OpenStage,
): Promise<RunFiles> {
  const evaluation = parseWith(
    evaluationSchema,
    await (await open("evaluate")).json("evaluation.json"),
    `${pipeline}/evaluate/evaluation.json`,
  );
  const seed = evaluation.selectedSeed;
  const { assignment } = evaluation.runs.find((run) => run.seed === seed) ?? evaluation.runs[0]!;
  return { open, evaluation, seed, assignment, options };
}

/** The data of a part in a record; undefined if it keeps none. */
export function recordedPart<Figure extends StudyFigure, Data>(
  part: Part<Figure, Data>,
  figure: Figure,
  { pipeline, drawn }: Pick<RunRecord, "pipeline" | "drawn">,
): Data | undefined {
  const name = part.name(figure);
  const data = drawn?.parts[name];
  return data === undefined ? undefined : parseWith(part.schema, data, `record of ${pipeline}, ${name}`);
}
