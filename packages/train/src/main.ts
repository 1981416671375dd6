/** The train stage: trains each seed in its own worker process, as many at a time as there are cores. */
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "@gumbel/config";
import { startEngine } from "@gumbel/engine";
import { type CountedClusters, countClusters, loadSystem } from "@gumbel/models";
import { evenlySpaced, stream } from "@gumbel/random";
import { liveFolder, onPause, Paused, runStage, type Stage } from "@gumbel/stage";
import { labelledRows, modelInput, readExamples, type TrainSummary, trainingRows } from "@gumbel/tables";
import { sha256, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { type Done, FinishedSeeds } from "./finished.js";
import { type Job, type Message, pausedCode, pauseMessage } from "./job.js";
import { LiveStage } from "./live.js";
import { type Progress, ProgressLines } from "./progress.js";
import { checkEngineSpeed } from "./slowEngine.js";

const version = "0.1.0";
/** Examples among which a number of clusters is looked for. */
const countedExamples = 2000;
const worker = new URL("./worker.js", import.meta.url);
type ShowProgress = (seed: number, progress: Progress) => void;
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
    const done = await runJobs(jobs, finished, progress, pause.signal).catch(async (error: Error) => {
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

  const { title } = await loadSystem(plan.model);
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
  const rows = trainingRows(examples, plan.split);
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

/**
 * Runs all jobs, as many at a time as there are cores. The first failure stops the others, after they write a checkpoint.
 *
 * @throws Paused if `pause` is aborted, after every running job has written its checkpoint.
 */
async function runJobs(
  jobs: Job[],
  finished: FinishedSeeds,
  progress: ShowProgress,
  pause: AbortSignal,
): Promise<Done[]> {
  const results: Done[] = [];
  const waiting = [...jobs];
  const running = new Set<AbortController>();
  const stopAll = (): void => {
    waiting.length = 0;
    for (const each of running) each.abort();
  };
  pause.addEventListener("abort", stopAll);
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job && !pause.aborted; job = waiting.shift()) {
      if (existsSync(job.scratch)) console.log(`seed ${job.seed}  resumes from its checkpoint`);
      const abort = new AbortController();
      running.add(abort);
      try {
        const done = await runJob(job, progress, abort.signal);
        await finished.save(job, done);
        results.push(done);
      } catch (error) {
        if (error instanceof Paused && pause.aborted) return;
        stopAll();
        throw error;
      } finally {
        running.delete(abort);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, lane));
  if (results.length < jobs.length) throw new Paused("training is paused, and its checkpoint is written");
  return results;
}

function runJob(job: Job, progress: ShowProgress, signal: AbortSignal): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = fork(worker, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // A process group of its own: a second Ctrl-C, at which turbo kills the stage, leaves the worker the time to write its
      // checkpoint. (On Windows it would open a window.)
      detached: process.platform !== "win32",
    });
    let done: Done | undefined;
    let failure: Error | undefined;
    signal.addEventListener("abort", () => {
      if (child.connected) child.send(pauseMessage);
    });
    child.on("message", (message: Message) => {
      if (message.kind === "progress") progress(message.seed, message.progress);
      else if (message.kind === "done") done = message;
      else failure = new UserError({ where: `seed ${message.seed}`, ...message.problem });
    });
    child.on("error", reject);
    child.on("exit", (code, killedBy) => {
      if (done && code === 0) resolve(done);
      else if (code === pausedCode) reject(new Paused("a worker was stopped, and its checkpoint is written"));
      else reject(failure ?? stopped(job.seed, code, killedBy));
    });
    child.send(job);
  });
}

function stopped(seed: number, code: number | null, signal: string | null): UserError {
  return new UserError({
    what: `training stopped (${signal ?? `exit code ${code}`})`,
    where: `seed ${seed}`,
    hint: "run the same command again: it resumes from the last checkpoint",
  });
}
