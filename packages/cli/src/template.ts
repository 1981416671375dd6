/** The files of a pipeline's folder, generated from its name, data set and model. */
import { posix } from "node:path";
import { figureStages, type StageName, stageNames, stages } from "@gumbel/config";

/** Properties of a pipeline that its files depend on. */
export interface PipelineKind {
  name: string;
  /** Path from the project's root. */
  folder: string;
  dataset: string;
  model: string;
  /** The pipeline whose trained weights this one starts from. */
  pretrainedFrom: string | null;
  /** The study it is a member of, which reports its figures; null if the pipeline has a report of its own. */
  study: string | null;
}

/** A member has no report: its study shows its figures. */
const stagesOf = ({ study }: PipelineKind): StageName[] => (study ? figureStages : stageNames);

/** A pipeline of the user's own data, which git, the lockfile and the overview's package do not know. */
const isLocal = ({ folder }: PipelineKind): boolean => folder.startsWith(`${localPipelines}/`);

/** The folder of pipelines of the user's own data, from the project's root. */
export const localPipelines = "pipelines/local";

/**
 * package.json: the stages as scripts, since turbo runs only scripts. A local pipeline depends on no package, so that it need not
 * be installed and the lockfile stays as it is.
 */
export function pipelinePackage(kind: PipelineKind): object {
  const command = isLocal(kind)
    ? `node ${posix.relative(kind.folder, "packages/tasks/bin.mjs")}`
    : "gumbel-stage";
  const needs = ["@gumbel/tasks", ...(kind.pretrainedFrom ? [`@pipelines/${kind.pretrainedFrom}`] : [])];
  return {
    name: `@pipelines/${kind.name}`,
    private: true,
    scripts: Object.fromEntries(["plan", ...stagesOf(kind)].map((stage) => [stage, `${command} ${stage}`])),
    ...(!isLocal(kind) && {
      devDependencies: Object.fromEntries(needs.map((name) => [name, "workspace:*"])),
    }),
  };
}

/**
 * turbo.json: the task table of packages/tasks without the stages that the pipeline does not have. If it starts from another's
 * weights, its training waits for them, and its key holds them.
 */
export function pipelineTurbo(kind: PipelineKind): object {
  const { pretrainedFrom } = kind;
  const source = `@pipelines/${pretrainedFrom}#train`;
  const from = ["plan", ...stages.train.reads, source];
  // One entry lists all of `from`: with an entry of its own, turbo would count the hash of `plan` as well.
  const globs = ["plan/train.json", ...stages.train.reads.map(manifestOf), manifestOf("train")];
  const inputs = [
    "package.json",
    { mode: "dependencyOutputs", from, globs: globs.map((glob) => `out/${glob}`) },
  ];
  const tasks = {
    ...(pretrainedFrom && { train: { dependsOn: ["$TURBO_EXTENDS$", source], inputs } }),
    // Without this, turbo would still run the dependencies of a task that has no script.
    ...Object.fromEntries(
      stageNames
        .filter((stage) => !stagesOf(kind).includes(stage))
        .map((stage) => [stage, { extends: false }]),
    ),
  };
  return { extends: ["//", "@gumbel/tasks"], ...(Object.keys(tasks).length > 0 && { tasks }) };
}

const manifestOf = (stage: string): string => `${stage}/manifest.json`;

const schemaOf = ({ folder }: PipelineKind): string =>
  posix.relative(folder, "pipelines/pipeline.schema.json");

/** pipeline.json of a point of a study's sweep. */
export function pointConfig(kind: PipelineKind, config: object): object {
  return { $schema: schemaOf(kind), ...config };
}

/**
 * pipeline.json with nothing but its data set and model, and labels if the model is trained on some. A member of a study
 * also has both profiles: a few epochs of one run, and three runs of the model's own schedule.
 *
 * @param training the model's own schedule; 0 epochs if nothing is trained by gradients
 */
export function pipelineConfig(
  kind: PipelineKind,
  training: { epochs: number; labelledPerBatch?: number },
): object {
  return {
    $schema: schemaOf(kind),
    dataset: kind.dataset,
    model: kind.model,
    ...(training.labelledPerBatch && { labels: { count: 100 } }),
    ...(kind.pretrainedFrom && { train: { pretrainedFrom: kind.pretrainedFrom } }),
    ...(kind.study && {
      profiles: {
        ...(training.epochs > 0 && { quick: { train: { epochs: 10 } } }),
        full: { train: { seeds: 3 } },
      },
    }),
  };
}
