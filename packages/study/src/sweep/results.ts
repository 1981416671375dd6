/** Where each cell of a sweep stands, and which is best by the criterion. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { figureStages, profileNames } from "@gumbel/config";
import { describeMetrics, needsLabels, summarize } from "@gumbel/metrics";
import { bestOf } from "@gumbel/results";
import { localStudy } from "@gumbel/workspace";
import { z } from "zod";
import { type MemberRun, Members } from "../tables/members.js";
import type { Cell, Sweep } from "./file.js";

const cellSchema = z.strictObject({
  pipeline: z.string().describe("The cell's pipeline, in studies/local/<sweep>/."),
  settings: z.record(z.string(), z.json()).describe("Its value of each field of `vary`."),
  state: z
    .enum(["finished", "failed", "not finished"])
    .describe("failed: the last try ended with an error; not finished: some of its seeds are missing."),
  error: z.string().nullable().describe("Why it failed."),
  seeds: z.array(z.int()).describe("The runs that its figures are of."),
  figures: z
    .record(z.string(), z.strictObject({ mean: z.number(), std: z.number().nullable(), n: z.int() }))
    .describe("By name of the metric, over the seeds; `loss` is the last epoch's total objective."),
});
export type CellResult = z.output<typeof cellSchema>;

export const sweepResultSchema = z
  .strictObject({
    sweep: z.string(),
    pipeline: z.string(),
    profile: z.enum(profileNames),
    criterion: z.strictObject({
      name: z.string(),
      better: z.enum(["low", "high"]),
      needsLabels: z.boolean().describe("True: the choice follows the labels."),
    }),
    fields: z.array(z.string()).describe("The fields with several values."),
    best: z
      .string()
      .nullable()
      .describe(
        "The finished cell with the best mean, of those that have the criterion of every seed; null if there is none.",
      ),
    cells: z.array(cellSchema).describe("In the order of the file's values, the last field fastest."),
  })
  .describe("A sweep's cells: artifacts/<sweep>/sweep/sweep.json.");
export type SweepResult = z.output<typeof sweepResultSchema>;

/** Reads what the cells have left, whether or not a run is going on. */
export async function readResults(root: string, sweep: Sweep): Promise<SweepResult> {
  const { name, pipeline, profile, fields, criterion, better } = sweep;
  const members = await Members.of(root, localStudy);
  const cells: CellResult[] = [];
  for (const cell of sweep.cells) cells.push(await readCell(root, cell, sweep, members));
  // A run that lacks the figure, as without clusters, would leave the mean to the others.
  const ranked = cells.flatMap(({ pipeline, state, seeds, figures }) => {
    const figure = figures[criterion];
    const isWhole = state === "finished" && figure?.n === seeds.length;
    return isWhole && Number.isFinite(figure.mean) ? [{ pipeline, value: figure.mean }] : [];
  });
  return {
    sweep: name,
    pipeline,
    profile,
    criterion: { name: criterion, better, needsLabels: criterion !== "loss" && needsLabels(criterion) },
    fields,
    best: ranked.length > 0 ? bestOf(better, ranked)!.pipeline : null,
    cells,
  };
}

/** Seconds that the stages of a pipeline took for each of its runs; undefined if it has not run. */
export async function secondsPerSeed(
  root: string,
  pipelines: readonly string[],
): Promise<number | undefined> {
  const members = await Members.of(root, localStudy);
  for (const pipeline of pipelines) {
    const run = await computed(members, pipeline);
    const last = run?.made.at(-1);
    if (last) return Object.values(last.seconds).reduce((sum, each) => sum + each, 0) / last.seeds.length;
  }
  return undefined;
}

/** A finished run of a pipeline that lies here. */
async function computed(members: Members, pipeline: string): Promise<MemberRun | undefined> {
  const { runs } = await members.read(pipeline, await members.describe(pipeline));
  return runs.find(({ origin }) => origin === "computed");
}

async function readCell(root: string, cell: Cell, { profile }: Sweep, members: Members): Promise<CellResult> {
  const { name, settings, seeds } = cell;
  const result: CellResult = {
    pipeline: name,
    settings: Object.fromEntries(settings.map(({ field, value }) => [field, value])),
    state: "not finished",
    error: null,
    seeds: [],
    figures: {},
  };
  const folder = join(root, cell.folder);
  if (!existsSync(join(folder, "pipeline.json"))) return result;
  const run = await computed(members, name);
  if (run?.profile === profile && run.settings === "current") {
    result.seeds = run.runs.map(({ seed }) => seed);
    result.figures = figuresOf(run);
    if (seeds.every((seed) => result.seeds.includes(seed))) return { ...result, state: "finished" };
  }
  const error = await lastError(folder);
  return error === null ? result : { ...result, state: "failed", error };
}

/** The figures that the run has, in the order in which they are shown; the loss last. */
function figuresOf({ summary, runs }: MemberRun): CellResult["figures"] {
  const names = Object.keys(summary).filter((name) => summary[name] != null);
  const figures = describeMetrics(names).map(({ name }) => [name, summary[name]!] as const);
  const losses = runs.flatMap(({ loss }) => loss ?? []);
  const loss = losses.length === runs.length ? [["loss", summarize(losses)] as const] : [];
  return Object.fromEntries([...figures, ...loss]);
}

/** The error at the end of the log that turbo wrote last; null if the task ended well or was interrupted. */
async function lastError(folder: string): Promise<string | null> {
  const logs = ["plan", ...figureStages].map((task) => join(folder, ".turbo", `turbo-${task}.log`));
  const found = await Promise.all(
    logs
      .filter((path) => existsSync(path))
      .map(async (path) => ({ path, written: (await stat(path)).mtimeMs })),
  );
  if (found.length === 0) return null;
  const { path } = found.reduce((a, b) => (b.written >= a.written ? b : a));
  const text = stripVTControlCharacters(await readFile(path, "utf8"));
  const [, error] = /^error: ([\s\S]*)$/m.exec(text) ?? [];
  return error === undefined ? null : error.replace(/^\s*(?:ELIFECYCLE|\[ELIFECYCLE\]).*$/gm, "").trim();
}
