/** Members of a study: their runs under artifacts/, their records, and their current settings. */
import { isDeepStrictEqual } from "node:util";
import { type Departure, limitField, type ProfileName, UserError } from "@gumbel/config";
import { completedOptions, datasetTitle, makePlans, systemTitle } from "@gumbel/plan";
import {
  configDigests,
  dateOf,
  type RunCurves,
  type RunRecord,
  readFinishedRun,
  readRecord,
  readRecords,
  secondsOf,
  settingsSchema,
} from "@gumbel/records";
import { readCurve } from "@gumbel/results";
import { Artifacts } from "@gumbel/tables";
import {
  artifactPath,
  listPipelines,
  type PipelineFolder,
  recordStudies,
  type Study,
  type StudyFigure,
} from "@gumbel/workspace";
import { keptCurves } from "../figures/curves.js";
import { estimatedSeconds } from "../figures/missing.js";
import { type OpenStage, type Part, recordedPart, runFiles } from "../figures/part.js";

/** A run of a member, with the fields that cells need. */
export interface MemberRun extends Omit<RunRecord, "settings" | "drawn"> {
  /** Names it in the page: `usps-dec-record`. */
  id: string;
  /** The options of the system and its schedule. */
  used: RunRecord["settings"];
  /** `computed`: the run is under artifacts/ here; `record`: of an earlier run. */
  origin: "computed" | "record";
  /** `current` if pipeline.json still has the settings of the run. */
  settings: "current" | "other";
  /** Epochs of the full profile if this is a shorter run, and its own; null if it is not. */
  share: { epochs: number; full: number } | null;
  /** Date of the evaluation of its latest seed. */
  date: string;
  /** The run whose weights it starts from; null if there is none, or none is found. */
  start: Start | null;
  /** True if the study says that its settings were chosen by looking at labels. */
  chosenByLabels: boolean;
}

/** The run whose weights another one starts from. */
export interface Start {
  pipeline: string;
  departures: Departure[];
  /** Of all its stages, and of those of the run that it starts from in its turn. */
  seconds: number;
}

/** The properties of a run that a reader must know before comparing its figures. */
export type Provenance = Pick<
  MemberRun,
  | "id"
  | "origin"
  | "profile"
  | "settings"
  | "share"
  | "madeWith"
  | "limit"
  | "variantOf"
  | "departures"
  | "start"
  | "chosenByLabels"
  | "date"
>;

export interface Member {
  /** The first is the one to show. */
  runs: MemberRun[];
  /** Reasons why a run or record is not shown. */
  problems: string[];
}

/** Data set, system and labels of the runs that a cell shows. */
export interface Belonging {
  dataset: string;
  model: string;
  /** Number of training examples that keep their label; null if none do. */
  labels: number | null;
}

/** Reads the members of one study. */
export class Members {
  readonly #root: string;
  readonly #study: string;
  readonly #pipelines: Map<string, PipelineFolder>;
  readonly #chosenByLabels: string[];
  /** The study that keeps the record of each pipeline. */
  readonly #keepers: Map<string, string>;
  /** Every run that was read, once. */
  readonly runs = new Map<string, MemberRun>();
  /** Every record of the project, once one is asked for. */
  #all: Promise<RunRecord[]> | undefined;
  /** The plans of each pipeline and profile, made once. */
  readonly #planned = new Map<string, ReturnType<typeof makePlans>>();
  /** The record of each run that is one. */
  readonly #records = new Map<string, RunRecord>();

  private constructor(
    root: string,
    study: string,
    pipelines: PipelineFolder[],
    keepers: Map<string, string>,
    chosenByLabels: string[],
  ) {
    this.#root = root;
    this.#study = study;
    this.#keepers = keepers;
    this.#pipelines = new Map(pipelines.map((pipeline) => [pipeline.name, pipeline]));
    this.#chosenByLabels = chosenByLabels;
  }

  /** @param study what it says of its members; the cells of a sweep have nothing */
  static async of(
    root: string,
    name: string,
    { chosenByLabels }: Pick<Study, "chosenByLabels"> = { chosenByLabels: [] },
  ): Promise<Members> {
    return new Members(root, name, await listPipelines(root), await recordStudies(root), chosenByLabels);
  }

  /** Runs of a member that belong in a cell; a run of anything else is a problem, never a figure. */
  async read(name: string, { dataset, model, labels }: Belonging): Promise<Member> {
    const member: Member = { runs: [], problems: [] };
    const add = async (
      origin: MemberRun["origin"],
      load: () => Promise<RunRecord | undefined>,
    ): Promise<void> => {
      try {
        const run = await load();
        if (!run) return;
        if (run.dataset !== dataset || run.model !== model || run.labels !== labels) {
          member.problems.push(`its ${origin === "record" ? "record" : "run"} is of ${described(run)}`);
          return;
        }
        // A limit above the number of examples has no effect.
        const limited = run.limit !== null && run.data.examples >= run.limit;
        const { settings: used, drawn: _, runs, ...rest } = run;
        const id = `${name}-${origin}`;
        if (origin === "record") this.#records.set(id, run);
        member.runs.push({
          ...rest,
          runs: runs.map(({ curves: _, ...seed }) => seed),
          id,
          used,
          limit: limited ? run.limit : null,
          departures: run.departures.filter(({ field }) => limited || field !== limitField),
          origin,
          settings: await this.#settings(name, run),
          share: await this.#share(name, run),
          date: dateOf(run),
          start: await this.#start(used.pretrainedFrom, origin),
          chosenByLabels: this.#chosenByLabels.includes(name),
        });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        member.problems.push(error.problem.what);
      }
    };
    await add("computed", () => readFinishedRun(this.#root, name));
    await add("record", () => this.#record(name));
    // A record of the run that is here adds nothing.
    const [first, second] = member.runs;
    if (second && first!.date === second.date) member.runs.pop();
    member.runs.sort((a, b) => rank(a) - rank(b));
    for (const run of member.runs) this.runs.set(run.id, run);
    return member;
  }

  #record(name: string): Promise<RunRecord | undefined> {
    return readRecord(this.#root, this.#keepers.get(name) ?? this.#study, name);
  }

  /** The run of the same origin that a run starts from. */
  async #start(pipeline: string | null, origin: MemberRun["origin"]): Promise<Start | null> {
    if (pipeline === null) return null;
    try {
      const run = await (origin === "computed"
        ? readFinishedRun(this.#root, pipeline)
        : this.#record(pipeline));
      if (!run) return null;
      const before = await this.#start(run.settings.pretrainedFrom, origin);
      return {
        pipeline,
        departures: run.departures,
        seconds: secondsOf(run) + (before?.seconds ?? 0),
      };
    } catch (error) {
      // The cell of that run says what is wrong with it.
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** Opens the stages of the run that is here. */
  #open(name: string): OpenStage {
    return (stage) => Artifacts.open(artifactPath(this.#root, name, stage));
  }

  /**
   * Curves of the seeds of a run that has any: of its files or its record.
   *
   * @throws UserError if a file is not as its stage wrote it
   */
  async curves({ id, pipeline, runs }: MemberRun): Promise<RunCurves[] | undefined> {
    const record = this.#records.get(id);
    const found: RunCurves[] = [];
    const train = record ? undefined : await this.#open(pipeline)("train");
    for (const { seed, curves } of record?.runs ?? runs) {
      found.push({ seed, curves: train ? keptCurves(await readCurve(train, seed)) : (curves ?? []) });
    }
    const filled = found.filter(({ curves }) => curves.length > 0);
    return filled.length > 0 ? filled : undefined;
  }

  /**
   * What a figure draws of one seed of a run: of its files or its record; undefined if they have nothing of it.
   *
   * @throws UserError if a file is not as its stage wrote it
   */
  async part<Figure extends StudyFigure, Data>(
    part: Part<Figure, Data>,
    figure: Figure,
    { id, pipeline, used }: MemberRun,
  ): Promise<{ seed: number; data: Data } | undefined> {
    const record = this.#records.get(id);
    if (record) {
      const data = recordedPart(part, figure, record);
      return data && { seed: record.drawn!.seed, data };
    }
    const files = await runFiles(pipeline, used.options, this.#open(pipeline));
    const data = await part.read(figure, files);
    return data && { seed: files.seed, data };
  }

  /**
   * Data set, system and labels of a pipeline, as its pipeline.json says.
   *
   * @throws UserError if there is no such pipeline
   */
  async describe(name: string): Promise<Belonging> {
    const { ingest, train } = await this.#plans(name, "quick");
    return { dataset: ingest.dataset, model: train.model, labels: ingest.labels?.count ?? null };
  }

  /** Full names of a run's data set and system. */
  async titles({ dataset, model }: Belonging): Promise<{ dataset: string; system: string }> {
    return { dataset: await datasetTitle(dataset), system: await systemTitle(this.#root, model) };
  }

  /** Those of these pipelines, once each, of which no run and no record was read. */
  missing(pipelines: string[]): string[] {
    const read = new Set([...this.runs.values()].map(({ pipeline }) => pipeline));
    return [...new Set(pipelines)].filter((name) => !read.has(name) && this.#pipelines.has(name));
  }

  /** Estimated seconds of training of a pipeline by the quick profile: see `estimatedSeconds`. */
  async seconds(name: string): Promise<number | null> {
    // A record that cannot be read is told where it would be shown.
    this.#all ??= readRecords(this.#root, () => {});
    return estimatedSeconds(await this.#plans(name, "quick"), await this.#all);
  }

  async #settings(
    name: string,
    { config, profile, model, settings }: RunRecord,
  ): Promise<MemberRun["settings"]> {
    if (!this.#pipelines.has(name)) return "other";
    const today = await configDigests(name, (pipeline) => this.#plans(pipeline, profile));
    const stages = new Set([...Object.keys(today), ...Object.keys(config)]);
    const differing = [...stages].filter((stage) => config[stage] !== today[stage]);
    if (differing.length === 0) return "current";
    if (differing.join() !== `${name}/train`) return "other";
    // An option that the system did not have yet has its default.
    const options = await completedOptions(this.#root, model, settings.options);
    const { train } = await this.#plans(name, profile);
    return isDeepStrictEqual(settingsSchema.parse(train), { ...settings, options }) ? "current" : "other";
  }

  /** The part of the full profile's epochs that a shorter run had. */
  async #share(name: string, { profile, settings: { epochs } }: RunRecord): Promise<MemberRun["share"]> {
    if (profile === "full" || epochs === 0 || !this.#pipelines.has(name)) return null;
    const full = (await this.#plans(name, "full")).train.epochs;
    return full > epochs ? { epochs, full } : null;
  }

  #plans(pipeline: string, profile: ProfileName): ReturnType<typeof makePlans> {
    const found = this.#pipelines.get(pipeline);
    if (!found) throw new UserError({ what: `there is no pipeline "${pipeline}"` });
    const key = `${pipeline} ${profile}`;
    const plans = this.#planned.get(key) ?? makePlans(found.folder, pipeline, profile);
    this.#planned.set(key, plans);
    return plans;
  }
}

const described = ({ model, dataset, labels }: RunRecord): string =>
  `${model} on ${dataset}${labels === null ? "" : ` with ${labels} labels`}`;

/** The full profile before the quick one, then today's settings before others, then what was computed here. */
function rank({ profile, settings, origin }: MemberRun): number {
  return (profile === "full" ? 0 : 4) + (settings === "current" ? 0 : 2) + (origin === "computed" ? 0 : 1);
}
