/** The files of a pipeline's folder, all made from its name, data set and model. */
import { posix } from "node:path";

/** What a pipeline's files follow from. */
export interface PipelineKind {
  name: string;
  dataset: string;
  model: string;
  /** The pipeline whose trained weights this one starts from. */
  pretrainedFrom: string | null;
  /** The study it is a member of: it then lies in that study's folder and has no report of its own. */
  study: string | null;
}

/** Its folder, from the project's root. A member of a study is named `<data set>-<the rest>` and lies in a folder of each. */
export function pipelineFolder({ name, dataset, study }: PipelineKind): string {
  if (!study) return `pipelines/${name}`;
  return `pipelines/${study}/${dataset}/${name.slice(dataset.length + 1)}`;
}

/** pipeline.json of a point of a study's sweep. */
export function pointConfig(kind: PipelineKind, config: object): object {
  return { $schema: schemaOf(kind), ...config };
}

const schemaOf = (kind: PipelineKind): string =>
  posix.relative(pipelineFolder(kind), "pipelines/pipeline.schema.json");

/** The stages after `plan`, each with those whose output it reads. */
const upstream = {
  ingest: [],
  train: ["ingest"],
  extract: ["ingest", "train"],
  evaluate: ["ingest", "train", "extract"],
  report: ["ingest", "train", "extract", "evaluate"],
} as const;
type StageName = keyof typeof upstream;
const stageNames = Object.keys(upstream) as StageName[];

/** Environment that changes a stage's result, and so counts in its cache key. */
const environment: Partial<Record<StageName, string[]>> = {
  // Another folder may hold another form of a data set; the same content then ends the rerun at ingest.
  ingest: ["GUMBEL_DATA"],
  train: ["GUMBEL_ENGINE"],
  extract: ["GUMBEL_ENGINE"],
  evaluate: ["GUMBEL_ENGINE"],
};

/** Environment that a stage needs and that changes no result. */
const passThrough: Partial<Record<StageName, string[]>> = {
  ingest: ["HOME", "XDG_CACHE_HOME"],
  train: ["GUMBEL_CHECKPOINT_SECONDS"],
};

/** A member's figures are its study's to report. */
const stagesOf = ({ study }: PipelineKind): StageName[] =>
  stageNames.filter((stage) => !(study && stage === "report"));

/** package.json: the stages as scripts, so that turbo can run them. */
export function pipelinePackage(kind: PipelineKind): object {
  const stages = ["plan", ...stagesOf(kind)];
  const needs = stages.map((stage) => `@gumbel/${stage}`);
  if (kind.pretrainedFrom) needs.push(`@pipelines/${kind.pretrainedFrom}`);
  return {
    name: `@pipelines/${kind.name}`,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: Object.fromEntries(stages.map((stage) => [stage, `gumbel-${stage}`])),
    devDependencies: Object.fromEntries(needs.sort().map((name) => [name, "workspace:*"])),
  };
}

/**
 * turbo.json: what each stage waits for, and that its cache key is the content of its plan and of the manifests it reads.
 * The stage's own package is named, never `^build`: an edit in one stage must not rerun the others.
 */
export function pipelineTurbo(kind: PipelineKind): object {
  const artifacts = "$TURBO_ROOT$/artifacts";
  const folder = `${artifacts}/${kind.name}`;
  const stageTask = (stage: StageName): object => {
    const reads = upstream[stage];
    const source = stage === "train" ? kind.pretrainedFrom : null;
    const pretraining = source ? [`@pipelines/${source}#train`] : [];
    return {
      dependsOn: ["plan", ...reads, ...pretraining, `@gumbel/${stage}#build`],
      inputs: [
        "package.json",
        {
          mode: "dependencyOutputs",
          from: ["plan", ...reads, ...pretraining],
          globs: [
            `${folder}/plan/${stage}.json`,
            ...reads.map((read) => `${folder}/${read}/manifest.json`),
            ...(source ? [`${artifacts}/${source}/train/manifest.json`] : []),
          ],
        },
      ],
      ...(environment[stage] && { env: environment[stage] }),
      ...(passThrough[stage] && { passThroughEnv: passThrough[stage] }),
      outputs: [`${folder}/${stage}/**`],
    };
  };
  return {
    $schema: posix.relative(pipelineFolder(kind), "node_modules/turbo/schema.json"),
    extends: ["//"],
    tasks: {
      plan: {
        dependsOn: ["@gumbel/plan#build"],
        inputs: ["package.json", "pipeline.json", "data/**"],
        env: ["GUMBEL_PROFILE", "GUMBEL_SEEDS"],
        outputs: [`${folder}/plan/**`],
      },
      ...Object.fromEntries(stagesOf(kind).map((stage) => [stage, stageTask(stage)])),
    },
  };
}

/**
 * pipeline.json with nothing but its data set and model, and labels where the model is trained on some. A member of a study
 * also has both profiles: a few epochs of one run, and three runs of the model's own schedule.
 *
 * @param training the model's own schedule; 0 epochs where nothing is trained by gradients
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
        paper: { train: { seeds: 3 } },
      },
    }),
  };
}
