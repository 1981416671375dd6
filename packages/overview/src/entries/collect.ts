/** The state of every pipeline of a workspace, as entries of the overview. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { figureStages, parseWith, reportPlanSchema, stageNames, UserError } from "@gumbel/config";
import { describeMetrics } from "@gumbel/metrics";
import { datasetTitle, systemTitle } from "@gumbel/plan";
import { checkCurrent, dateOf, readRecord } from "@gumbel/records";
import {
  finite,
  loadFigures,
  publishedFor,
  type ReportSummary,
  reportSchema,
  settingsOf,
  summarise,
} from "@gumbel/results";
import { readLive, readRun, type StageName } from "@gumbel/stage";
import { Artifacts } from "@gumbel/tables";
import {
  artifactPath,
  listPipelines,
  localStudy,
  type PipelineFolder,
  readJson,
  recordStudies,
} from "@gumbel/workspace";
import type { Entry, Finished, Other } from "./entry.js";
import { liveText } from "./progress.js";

type Pipeline = Omit<PipelineFolder, "folder">;

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
  const studies = await recordStudies(root);
  for (const pipeline of await pipelinesOf(root)) {
    if (names ? !names.includes(pipeline.name) : pipeline.study === localStudy) continue;
    const study = studies.get(pipeline.name);
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
    const record = study ? await look(() => recordOf(root, study, pipeline)) : undefined;
    // A record of the run that is here adds nothing, and neither does "not run" beside a record.
    const isSame = run && record && "date" in run && "date" in record && run.date === record.date;
    if (run && !(run.state === "not run" && record)) entries.push(run);
    if (record && !isSame) entries.push(record);
  }
  return { entries, reads };
}

async function pipelinesOf(root: string): Promise<Pipeline[]> {
  const pipelines = new Map<string, Pipeline>(
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
  { name, study }: Pipeline,
  state: Other["state"],
  what: string,
  hint: string | null,
): Other => ({
  id: name,
  pipeline: name,
  study,
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
  const { name, study } = pipeline;
  const has = (stage: StageName): boolean => existsSync(artifactPath(root, name, stage, "manifest.json"));
  const open = async (stage: StageName): Promise<Artifacts> => {
    const opened = await Artifacts.open(artifactPath(root, name, stage));
    reads.push({ path: `${name}/${stage}/manifest.json`, sha256: opened.digest });
    return opened;
  };
  const common = { id: name, pipeline: name, study, state: "finished", origin: "run" } as const;
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
      page: linkTo(root, name),
      notes: await outdated(root, opened),
      cached: await cachedStages(root, name, since),
    };
  }
  if (has("evaluate")) {
    for (const stage of figureStages) {
      await checkCurrent(root, name, await Artifacts.open(artifactPath(root, name, stage)));
    }
    const planFile = artifactPath(root, name, "plan", "report.json");
    const plan = parseWith(reportPlanSchema, await readJson(planFile), planFile);
    const figures = await loadFigures({ plan, open });
    return {
      ...common,
      ...fromSummary(summarise(figures, await figures.curves())),
      page: null,
      notes: [],
      cached: await cachedStages(root, name, since),
    };
  }
  const done = stageNames.filter(has);
  if (done.length === 0 && !existsSync(artifactPath(root, name, "plan"))) {
    return other(pipeline, "not run", "not run yet", command(pipeline));
  }
  const live = await readLive(root, name);
  if (live) {
    const { text } = liveText(live);
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

/** Link from the overview's page to a pipeline's. */
function linkTo(root: string, name: string): string {
  const path = relative(
    artifactPath(root, "overview", "report"),
    artifactPath(root, name, "report", "index.html"),
  );
  return path.split(sep).map(encodeURIComponent).join("/");
}

function fromSummary(
  report: ReportSummary,
): Omit<Finished, "id" | "pipeline" | "study" | "state" | "origin" | "page" | "notes" | "cached"> {
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

/** Tolerance between the time of a file and the clock. */
const clockSeconds = 5;

async function cachedStages(root: string, name: string, since: Date | undefined): Promise<string[]> {
  const cached: string[] = [];
  for (const stage of stageNames) {
    const folder = artifactPath(root, name, stage);
    const run = await readRun(folder);
    if (!run) continue;
    const started = Date.parse(run.startedAt);
    const written = (await stat(join(folder, "run.json"))).mtimeMs;
    const restored = written > started + (run.seconds + clockSeconds) * 1000;
    if (restored || (since && started < since.getTime())) cached.push(stage);
  }
  return cached;
}

async function recordOf(
  root: string,
  study: string,
  { name: pipeline }: Pipeline,
): Promise<Finished | undefined> {
  const record = await readRecord(root, study, pipeline);
  if (!record) return undefined;
  const { dataset, model, variantOf, departures, madeWith, labels, profile, limit } = record;
  const published = publishedFor(dataset, variantOf ?? model, labels);
  const { options, ...schedule } = record.settings;
  const metrics: Finished["metrics"] = {};
  for (const { name } of describeMetrics(Object.keys(record.summary))) {
    const figures = record.summary[name];
    if (!figures) continue;
    const theirs = published.get(name) ?? null;
    metrics[name] = {
      ...figures,
      published: theirs,
      difference: theirs && finite(figures.mean - theirs.value),
    };
  }
  return {
    id: `${pipeline}@record`,
    pipeline,
    study,
    state: "finished",
    origin: "record",
    page: null,
    notes: [],
    title: pipeline,
    profile,
    dataset: { name: dataset, title: await datasetTitle(dataset), n: record.data.examples },
    limited: limit !== null,
    model: { name: model, title: await systemTitle(root, model) },
    variantOf,
    departures,
    madeWith,
    seeds: record.runs.length,
    metrics,
    curves: [],
    settings: {
      profile,
      dataset: { name: dataset },
      model: { name: model, ...options },
      labels: labels === null ? null : { count: labels },
      ingest: { limit },
      train: { seeds: record.runs.length, ...schedule },
    },
    seconds: record.made
      .flatMap(({ seconds }) => Object.values(seconds))
      .reduce((sum, value) => sum + value, 0),
    date: dateOf(record),
    cached: null,
  };
}
