/**
 * A worker process: trains one seed after the other, each from the choice of a random start to the output files, with the bytes
 * that a worker of its own would write. If it is killed, a new worker with the same job resumes from the last checkpoint.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { environment, problemOf, UserError } from "@gumbel/config";
import { decodeSafetensors, type Engine, encodeSafetensors, startEngine } from "@gumbel/engine";
import type { Sign } from "@gumbel/metrics";
import { loadSystem, type Model } from "@gumbel/models";
import { stream } from "@gumbel/random";
import {
  type DatasetInfo,
  dataDescription,
  dimensions,
  type EpochRecord,
  type Examples,
  readExamples,
  splitRows,
} from "@gumbel/tables";
import { peakMemory, writeFileAtomic } from "@gumbel/workspace";
import { Batches } from "./batches.js";
import { signOfFewRows } from "./fewRows.js";
import { signOfFewSteps } from "./fewSteps.js";
import { type Job, type Message, pausedCode, pauseMessage, type RunSummary } from "./job.js";
import { LiveSeed } from "./live.js";
import { Interrupted, train, trainingData } from "./loop.js";
import { Monitor, type Watched } from "./monitor.js";
import type { Progress } from "./progress.js";
import { signsOfTraining } from "./signsOfTraining.js";
import { SnapshotTaker } from "./snapshots.js";
import { tensorboardEvents } from "./tensorboard.js";

/** Jobs here without a sent result: for a moment two, if the next one arrives before its predecessor is known to be sent. */
let jobs = 0;
let interrupted = false;
const interrupt = (): void => {
  interrupted = true;
  if (jobs === 0) process.exit(pausedCode);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
// If the stage has ended, a worker writes its checkpoint and ends as well; nobody reads what it says.
process.on("disconnect", interrupt);
for (const output of [process, process.stdout, process.stderr]) output.on("error", interrupt);

/** Maximum time between two checkpoints. It changes no result, so it is not part of the plan. */
const { checkpointSeconds } = environment();

const send = (message: Message): void => {
  if (process.connected) process.send!(message);
};

process.on("message", async (message: Job | typeof pauseMessage) => {
  if (message === pauseMessage) return interrupt();
  jobs++;
  const job = message;
  try {
    sendResult(await work(job), () => {
      jobs--;
      if (interrupted && jobs === 0) process.exit(pausedCode);
    });
  } catch (error) {
    if (error instanceof Interrupted) process.exit(pausedCode);
    sendResult({ kind: "failed", seed: job.seed, problem: problemOf(error) }, () => process.exit(1));
  }
});

/** Sends the last message of a job and calls `then` when the stage has received it. */
function sendResult(message: Message, then: () => void): void {
  if (!process.connected) process.exit(pausedCode);
  process.send!(message, undefined, undefined, then);
}

let read: { path: string; examples: Promise<Examples> } | undefined;

/** The examples, read once for all seeds. */
function examplesIn(path: string): Promise<Examples> {
  if (read?.path !== path) read = { path, examples: readExamples(path) };
  return read.examples;
}

async function work(job: Job): Promise<Message> {
  const began = performance.now();
  const { plan, seed } = job;
  // The plan's number: threads affect the last bits, which must not depend on the machine.
  const engine = await startEngine({ name: plan.engine.name, threads: plan.threads });
  const examples = await examplesIn(job.data);
  const rows = splitRows(examples, plan.split);
  const labels = trainingLabels(examples, rows, job.labelled);
  const data = {
    ...trainingData(examples, rows),
    ...(job.labelled.length > 0 && { labels }),
  };
  const classes = classesOf(examples, rows);
  const monitor = new Monitor({ data, classes }, plan.labelledPerBatch > 0 ? testExamples(examples) : null);
  const snapshotsFrom = (start: number): SnapshotTaker =>
    new SnapshotTaker(plan.snapshots, join(job.scratch, `snapshots-${start}`), data, rows, classes);

  const system = await loadSystem(plan.model, job.system ?? undefined);
  const build = async (start: number): Promise<Model> => {
    const model = system.build({
      options: plan.options,
      data: dataDescription(examples.info, data.n, job.labelled.length, job.foundClusters),
      schedule: plan,
      random: (...names) => stream(seed, "init", start, ...names),
    });
    if (job.pretrained) model.parameters.load(decodeSafetensors(await readFile(job.pretrained)).arrays);
    return model;
  };
  const run = (model: Model, start: number, lastEpochs?: number): Promise<EpochRecord[]> =>
    train({
      model,
      data,
      labels,
      seed,
      start,
      pretrained: job.pretrained !== null,
      lastEpochs,
      checkpoint: join(job.scratch, `start-${start}.checkpoint`),
      key: job.key,
      checkpointSeconds,
      monitor,
      snapshots: snapshotsFrom(start),
      live: new LiveSeed(job.live, seed, examples),
      progress: (progress: Progress) => send({ kind: "progress", seed, progress }),
      interrupted: () => interrupted,
    });

  const restarts = await chooseStart(plan, system.comparedBy, build, run);
  const chosen = restarts.find((restart) => restart.chosen)?.start ?? 0;
  const model = await build(chosen);
  const short = signsOfShortness(model, examples.info, labels);
  for (const { what, hint } of seed === plan.seeds[0] ? short : []) console.log(`${what}; to try: ${hint}`);
  const history = await run(model, chosen);
  await model.training.finish?.(data);

  await writeFileAtomic(job.weights, encodeSafetensors(await model.parameters.save()));
  await writeFileAtomic(job.metrics, history.map((record) => `${JSON.stringify(record)}\n`).join(""));
  await writeFileAtomic(job.events, tensorboardEvents(history.map(scalarsOf)));
  const snapshots = await snapshotsFrom(chosen).writeAll(job.snapshots);

  const last = history.at(-1);
  const main = model.training.phases.at(-1);
  const summary: RunSummary = {
    seed,
    epochs: history.filter(({ phase }) => phase === last!.phase).length,
    steps: last?.step ?? 0,
    loss: last ? comparedValue(last, system.comparedBy) : null,
    restarts,
    signs: [...short, ...(main && last ? signsOfTraining(model, main, last.terms) : [])],
  };
  const { clusters, parameters } = model;
  const size = parameters.size;
  parameters.dispose();
  return {
    kind: "done",
    seed,
    run: summary,
    snapshots,
    clusters,
    parameters: size,
    engine: versionsOf(engine),
    peakRssBytes: await peakMemory(),
    seconds: (performance.now() - began) / 1000,
  };
}

/** Signs that a training has too few steps, or too few rows. */
function signsOfShortness({ training }: Model, info: DatasetInfo, labels: Int32Array): Sign[] {
  if (training.phases.length === 0) return [];
  const main = training.phases.findLast(({ pretraining }) => !pretraining);
  return [
    main && signOfFewSteps(main.epochs, new Batches(labels, main.batch).perEpoch, main.batch.size),
    signOfFewRows(labels.length, dimensions(info), info.kind),
  ].filter((sign) => sign !== undefined);
}

/** The value of an epoch by which a system compares runs; null if it declares none. */
function comparedValue({ loss, terms }: EpochRecord, by: string | null): number | null {
  return by === null ? null : by === "total" ? loss : terms[by]!;
}

/**
 * Trains short runs from several random starts and chooses the one with the lowest value of the term by which the system
 * compares runs. Uses no labels.
 *
 * @returns the starts with their values; empty if there is only one.
 * @throws UserError if the system compares runs by no term.
 */
async function chooseStart(
  { restarts: { count, epochs }, epochs: allEpochs, model: name }: Job["plan"],
  comparedBy: string | null,
  build: (start: number) => Promise<Model>,
  run: (model: Model, start: number, lastEpochs: number) => Promise<EpochRecord[]>,
): Promise<RunSummary["restarts"]> {
  if (count === 1 || allEpochs === 0) return [];
  if (comparedBy === null) {
    throw new UserError({
      what: `${name} has no term by which random starts are compared`,
      where: "train.restarts.count in pipeline.json",
      expected: "1",
    });
  }
  const losses: number[] = [];
  for (let start = 0; start < count; start++) {
    const model = await build(start);
    const history = await run(model, start, Math.min(epochs, allEpochs));
    const main = history.filter(({ phase }) => phase === history.at(-1)!.phase);
    // The start that was chosen before an interruption may have more epochs; the record after the short run counts.
    losses.push(comparedValue(main[Math.min(epochs, allEpochs) - 1] ?? main.at(-1)!, comparedBy)!);
    model.parameters.dispose();
  }
  const best = losses.indexOf(Math.min(...losses));
  return losses.map((loss, start) => ({ start, loss, chosen: start === best }));
}

function testExamples(examples: Examples): Watched {
  const rows = splitRows(examples, "test");
  return { data: trainingData(examples, rows), classes: classesOf(examples, rows) };
}

const classesOf = ({ labels }: Examples, rows: Uint32Array): Int32Array =>
  Int32Array.from(rows, (row) => labels[row]!);

function trainingLabels(examples: Examples, rows: Uint32Array, labelled: number[]): Int32Array {
  const withLabel = new Set(labelled);
  return Int32Array.from(rows, (row) => (withLabel.has(row) ? examples.labels[row]! : -1));
}

function scalarsOf({ step, loss, terms, accuracy, nmi, testError }: EpochRecord): {
  step: number;
  values: Record<string, number>;
} {
  const parts = Object.fromEntries(Object.entries(terms).map(([name, value]) => [`loss/${name}`, value]));
  return {
    step,
    values: {
      ...(loss !== null && { "loss/total": loss }),
      ...parts,
      ...(accuracy !== null && { accuracy }),
      ...(nmi !== null && { nmi }),
      ...(testError !== null && { testError }),
    },
  };
}

const versionsOf = ({ name, tensorflow, tfjs }: Engine): Record<string, string> => ({
  engine: name,
  tfjs,
  ...(tensorflow !== null && { tensorflow }),
});
