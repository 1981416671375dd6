/** The training loop: every system goes through it, and it reads from top to bottom. */

import { UserError } from "@gumbel/config";
import { Adam, type Objective, type Optimizer, Sgd, tf } from "@gumbel/engine";
import type { Model, TrainingData } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { type EpochRecord, type Examples, modelInput } from "@gumbel/tables";
import { Batches } from "./batches.js";
import { loadCheckpoint, type Position, saveCheckpoint, startPosition } from "./checkpoint.js";
import type { LiveSeed } from "./live.js";
import type { Monitor } from "./monitor.js";
import type { SnapshotTaker } from "./snapshots.js";

export interface LoopOptions {
  model: Model;
  data: TrainingData;
  /** Labels that training may use, by row; -1 elsewhere. */
  labels: Int32Array;
  seed: number;
  /** Which of the random starts of this seed. */
  start: number;
  /** Whether this is the model's pretraining, with random streams of its own. */
  pretraining: boolean;
  /** Train until so many epochs are done in all. */
  epochs: number;
  /** Examples of an epoch that a step takes. */
  batchSize: number;
  /** Labelled examples that come with every batch, beside those; 0 for training without labels. */
  labelledPerBatch: number;
  optimizer: "adam" | "sgd";
  learningRate: number;
  /** Where the checkpoint lies. */
  checkpoint: string;
  checkpointSeconds: number;
  /** Watches the clusters, once there are any; never steers. */
  monitor: Monitor | undefined;
  snapshots: SnapshotTaker | undefined;
  /** Leaves what can be looked at while training runs; changes nothing of it. */
  live?: LiveSeed | undefined;
  progress(report: Progress): void;
  /** Asked between steps: true means write a checkpoint and stop. */
  interrupted(): boolean;
}

/** What a heartbeat tells. */
export interface Progress {
  pretraining: boolean;
  start: number;
  /** Epochs done, with the fraction of the one under way. */
  epoch: number;
  epochs: number;
  /** Examples a second since the run began or resumed. */
  examplesPerSecond: number;
  secondsLeft: number;
  /** The last finished epoch's record. */
  last?: EpochRecord;
}

/** Thrown when a run was asked to stop; its checkpoint is written. */
export class Interrupted extends Error {}

/** How often the loop lets go of the thread, for signals and heartbeats. */
const breathMilliseconds = 250;

/**
 * Trains `model` until `epochs` are done, from its checkpoint where there is one.
 *
 * @returns the record of every epoch.
 * @throws UserError where the objective stops being a number.
 */
export async function train(options: LoopOptions): Promise<EpochRecord[]> {
  const { model, data, batchSize, seed, start } = options;
  const phase = phaseOf(options.pretraining);
  if (!model.objective) return [];
  const { learningRate } = options;
  const batches = new Batches(options.labels, options.labelledPerBatch);
  const optimizer = new { adam: Adam, sgd: Sgd }[options.optimizer](model.parameters, { learningRate });
  const at = await resume(options, optimizer);

  const began = performance.now();
  let breath = began;
  let saved = began;
  let seen = 0;

  while (at.epoch < options.epochs && !at.converged) {
    optimizer.learningRate = learningRate * (model.learningRateFactor?.(at.epoch) ?? 1);
    const order = batches.order(stream(seed, phase, "batches", start, at.epoch));
    const sums = new Sums(at.sums);

    while (at.offset < order.length) {
      if (model.beforeStep) {
        at.converged = (await model.beforeStep(at, data)) === "converged";
        if (at.converged) break;
      }
      const passed = order.subarray(at.offset, at.offset + batchSize);
      const rows = batches.withLabelled(passed, stream(seed, phase, "labelled", start, at.step));
      const epoch = at.epoch + at.offset / order.length;
      sums.add(step(options, optimizer, rows, epoch, at.step), passed.length);
      at.step++;
      at.offset += passed.length;
      seen += passed.length;
      await options.snapshots?.after("step", at.step, model);

      const now = performance.now();
      if (now - breath < breathMilliseconds) continue;
      breath = now;
      await new Promise(setImmediate);
      options.progress(progressOf(options, batches.perEpoch, at, seen, (now - began) / 1000));
      if (options.interrupted() || now - saved > options.checkpointSeconds * 1000) {
        at.sums = sums.values();
        await saveCheckpoint(options.checkpoint, at, model, optimizer);
        saved = performance.now();
        if (options.interrupted()) throw new Interrupted();
      }
    }

    // An epoch that ended early is recorded for what was done of it.
    if (at.offset > 0) {
      at.history.push(await recordOf(options, at, sums.values()));
      await options.snapshots?.after("epoch", at.epoch + 1, model);
      await options.live?.epoch(model, at.history, at.converged || at.epoch + 1 === options.epochs);
    }
    sums.dispose();
    Object.assign(at, { epoch: at.epoch + 1, offset: 0, sums: {} });
    options.progress(progressOf(options, batches.perEpoch, at, seen, (performance.now() - began) / 1000));
  }
  await saveCheckpoint(options.checkpoint, at, model, optimizer);
  optimizer.dispose();
  return at.history;
}

const phaseOf = (pretraining: boolean): string => (pretraining ? "pretraining" : "training");

async function resume({ model, data, checkpoint }: LoopOptions, optimizer: Optimizer): Promise<Position> {
  const position = await loadCheckpoint(checkpoint, model, optimizer);
  if (position) return position;
  await model.start?.(data);
  return startPosition();
}

/** Step `number` of the run, on the given rows. */
function step(
  { model, data, labels, seed, start, pretraining }: LoopOptions,
  optimizer: Optimizer,
  rows: Uint32Array,
  epoch: number,
  number: number,
): Objective {
  const x = tf.tensor2d(data.rows(rows), [rows.length, data.d]);
  const terms = optimizer.minimize(() =>
    model.objective!({
      x,
      rows,
      labels: Int32Array.from(rows, (row) => labels[row]!),
      epoch,
      random: (name) => stream(seed, phaseOf(pretraining), "step", start, number, name),
    }),
  );
  x.dispose();
  return terms;
}

/**
 * Sums of the objective's terms over an epoch. A step's values are read when the next one has begun: the engine is done
 * with it then, and nobody waits.
 */
class Sums {
  readonly #sums: Map<string, number>;
  #last: { terms: Objective; count: number } | undefined;

  constructor(values: Record<string, number>) {
    this.#sums = new Map(Object.entries(values));
  }

  /** Adds each term times `count`, and disposes of the terms. */
  add(terms: Objective, count: number): void {
    this.#settle();
    this.#last = { terms, count };
  }

  values(): Record<string, number> {
    this.#settle();
    return Object.fromEntries(this.#sums);
  }

  dispose(): void {
    if (this.#last) tf.dispose(Object.values(this.#last.terms));
    this.#last = undefined;
  }

  #settle(): void {
    if (!this.#last) return;
    const { terms, count } = this.#last;
    for (const [name, term] of Object.entries(terms)) {
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + term.dataSync()[0]! * count);
    }
    this.dispose();
  }
}

async function recordOf(
  { monitor, model, seed }: LoopOptions,
  at: Position,
  sums: Record<string, number>,
): Promise<EpochRecord> {
  const { total, ...terms } = Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, sum / at.offset]),
  );
  const epoch = at.epoch + 1;
  if (!Number.isFinite(total)) {
    throw new UserError({
      what: `the objective became ${total} in epoch ${epoch}`,
      where: `seed ${seed}: ${Object.entries(terms)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ")}`,
      hint: "lower train.learningRate; look at the data for NaN",
    });
  }
  return {
    epoch,
    step: at.step,
    loss: total!,
    terms: terms as Record<string, number>,
    ...(monitor?.observe(model) ?? { accuracy: null, nmi: null }),
  };
}

function progressOf(
  { start, epochs, pretraining }: LoopOptions,
  perEpoch: number,
  at: Position,
  seen: number,
  seconds: number,
): Progress {
  const examplesPerSecond = seen / seconds;
  const left = (epochs - at.epoch) * perEpoch - at.offset;
  const last = at.history.at(-1);
  return {
    pretraining,
    start,
    epoch: at.epoch + at.offset / perEpoch,
    epochs,
    examplesPerSecond,
    secondsLeft: left / examplesPerSecond,
    ...(last && { last }),
  };
}

/** The rows of `examples` that `rows` names, as the models see them. */
export function trainingData(examples: Examples, rows: Uint32Array): TrainingData {
  return {
    n: rows.length,
    d: examples.d,
    rows: (chosen) =>
      modelInput(
        examples,
        Uint32Array.from(chosen, (row) => rows[row]!),
      ),
    all: () => modelInput(examples, rows),
  };
}
