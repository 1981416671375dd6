/** The files of a pipeline's folder, all made from its name, data set and model. */

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

/** package.json: the stages as scripts, so that turbo can run them. */
export function pipelinePackage(name: string): object {
  const stages = ["plan", ...stageNames];
  return {
    name: `@pipelines/${name}`,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: Object.fromEntries(stages.map((stage) => [stage, `gumbel-${stage}`])),
    devDependencies: Object.fromEntries(stages.sort().map((stage) => [`@gumbel/${stage}`, "workspace:*"])),
  };
}

/**
 * turbo.json: what each stage waits for, and that its cache key is the content of its plan and of the manifests it reads.
 * The stage's own package is named, never `^build`: an edit in one stage must not rerun the others.
 */
export function pipelineTurbo(name: string): object {
  const folder = `$TURBO_ROOT$/artifacts/${name}`;
  const stageTask = (stage: StageName): object => {
    const reads = upstream[stage];
    return {
      dependsOn: ["plan", ...reads, `@gumbel/${stage}#build`],
      inputs: [
        "package.json",
        {
          mode: "dependencyOutputs",
          from: ["plan", ...reads],
          globs: [`${folder}/plan/${stage}.json`, ...reads.map((read) => `${folder}/${read}/manifest.json`)],
        },
      ],
      ...(environment[stage] && { env: environment[stage] }),
      ...(passThrough[stage] && { passThroughEnv: passThrough[stage] }),
      outputs: [`${folder}/${stage}/**`],
    };
  };
  return {
    $schema: "../../node_modules/turbo/schema.json",
    extends: ["//"],
    tasks: {
      plan: {
        dependsOn: ["@gumbel/plan#build"],
        inputs: ["package.json", "pipeline.json", "data/**"],
        env: ["GUMBEL_PROFILE"],
        outputs: [`${folder}/plan/**`],
      },
      ...Object.fromEntries(stageNames.map((stage) => [stage, stageTask(stage)])),
    },
  };
}

/** pipeline.json with nothing but its data set and model. */
export function pipelineConfig(dataset: string, model: string): object {
  return { $schema: "../pipeline.schema.json", dataset, model };
}
