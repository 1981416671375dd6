/** The train stage: trains the seeds in worker processes, as many at a time as there are cores for their threads. */
import { rm, rmdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { startEngine } from "@gumbel/engine";
import { type CountedClusters, countClusters, loadSystem } from "@gumbel/models";
import { evenlySpaced, stream } from "@gumbel/random";
import { liveFolder, onPause, Paused, runStage, type Stage } from "@gumbel/stage";
import { labelledRows, modelInput, readExamples, splitRows, type TrainSummary } from "@gumbel/tables";
import { ownSystemUrl, sha256, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { type Done, FinishedSeeds } from "./finished.js";
import type { Job } from "./job.js";
import { LiveStage } from "./live.js";
import { runJobs } from "./pool.js";
import { type Progress, ProgressLines } from "./progress.js";
import { checkEngineSpeed } from "./slowEngine.js";

const version = "0.1.0";
/** Examples among which a number of clusters is looked for. */
const countedExamples = 2000;
const worker = new URL("./worker.js", import.meta.url);
type OutputName = "weights" | "metrics" | "events" | "snapshots";
const snapshotsOf = (seed: number): string => `seed-${seed}/snapshots.arrow`;

await runStage("train", version, async (stage) => {
  const { plan } = stage;
  const pause = new AbortController();
  await onPause(() => pause.abort());
  const { seeds } = plan;
  const counted = await countedClusters(stage);
  const jobs = await Promise.all(
    (await prepare(stage, counted?.clusters ?? null)).map(async (job, i) => ({
      ...job,
      ...(await outputsOf(stage, seeds[i]!)),
    })),
  );

  await checkEngineSpeed(plan, jobs[0]!);
  const finished = new FinishedSeeds(join(dirname(stage.scratch), "finished"));
  const train = async (jobs: Job[]): Promise<Done[]> => {
    if (jobs.length === 0) return [];
    const lines = new ProgressLines();
    const live = new LiveStage(
      jobs[0]!.live,
      jobs.map(({ seed }) => seed),
    );
    await live.begin();
    const progress = (seed: number, progress: Progress): void => {
      lines.update(seed, progress);
      live.update(seed, progress);
    };
    const done = await runJobs(jobs, {
      worker,
      workers: Math.max(1, Math.floor(availableParallelism() / plan.threads)),
      progress,
      save: (job, done) => finished.save(job, done),
      pause: pause.signal,
    }).catch(async (error: Error) => {
      lines.end();
      if (error instanceof Paused) await live.end();
      else await live.failed(error.message);
      throw error;
    });
    lines.end();
    await live.end();
    return done;
  };
  const results = await trainMissing(jobs, finished, train);
  for (const { seed, snapshots } of results) if (snapshots) await stage.output(snapshotsOf(seed));

  const { title } = await loadSystem(plan.model, ownSystemUrl(stage.workspace.root, plan));
  const first = results[0]!;
  const summary: TrainSummary = {
    model: plan.model,
    title,
    clusters: first.clusters,
    tried: counted?.tried ?? null,
    parameters: first.parameters,
    runs: results.map((result) => result.run),
  };
  await writeFileAtomic(await stage.output("summary.json"), toJson(summary));
  for (const [name, value] of Object.entries(first.engine)) stage.version(name, value);
  stage.fact("secondsBySeed", Object.fromEntries(results.map(({ seed, seconds }) => [seed, seconds])));
  stage.fact(
    "peakRssBytesBySeed",
    Object.fromEntries(results.map(({ seed, peakRssBytes }) => [seed, peakRssBytes])),
  );
  const used = [...seeds.map((seed) => scratchOf(stage, seed)), jobs[0]!.live];
  for (const folder of used) await rm(folder, { recursive: true, force: true });
  // Fails if the folder still contains checkpoints of other seeds.
  await rmdir(stage.scratch).catch(() => {});
});

/** Trains the seeds without a finished run. */
async function trainMissing(
  jobs: Job[],
  finished: FinishedSeeds,
  train: (jobs: Job[]) => Promise<Done[]>,
): Promise<Done[]> {
  const earlier = new Map<number, Done>();
  for (const job of jobs) {
    const done = await finished.restore(job);
    if (done) earlier.set(job.seed, done);
  }
  for (const seed of earlier.keys()) console.log(`seed ${seed}  is already trained`);
  const fresh = await train(jobs.filter(({ seed }) => !earlier.has(seed)));
  return [...earlier.values(), ...fresh].sort((a, b) => a.seed - b.seed);
}

async function outputsOf(stage: Stage<"train">, seed: number): Promise<Pick<Job, OutputName>> {
  return {
    weights: await stage.output(`seed-${seed}/weights.safetensors`),
    metrics: await stage.output(`seed-${seed}/metrics.jsonl`),
    events: await stage.output(`seed-${seed}/events.out.tfevents.0.gumbel`),
    snapshots: join(stage.folder, snapshotsOf(seed)),
  };
}

/** The number of clusters in the training data; undefined unless the option `clusters` is "auto". */
async function countedClusters({ plan, open }: Stage<"train">): Promise<CountedClusters | undefined> {
  if (plan.options.clusters !== "auto") return undefined;
  await startEngine({ name: plan.engine.name, threads: 1 });
  const examples = await readExamples(await (await open("ingest")).path("data.arrow"));
  const rows = splitRows(examples, plan.split);
  const sample = evenlySpaced(rows.length, countedExamples).map((i) => rows[i]!);
  const counted = countClusters(modelInput(examples, sample), examples.d, (...names) =>
    stream(plan.seed, "clusters", ...names),
  );
  const best = counted.tried.find(({ clusters }) => clusters === counted.clusters)!;
  console.log(
    `${counted.clusters} clusters: of 2 to ${counted.tried.at(-1)!.clusters}, k-means has the highest silhouette with these (${best.silhouette.toFixed(3)})`,
  );
  return counted;
}

/** The job of each seed, without its outputs. */
async function prepare(
  stage: Stage<"train">,
  foundClusters: number | null,
): Promise<Omit<Job, OutputName>[]> {
  const { plan } = stage;
  const ingest = await stage.open("ingest");
  const data = await ingest.path("data.arrow");
  // Not the digest of the manifest, which also depends on the number of draws of labels, that is, of seeds.
  const examples = ingest.manifest.files.find(({ name }) => name === "data.arrow")!.sha256;
  const pretraining = plan.pretrainedFrom ? await stage.openOf(plan.pretrainedFrom, "train") : undefined;

  return Promise.all(
    plan.seeds.map(async (seed) => {
      const pretrained = pretraining ? await pretrainedWeights(pretraining, seed) : null;
      const labelled = await labelledRows(ingest, seed - plan.seed);
      // A checkpoint is valid only for the same settings, code and engine, all in the plan, examples, labels and initial weights.
      const key = sha256(
        JSON.stringify([
          version,
          { ...plan, seeds: null },
          examples,
          labelled,
          pretrained && (await sha256File(pretrained)),
        ]),
      );
      return {
        plan,
        seed,
        key,
        data,
        labelled,
        foundClusters,
        system: ownSystemUrl(stage.workspace.root, plan) ?? null,
        pretrained,
        scratch: join(scratchOf(stage, seed), key.slice(0, 16)),
        live: liveFolder(stage.workspace.root, stage.workspace.pipeline),
      };
    }),
  );
}

/** The folder of all checkpoints of one seed, including those of earlier plans. */
function scratchOf(stage: Stage<"train">, seed: number): string {
  return join(stage.scratch, `seed-${seed}`);
}

/** The file of the same seed's weights if the other pipeline has that seed, else of its first seed's. */
async function pretrainedWeights(
  pretraining: Awaited<ReturnType<Stage<"train">["openOf"]>>,
  seed: number,
): Promise<string> {
  const wanted = `seed-${seed}/weights.safetensors`;
  const found = pretraining.names.includes(wanted)
    ? wanted
    : pretraining.names.find((name) => name.endsWith("weights.safetensors"));
  return pretraining.path(found ?? wanted);
}
