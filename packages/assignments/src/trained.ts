/** The trained model of a pipeline, with everything that new rows need. */
import { readFile } from "node:fs/promises";
import {
  type ExtractPlan,
  extractPlanSchema,
  type IngestPlan,
  ingestPlanSchema,
  parseWith,
  UserError,
} from "@gumbel/config";
import { decodeSafetensors } from "@gumbel/engine";
import { loadTrained, type Model } from "@gumbel/models";
import {
  Artifacts,
  column,
  type DatasetInfo,
  dataDescription,
  type Evaluation,
  evaluationSchema,
  labelledRows,
  readDatasetInfo,
  readExamples,
  readTable,
} from "@gumbel/tables";
import { artifactPath, ownSystemUrl, readJson, sha256File } from "@gumbel/workspace";
import { type Clusters, clustersOf } from "./assign.js";

/** A finished pipeline. */
export interface Trained {
  pipeline: string;
  info: DatasetInfo;
  ingestPlan: IngestPlan;
  extractPlan: ExtractPlan;
  evaluation: Evaluation;
  /** Run that is used: the one that the report shows. */
  seed: number;
  /** Class that each cluster was matched to; null for none. */
  classes: Clusters["classes"];
  /** The same with the clusters' means, for which all examples are read. */
  clusters(): Promise<Clusters>;
  /** Its model with the trained weights. The engine runs. */
  model(): Promise<Model>;
  /** Path of the weights' file. */
  weightsFile: string;
}

/**
 * Opens the trained model of a pipeline: of the run that its report shows.
 *
 * @throws UserError if the pipeline has not run, or its settings have changed since.
 */
export async function openTrained(root: string, pipeline: string): Promise<Trained> {
  const open = (stage: string) =>
    Artifacts.open(artifactPath(root, pipeline, stage)).catch((error) => {
      if (error instanceof UserError) throw notFinished(root, pipeline, stage);
      throw error;
    });
  const [ingest, train, extract, evaluate] = (await Promise.all(
    ["ingest", "train", "extract", "evaluate"].map(open),
  )) as [Artifacts, Artifacts, Artifacts, Artifacts];
  const planOf = async (stage: string, { manifest }: Artifacts): Promise<unknown> => {
    const path = artifactPath(root, pipeline, "plan", `${stage}.json`);
    if ((await sha256File(path).catch(() => "")) === manifest.config) return readJson(path);
    throw new UserError({
      what: `the settings of ${pipeline} have changed since it ran`,
      where: path,
      hint: `run it again: pnpm turbo run report --filter=@pipelines/${pipeline}`,
    });
  };
  const ingestPlan = parseWith(ingestPlanSchema, await planOf("ingest", ingest), "plan/ingest.json");
  const extractPlan = parseWith(extractPlanSchema, await planOf("extract", extract), "plan/extract.json");
  const evaluation = parseWith(
    evaluationSchema,
    await evaluate.json("evaluation.json"),
    "evaluate/evaluation.json",
  );
  const seed = evaluation.selectedSeed;
  const { assignment } = evaluation.runs.find((run) => run.seed === seed)!;
  const data = await ingest.path("data.arrow");
  const info = await readDatasetInfo(data);
  const labelled = await labelledRows(ingest, seed - extractPlan.seed);
  const { n, train: inTraining } = evaluation.dataset;
  const weightsFile = await train.path(`seed-${seed}/weights.safetensors`);
  return {
    pipeline,
    info,
    ingestPlan,
    extractPlan,
    evaluation,
    seed,
    classes: assignment.map((label) => info.classes[label] ?? null),
    async clusters() {
      const latents = await readTable(await extract.path(`seed-${seed}/latents.arrow`));
      return clustersOf(await readExamples(data), column(latents, "cluster", Int32Array).values, assignment);
    },
    async model() {
      const { model, options, split } = extractPlan;
      const examples = split === "all" ? n : inTraining;
      const described = dataDescription(info, examples, labelled.length, evaluation.clusters);
      const { arrays } = decodeSafetensors(await readFile(weightsFile));
      return loadTrained(model, options, described, arrays, ownSystemUrl(root, extractPlan));
    },
    weightsFile,
  };
}

function notFinished(root: string, pipeline: string, stage: string): UserError {
  return new UserError({
    what: `${pipeline} has no finished ${stage} stage`,
    where: artifactPath(root, pipeline, stage),
    hint: `run it: pnpm turbo run report --filter=@pipelines/${pipeline}`,
  });
}
