/** `gumbel new NAME --data FILE`: looks at the user's file, says what it sees, and writes a pipeline for it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { UserError } from "@gumbel/config";
import { type Look, lookAt } from "@gumbel/datasets";
import { type System, settingsFor } from "@gumbel/models";
import { findSystem } from "@gumbel/plan";
import { toCompactJson } from "@gumbel/workspace";
import { checkName, writeTasks } from "./newPipeline.js";
import { isProject, localPipelines, type PipelineKind, toolFolder } from "./template.js";
import { userPath } from "./userPath.js";

export interface FromFile {
  name: string;
  /** The file or the folder, from the current folder. */
  data: string;
  label: string | null;
  /** The column whose words are the features; null: every column is one. */
  text: string | null;
  /** Columns to leave out. */
  ignore: string[];
  missing: "error" | "drop" | "mean" | "median";
  /** What stands for a missing value, beside the usual marks. */
  missingValues: string[];
  /** A number or "auto"; undefined: the number of classes, or the answer to a question. */
  clusters: string | undefined;
  model: string;
}

/** Asks a question on the terminal; undefined if there is none. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/**
 * Creates a pipeline in pipelines/local/, which git does not see; in a project of the user's own in pipelines/.
 *
 * @throws UserError if the name is taken or invalid, the file cannot be read or prepared, or the number of clusters is unknown
 */
export async function newFromFile(root: string, wanted: FromFile, ask: Ask = terminal()): Promise<void> {
  const { name, model } = wanted;
  const kind: PipelineKind = {
    name,
    folder: `${isProject(root) ? "pipelines" : localPipelines}/${name}`,
    dataset: "file",
    model,
    pretrainedFrom: null,
    study: null,
    tool: toolFolder(root),
  };
  await checkName(root, kind);
  const system = await findSystem(root, model);
  const data = userPath(wanted.data);
  const { look, label, text } = await lookAndAsk(data, wanted, ask);
  const { shape, range, columns } = await look.info();
  for (const { what, hint } of columns?.doubts ?? []) console.log(`${what}; to try: ${hint}`);
  const clusters = await clustersOf(wanted, look, ask);

  const folder = join(root, kind.folder);
  const config = configOf(kind, system, { n: look.training, shape, range }, clusters, look, {
    path: relative(folder, data).replaceAll("\\", "/"),
    ...(label !== null && { label }),
    ...(text !== null && { text }),
    ...(wanted.ignore.length > 0 && { ignore: wanted.ignore }),
    ...(wanted.missing !== "error" && { missing: wanted.missing }),
    ...(wanted.missingValues.length > 0 && { missingValues: wanted.missingValues }),
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "pipeline.json"), toCompactJson(config));
  await writeTasks(folder, kind);
  console.log(`\ncreated ${kind.folder}; its settings: ${kind.folder}/pipeline.json`);
  console.log(`run it: pnpm turbo run report --filter=@pipelines/${name}`);
}

/** Looks at the file and, on a terminal, asks whether what could be the label is, and whether a column of sentences is all that counts. */
async function lookAndAsk(
  data: string,
  { label, text, ignore, missing, missingValues }: FromFile,
  ask: Ask,
): Promise<{ look: Look; label: string | null; text: string | null }> {
  let look = await lookAt(data, { label, text, ignore, missing, missingValues });
  console.log([data, ...look.notes.map((note) => `  ${note}`), ...shortened(look.columns)].join("\n"));
  const confirmed = async (
    proposed: string | null,
    question: string,
    hint: string,
  ): Promise<string | null> => {
    if (proposed === null) return null;
    if (ask) return /^\s*n/i.test(await ask(`${question} [Y/n] `)) ? null : proposed;
    console.log(hint);
    return null;
  };
  const { proposedLabel, proposedText } = look;
  const newLabel = await confirmed(
    proposedLabel,
    `Is "${proposedLabel}" the class of each row, which training must not see?`,
    `"${proposedLabel}" could be the class of each row; if it is: --label ${proposedLabel}`,
  );
  const newText = await confirmed(
    proposedText,
    `Are the words of "${proposedText}" the features, and nothing else?`,
    `"${proposedText}" has sentences; to cluster the rows by its words alone: --text ${proposedText}`,
  );
  const answers = { label: label ?? newLabel, text: text ?? newText };
  if (newLabel !== null || newText !== null)
    look = await lookAt(data, { ...answers, ignore, missing, missingValues });
  return { look, ...answers };
}

/** The most columns that are listed. */
const mostLines = 40;

const shortened = (columns: string[]): string[] => [
  ...columns.slice(0, mostLines).map((line) => `  ${line}`),
  ...(columns.length > mostLines ? [`  … ${columns.length - mostLines} more columns`] : []),
];

async function clustersOf(
  { clusters }: FromFile,
  { classes, proposedLabel, training }: Look,
  ask: Ask,
): Promise<number | "auto"> {
  const given =
    clusters ?? (classes.length > 1 ? String(classes.length) : await ask?.("How many clusters, or auto? "));
  if (given?.trim() === "auto") return "auto";
  const count = Number(given);
  if (given !== undefined && Number.isInteger(count) && count >= 2 && count <= training) return count;
  const label = proposedLabel === null ? "" : `, or --label ${proposedLabel}, whose classes are counted`;
  const problem = count > training ? `is more than the ${training} rows` : "is not a number of clusters";
  throw new UserError({
    what: given === undefined ? "the number of clusters is not known" : `"${given}" ${problem}`,
    where: "--clusters",
    expected: `a whole number from 2 to ${training}, or auto`,
    hint: `give --clusters${label}`,
  });
}

/** pipeline.json: options and a quick profile that suit the size of the data, and the system's own schedule on three seeds. */
function configOf(
  { folder, model }: PipelineKind,
  system: System,
  data: Parameters<typeof settingsFor>[1],
  clusters: number | "auto",
  look: Look,
  dataset: object,
): object {
  const { training, optionsSchema } = system;
  const own = settingsFor(system, data);
  // A system whose clusters are the classes has no such option.
  const takesClusters = optionsSchema.safeParse({ clusters: 2 }).success;
  return {
    $schema: relative(folder, "pipelines/pipeline.schema.json").replaceAll("\\", "/"),
    dataset: { name: "file", ...dataset },
    model: { name: model, ...(takesClusters && { clusters }), ...own.model },
    ...(training.labelledPerBatch && { labels: { count: labelCount(look, model) } }),
    ...(own.train.batchSize && { train: own.train }),
    profiles: { quick: own.quick, full: { train: { ...own.full, seeds: 3 } } },
  };
}

/**
 * How many labels training sees: ten of each class, as in the benchmarks on MNIST, but no more than a quarter of the rows, and than
 * three quarters of the labels, so that some are left to compare with; and one of each class.
 *
 * @throws UserError if there are no two classes
 */
function labelCount({ training, labelled, classes: { length }, proposedLabel }: Look, model: string): number {
  if (length < 2) {
    throw new UserError({
      what: `${model} learns from examples whose class is known, and there are none`,
      where: "--label",
      expected: "the column of a class, blank where it is not known",
      ...(proposedLabel !== null && { hint: `give --label ${proposedLabel}, if that is the class` }),
    });
  }
  return Math.max(length, Math.min(10 * length, Math.floor(training / 4), Math.floor((3 * labelled) / 4)));
}

/** Asks the person at the terminal; undefined if there is none. */
export function terminal(): Ask {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  };
}
