/** The state of every pipeline of a workspace, as entries of the overview. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { figureStages, parseWith, reportPlanSchema, stageNames, UserError } from "@gumbel/config";
import { checkCurrent } from "@gumbel/records";
import { loadFigures, type ReportSummary, reportSchema, settingsOf, summarise } from "@gumbel/results";
import { readLive, readRun, type StageName } from "@gumbel/stage";
import { Artifacts } from "@gumbel/tables";
import {
  artifactPath,
  listPipelines,
  localStudy,
  type PipelineFolder,
  readJson,
  readStudies,
  recordStudies,
} from "@gumbel/workspace";
import type { Common, Entry, Finished, Other } from "./entry.js";
import { linkTo, studyLinks } from "./links.js";
import { liveText, plannedEpochs } from "./progress.js";
import { recordOf } from "./record.js";
import { startOfRun } from "./start.js";

/** A pipeline, and the studies that name it. */
interface Pipeline extends Omit<PipelineFolder, "folder"> {
  studies: Common["studies"];
}

export interface Collected {
  entries: Entry[];
  /** The manifests that were read. */
  reads: { path: string; sha256: string }[];
}

/**
 * Entries of every pipeline under pipelines/, and of every other one with a finished report or evaluation. Cells of a sweep, which
 * have a page of their own, only by name.
 *
 * @param since time of the last overview: later runs count as computed, the others as cached; undefined if there was none
 * @param names only these pipelines
 */
export async function collect(
  root: string,
  since: Date | undefined,
  names?: readonly string[],
): Promise<Collected> {
  const entries: Entry[] = [];
  const reads: Collected["reads"] = [];
  const keepers = await recordStudies(root);
  const studiesOf = studyLinks(root, await readStudies(root));
  for (const found of await pipelinesOf(root)) {
    if (names ? !names.includes(found.name) : found.study === localStudy) continue;
    const pipeline = { ...found, studies: studiesOf(found) };
    const keeper = keepers.get(found.name);
    const look = async (what: () => Promise<Entry | undefined>): Promise<Entry | undefined> => {
      try {
        return await what();
      } catch (error) {
        // Whatever is wrong with one pipeline, the others are shown: a file may be damaged, or vanish while its pipeline runs.
        const { what, where } =
          error instanceof UserError ? error.problem : { what: String(error), where: undefined };
        return other(
          pipeline,
          "problem",
          where ? `${what} (${relativeTo(root, where)})` : what,
          rerun(pipeline),
        );
      }
    };
    const run = await look(() => lookAt(root, pipeline, since, reads));
    const record = keeper
      ? await look(() => recordOf(root, keepers, { ...pipeline, study: keeper }))
      : undefined;
    // A record of the run that is here adds nothing, and neither does "not run" beside a record.
    const isSame = run && record && "date" in run && "date" in record && run.date === record.date;
    if (run && !(run.state === "not run" && record)) entries.push(run);
    if (record && !isSame) entries.push(record);
  }
  return { entries, reads };
}

async function pipelinesOf(root: string): Promise<Omit<Pipeline, "studies">[]> {
  const pipelines = new Map<string, Omit<Pipeline, "studies">>(
    (await listPipelines(root)).map(({ name, study }) => [name, { name, study }]),
  );
  const artifacts = join(root, "artifacts");
  for (const name of existsSync(artifacts) ? await readdir(artifacts) : []) {
    const finished = ["report", "evaluate"].some((stage) =>
      existsSync(join(artifacts, name, stage, "manifest.json")),
    );
    if (finished && name !== "overview" && !pipelines.has(name)) pipelines.set(name, { name, study: null });
  }
  return [...pipelines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const other = (
  { name, study, studies }: Pipeline,
  state: Other["state"],
  what: string,
  hint: string | null,
): Other => ({
  id: name,
  pipeline: name,
  study,
  studies,
  state,
  what,
  hint,
});

const task = ({ study }: Pipeline): string => (study ? "evaluate" : "report");
const command = (pipeline: Pipeline): string =>
  `pnpm turbo run ${task(pipeline)} --filter=@pipelines/${pipeline.name}`;
const rerun = (pipeline: Pipeline): string => `run it again: ${command(pipeline)}`;

const relativeTo = (root: string, path: string): string => path.replace(`${root}/`, "");

/** Entry of a pipeline's files under artifacts/. */
async function lookAt(
  root: string,
  pipeline: Pipeline,
  since: Date | undefined,
  reads: Collected["reads"],
): Promise<Entry> {
  const { name, study, studies } = pipeline;
  const has = (stage: StageName): boolean => existsSync(artifactPath(root, name, stage, "manifest.json"));
  const open = async (stage: StageName): Promise<Artifacts> => {
    const opened = await Artifacts.open(artifactPath(root, name, stage));
    reads.push({ path: `${name}/${stage}/manifest.json`, sha256: opened.digest });
    return opened;
  };
  const common = { id: name, pipeline: name, study, studies, state: "finished", origin: "run" } as const;
  if (has("report")) {
    const opened = await open("report");
    const report = reportSchema.safeParse(await opened.json("report.json"));
    if (!report.success) {
      throw new UserError({
        what: "its report.json is not what this version of Gumbel writes",
        where: join(opened.folder, "report.json"),
      });
    }
    return {
      ...common,
      ...fromSummary(report.data),
      page: linkTo(root, name, "report"),
      notes: [...(await outdated(root, opened)), ...(await trainedSince(root, name))],
      start: await startOfRun(root, report.data.settings),
      ...(await originOfStages(root, name, since)),
    };
  }
  if (has("evaluate")) {
    for (const stage of figureStages) {
      await checkCurrent(root, name, await Artifacts.open(artifactPath(root, name, stage)));
    }
    const planFile = artifactPath(root, name, "plan", "report.json");
    const plan = parseWith(reportPlanSchema, await readJson(planFile), planFile);
    const figures = await loadFigures({ plan, open });
    const summary = summarise(figures, await figures.curves());
    return {
      ...common,
      ...fromSummary(summary),
      page: null,
      notes: [],
      start: await startOfRun(root, summary.settings),
      ...(await originOfStages(root, name, since)),
    };
  }
  const done = stageNames.filter(has);
  if (done.length === 0 && !existsSync(artifactPath(root, name, "plan"))) {
    return other(pipeline, "not run", "not run yet", command(pipeline));
  }
  const live = await readLive(root, name);
  if (live) {
    const { text } = liveText(live, await plannedEpochs(root, name));
    const hint =
      live.state === "running" ? `watch it: pnpm gumbel watch ${name}` : `resume it: ${command(pipeline)}`;
    return other(pipeline, live.state === "stopped" ? "unfinished" : live.state, text, hint);
  }
  const missing = stageNames.find((stage) => !has(stage))!;
  const what = done.length > 0 ? `it has got as far as ${done.at(-1)}` : "it has been planned";
  return other(
    pipeline,
    "unfinished",
    `${what}; ${missing} has not finished`,
    `resume it: ${command(pipeline)}`,
  );
}

function fromSummary(
  report: ReportSummary,
): Omit<Finished, keyof Common | "state" | "origin" | "page" | "notes" | "start" | "cached" | "ran"> {
  const { title, profile, dataset, model, variantOf, departures, metrics, curves, settings, runs, timings } =
    report;
  return {
    title,
    profile,
    dataset: { name: dataset.name, title: dataset.title, n: dataset.n },
    limited: settingsOf(settings).limit !== null,
    model: { name: model.name, title: model.title },
    variantOf,
    departures,
    madeWith: null,
    seeds: runs.length,
    runs,
    made: [],
    metrics,
    curves,
    settings: { profile, ...settings },
    seconds: Object.values(timings.seconds).reduce((sum, value) => sum + value, 0),
    date: timings.evaluatedAt,
  };
}

/** A note if the report is older than the files beside it. */
async function outdated(root: string, report: Artifacts): Promise<string[]> {
  try {
    await checkCurrent(root, report.manifest.pipeline, report);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.problem.what];
  }
}

/** A note on a training that has begun since: it runs, has failed or was stopped. */
async function trainedSince(root: string, name: string): Promise<string[]> {
  const live = await readLive(root, name);
  return live ? [`not these figures: ${liveText(live, await plannedEpochs(root, name)).text}`] : [];
}

/** Tolerance between the time of a file and the clock. */
const clockSeconds = 5;

/** The stages that ran since the last overview, and those that did not. */
async function originOfStages(
  root: string,
  name: string,
  since: Date | undefined,
): Promise<{ cached: string[]; ran: string[] }> {
  const cached: string[] = [];
  const ran: string[] = [];
  for (const stage of stageNames) {
    const folder = artifactPath(root, name, stage);
    const run = await readRun(folder);
    if (!run) continue;
    const started = Date.parse(run.startedAt);
    const written = (await stat(join(folder, "run.json"))).mtimeMs;
    const restored = written > started + (run.seconds + clockSeconds) * 1000;
    (restored || (since && started < since.getTime()) ? cached : ran).push(stage);
  }
  return { cached, ran };
}
