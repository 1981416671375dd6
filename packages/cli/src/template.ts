/** The files of a pipeline's folder, generated from its name, data set and model. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { figureStages, planEnv, type StageName, stageNames, stages } from "@gumbel/config";
import { localStudy } from "@gumbel/workspace";

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
  /** The folder of the packages of Gumbel, from the project's root. */
  tool: string;
}

/** The packages of a clone. */
const ofClone = "packages";
/** The packages of a project of the user's own, which `gumbel init` has made: its systems depend on them. */
const ofProject = "systems/node_modules/@gumbel";

/** The folder of the packages of Gumbel, from the project's root. */
export const toolFolder = (root: string): string => (isProject(root) ? ofProject : ofClone);

/** True for a project of the user's own, false for a clone. */
export const isProject = (root: string): boolean => existsSync(join(root, "systems", "package.json"));

/** A member has no report: its study shows its figures. */
const stagesOf = ({ study }: PipelineKind): StageName[] => (study ? figureStages : stageNames);

/** A pipeline that the lockfile does not know: in a project, and what git does not see in a clone. */
const isUnlinked = ({ folder, tool }: PipelineKind): boolean =>
  tool === ofProject || unseen.some((local) => folder.startsWith(`${local}/`));

/** The folder of pipelines of the user's own data, from the project's root. */
export const localPipelines = "pipelines/local";
/** Folders that git does not see: pipelines of the user's own data, cells of sweeps, and a study of the user's own. */
const unseen = [localPipelines, `studies/${localStudy}`, "studies/mine"];

/**
 * package.json: the stages as scripts, since turbo runs only scripts. An unlinked pipeline depends on no package, so that it need
 * not be installed, the lockfile stays as it is, and another version of Gumbel reruns what its code changes, and nothing else.
 */
export function pipelinePackage(kind: PipelineKind): object {
  const command = isUnlinked(kind)
    ? `node ${posix.relative(kind.folder, `${kind.tool}/tasks/bin.mjs`)}`
    : "gumbel-stage";
  const needs = ["@gumbel/tasks", ...(kind.pretrainedFrom ? [`@pipelines/${kind.pretrainedFrom}`] : [])];
  return {
    name: `@pipelines/${kind.name}`,
    private: true,
    scripts: Object.fromEntries(["plan", ...stagesOf(kind)].map((stage) => [stage, `${command} ${stage}`])),
    ...(!isUnlinked(kind) && {
      devDependencies: Object.fromEntries(needs.map((name) => [name, "workspace:*"])),
    }),
  };
}

/**
 * turbo.json: the task table, in a clone that of packages/tasks, without the stages that the pipeline does not have. If it starts
 * from another's weights, its training waits for them, and its key holds them.
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
  return {
    extends: ["//", ...(kind.tool === ofClone ? ["@gumbel/tasks"] : [])],
    ...(Object.keys(tasks).length > 0 && { tasks }),
  };
}

/** The tasks of every pipeline, for the turbo.json of a project. That of packages/tasks waits for the build of the stages as well. */
export function taskTable(): Record<string, object> {
  return {
    plan: {
      cache: false,
      inputs: ["package.json", "pipeline.json"],
      passThroughEnv: planEnv,
      outputs: ["out/plan/**"],
    },
    ...Object.fromEntries(
      stageNames.map((name) => {
        const { reads, passThroughEnv } = stages[name];
        const from = ["plan", ...reads];
        const globs = [`plan/${name}.json`, ...reads.map(manifestOf)].map((glob) => `out/${glob}`);
        const inputs = ["package.json", { mode: "dependencyOutputs", from, globs }];
        const outputs = [`out/${name}/**`];
        return [
          name,
          { dependsOn: from, inputs, ...(passThroughEnv.length > 0 && { passThroughEnv }), outputs },
        ];
      }),
    ),
  };
}

const manifestOf = (stage: string): string => `${stage}/manifest.json`;

const schemaOf = (folder: string): string => posix.relative(folder, "pipelines/pipeline.schema.json");

/** pipeline.json of a point of a study's sweep. */
export function pointConfig(folder: string, config: object): object {
  return { $schema: schemaOf(folder), ...config };
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
    $schema: schemaOf(kind.folder),
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
