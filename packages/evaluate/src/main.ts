/** The evaluate stage: compares each run's clusters and latents with the labels. */

import { parseWith } from "@gumbel/config";
import { engineDistances, engineSearch, startEngine } from "@gumbel/engine";
import { type EvaluatedRun, votersOf } from "@gumbel/metrics";
import { type Baseline, kmeansBaseline } from "@gumbel/models/baseline";
import { evenlySpaced, stream } from "@gumbel/random";
import { runStage } from "@gumbel/stage";
import {
  type Evaluation,
  type Examples,
  evaluationSchema,
  labelledRows,
  modelInput,
  readExamples,
  trainSummarySchema,
} from "@gumbel/tables";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import { evaluateRun } from "./evaluateRun.js";
import { type Latents, readLatents } from "./latents.js";
import { agreementOf, renderSummary, selectSeed, summarizeRuns } from "./summarize.js";

/** Number of multiplications above which the engine searches faster than plain JavaScript. */
const engineMultiplications = 2e9;
/** Examples from which the figures without labels are computed: the silhouette takes the distances of all pairs. */
const sampledExamples = 2000;

await runStage("evaluate", "0.1.0", async (stage) => {
  const { plan } = stage;
  const ingest = await stage.open("ingest");
  const train = await stage.open("train");
  const extract = await stage.open("extract");
  const examples = await readExamples(await ingest.path("data.arrow"));
  const { info } = examples;
  const input = sampleOf(examples);
  const training = parseWith(
    trainSummarySchema,
    await train.json("summary.json"),
    `${train.folder}/summary.json`,
  );
  const K = training.clusters;

  let latents: Latents | undefined;
  let knn = { examples: 0, of: 0 };
  let baseline: Baseline | undefined;
  const runs: Evaluation["runs"] = [];
  const clusters: Int32Array[] = [];
  for (const seed of plan.seeds) {
    latents = await readLatents(await extract.path(`seed-${seed}/latents.arrow`), seed, K);
    const { base, queries, of } = votersOf({ ...latents, settings: plan });
    knn = { examples: queries.length, of };
    const isLarge = queries.length * base.length * latents.latent.d > engineMultiplications;
    const usesEngine = !plan.trainedOnLabels || isLarge;
    if (usesEngine) await startEngine({ name: plan.engine.name });
    // A system that learns from labels predicts classes, which k-means does not know.
    if (!plan.trainedOnLabels)
      baseline ??= kmeansBaseline(input, latents.labels, K, (restart) =>
        stream(plan.seed, "k-means", restart),
      );
    const labelled = await labelledRows(ingest, seed - plan.seed);
    const run = evaluateRun(seed, latents, input, labelled, info.classes.length, K, plan, {
      search: isLarge ? engineSearch() : undefined,
      distances: usesEngine ? engineDistances() : undefined,
    });
    const below = baseline?.signOf(latents.clusters);
    const ofTraining = training.runs.find((each) => each.seed === seed)?.signs ?? [];
    runs.push({
      ...run,
      signs: [...run.signs, ...(below ? [below] : []), ...ofTraining, ...(info.columns?.doubts ?? [])],
    });
    clusters.push(latents.clusters);
  }

  const { splits, latent } = latents!;
  const counts = { train: splits.train.length, test: splits.test.length };
  const summary = summarizeRuns(runs);
  const evaluation = evaluationSchema.parse({
    dataset: { name: info.name, n: latents!.labels.length, ...counts, classes: info.classes },
    clusters: K,
    latent: latent.name,
    selectedSeed: selectSeed(training.runs),
    runs,
    knn,
    baseline: baseline ? { examples: baseline.examples, ...baseline.figures } : null,
    agreement: agreementOf(clusters),
    summary,
  });
  await writeFileAtomic(await stage.output("evaluation.json"), toJson(evaluation));
  console.log(`${stage.workspace.pipeline}: ${training.title} on ${info.title}, mean ± std (runs)`);
  console.log(renderSummary(summary));
  for (const { seed, signs } of runs) {
    for (const { what, hint } of signs) console.log(`seed ${seed}: ${what}\n  to try: ${hint}`);
  }
});

/** The prepared data of evenly spaced examples. */
function sampleOf(examples: Examples): EvaluatedRun["input"] {
  const rows = evenlySpaced(examples.n, sampledExamples);
  return { values: modelInput(examples, rows), d: examples.d, rows };
}
