/** The training loop of every phase of every system. */
import { UserError } from "@gumbel/config";
import { makeOptimizer, type Objective, type Optimizer, tf } from "@gumbel/engine";
import type { Model, Phase, Player, TrainingData } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { type EpochRecord, type Examples, modelInput } from "@gumbel/tables";
import { Batches, type StepRows } from "./batches.js";
import {
  type Checkpoint,
  loadCheckpoint,
  type Optimizers,
  type RunPosition,
  restoreOptimizers,
  saveCheckpoint,
  startPosition,
} from "./checkpoint.js";
import type { LiveSeed } from "./live.js";
import { type Monitor, nothingObserved } from "./monitor.js";
import { PhaseProgress, type Progress } from "./progress.js";
import { signsOfTraining } from "./signsOfTraining.js";
import type { SnapshotTaker } from "./snapshots.js";
import { Sums } from "./sums.js";

/** Everything that one training run needs. */
export interface RunOptions {
  model: Model;
  data: TrainingData;
  /** Labels that training may use, by row; -1 for unlabelled rows. */
  labels: Int32Array;
  seed: number;
  /** Index of the random start. */
  start: number;
  /** True if the weights come from another pipeline, so that phases of pretraining are skipped. */
  pretrained: boolean;
  /** Number of epochs of the last phase, if not all of them. */
  lastEpochs?: number | undefined;
  /** File of the checkpoint. */
  checkpoint: string;
  /** Digest of everything that the run follows from; a checkpoint of another one is not used. */
  key: string;
  checkpointSeconds: number;
  /** Time between two interruptions of the loop for signals, progress and checkpoints; 250 if absent. */
  yieldMilliseconds?: number;
  /** Measures the clusters after each epoch; has no effect on training. */
  monitor?: Monitor | undefined;
  snapshots?: SnapshotTaker | undefined;
  /** Writes the live files; has no effect on training. */
  live?: LiveSeed | undefined;
  progress(report: Progress): void;
  /** Called between steps; if it returns true, the loop writes a checkpoint and stops. */
  interrupted(): boolean;
}

/** Thrown when a run stops because of `interrupted`, after its checkpoint is written. */
export class Interrupted extends Error {}

/**
 * Trains a model through all of its phases, from its checkpoint if it exists.
 *
 * @returns the records of all epochs of all phases.
 * @throws UserError if an objective stops being a number.
 */
export async function train(options: RunOptions): Promise<EpochRecord[]> {
  const phases = options.model.training.phases.filter(
    ({ pretraining }) => !(pretraining && options.pretrained),
  );
  const checkpoint = await loadCheckpoint(options.checkpoint, options.key, options.model, (what) =>
    console.log(`seed ${options.seed}  ${what}`),
  );
  const first = checkpoint ? phases.findIndex(({ name }) => name === checkpoint.position.phase) : 0;
  let history = checkpoint?.position.history ?? [];
  let optimizers: Optimizers = new Map();
  for (const [i, phase] of phases.entries()) {
    if (i < first) continue;
    const last = i === phases.length - 1;
    const epochs = (last ? options.lastEpochs : undefined) ?? phase.epochs;
    const before = optimizers;
    optimizers = optimizersOf(options.model, phase, before);
    for (const [player, optimizer] of before) {
      if (optimizers.get(player) !== optimizer) optimizer.dispose();
    }
    const from = i === first ? checkpoint : undefined;
    history = await trainPhase(options, phase, epochs, optimizers, from, history);
  }
  for (const optimizer of optimizers.values()) optimizer.dispose();
  return history;
}

/** The optimizer of each player: new, or that of the previous phase. */
function optimizersOf({ parameters }: Model, { players, continues }: Phase, before: Optimizers): Optimizers {
  return new Map(
    players.map(({ name, optimizer, trains }) => [
      name,
      (continues && before.get(name)) || makeOptimizer(parameters, optimizer, trains),
    ]),
  );
}

/** Trains one phase until `epochs` of it are done. */
async function trainPhase(
  options: RunOptions,
  phase: Phase,
  epochs: number,
  optimizers: Optimizers,
  checkpoint: Checkpoint | undefined,
  history: EpochRecord[],
): Promise<EpochRecord[]> {
  const { model, data, start, yieldMilliseconds = 250 } = options;
  const { players } = phase;
  const batches = new Batches(options.labels, phase.batch);
  const at = checkpoint?.position ?? startPosition(phase.name, history);
  if (checkpoint) restoreOptimizers(checkpoint, optimizers);
  else await phase.start?.(data);
  const save = () => saveCheckpoint(options.checkpoint, options.key, at, model, optimizers);

  const progress = new PhaseProgress(phase.name, start, epochs, batches.perEpoch);
  let yielded = performance.now();
  let saved = yielded;

  while (at.epoch < epochs && !at.converged) {
    const factor = phase.learningRate?.(at.epoch, phase.epochs) ?? 1;
    for (const { name, optimizer } of players) {
      optimizers.get(name)!.learningRate = optimizer.learningRate * factor;
    }
    const orders = ordersOf(options, phase, batches, at.epoch);
    const sums = new Sums(at.sums);

    while (at.offset < batches.perEpoch) {
      if (phase.beforeStep) {
        at.converged = (await phase.beforeStep(at, data)) === "converged";
        if (at.converged) break;
      }
      sums.step();
      const steps = stepRows(options, phase, batches, orders, at);
      const count = Math.min(phase.batch.size, batches.perEpoch - at.offset);
      for (const player of players) {
        const prefix = players.length > 1 ? `${player.name}/` : "";
        const rows = steps[player.pass ?? 0]!;
        const epoch = at.epoch + at.offset / batches.perEpoch;
        const optimizer = optimizers.get(player.name)!;
        const objective = playerStep(options, phase, player, optimizer, rows, epoch, at.step);
        sums.add(objective, player.name, prefix, count);
      }
      await phase.afterStep?.(steps[0]!.rows, data);
      at.step++;
      at.offset += count;
      progress.seen += count;
      if (!phase.pretraining) await options.snapshots?.after("step", at.step, model);

      const now = performance.now();
      if (now - yielded < yieldMilliseconds) continue;
      yielded = now;
      await new Promise(setImmediate);
      options.progress(progress.report(at));
      if (options.interrupted() || now - saved > options.checkpointSeconds * 1000) {
        at.sums = sums.save();
        await save();
        saved = performance.now();
        if (options.interrupted()) throw new Interrupted();
      }
    }

    // If the phase converged within an epoch, the record covers the steps that were taken.
    if (at.offset > 0) {
      at.history.push(recordOf(options, phase, at, sums));
      if (!phase.pretraining) await options.snapshots?.after("epoch", at.epoch + 1, model);
      await options.live?.epoch(model, at.history, at.converged || at.epoch + 1 === epochs);
    }
    sums.dispose();
    Object.assign(at, { epoch: at.epoch + 1, offset: 0, sums: {} });
    options.progress(progress.report(at));
  }
  await save();
  return at.history;
}

/** The order of an epoch's examples in each pass: players of different passes see different examples. */
function ordersOf({ seed, start }: RunOptions, { name, players }: Phase, batches: Batches, epoch: number) {
  const passes = 1 + Math.max(...players.map(({ pass = 0 }) => pass));
  return Array.from({ length: passes }, (_, pass) =>
    batches.order(stream(seed, name, "batches", start, epoch, ...(pass > 0 ? [pass] : []))),
  );
}

/** The examples of a step in each pass; only the first pass has labels. */
function stepRows(
  { seed, start }: RunOptions,
  { name, batch }: Phase,
  batches: Batches,
  orders: Uint32Array[],
  at: RunPosition,
): StepRows[] {
  return orders.map((order, pass) => {
    const rows = order.subarray(at.offset, at.offset + batch.size);
    return pass === 0
      ? batches.step(rows, stream(seed, name, "labelled", start, at.step))
      : { rows, labels: new Int32Array(rows.length).fill(-1) };
  });
}

/** Step `number` of one player on the given rows. */
function playerStep(
  { data, seed, start }: RunOptions,
  { name: phase, epochs, players }: Phase,
  player: Player,
  optimizer: Optimizer,
  { rows, labels }: StepRows,
  epoch: number,
  number: number,
): Objective {
  const own = players.length > 1 ? [player.name] : [];
  const random = (purpose: string) => stream(seed, phase, "step", start, number, ...own, purpose);
  const x = tf.tensor2d(data.rows(rows), [rows.length, data.d]);
  const objective = optimizer.minimize(() => player.objective({ x, rows, labels, epoch, epochs, random }));
  x.dispose();
  return objective;
}

function recordOf(
  { monitor, model, seed }: RunOptions,
  phase: Phase,
  at: RunPosition,
  sums: Sums,
): EpochRecord {
  const { totals, terms, weights } = sums.means();
  const epoch = at.epoch + 1;
  const broken = Object.entries(totals).find(([, total]) => !Number.isFinite(total));
  if (broken) {
    throw new UserError({
      what: `the objective became ${broken[1]} in epoch ${epoch} of phase ${phase.name}`,
      where: `seed ${seed}: ${Object.entries(terms)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ")}`,
      hint: "lower train.learningRate, or standardize the data's columns",
    });
  }
  const watched = phase.pretraining ? undefined : monitor;
  const { signs, ...observed } = watched?.observe(model) ?? nothingObserved;
  const earlier = at.history.findLast((record) => record.phase !== phase.name)?.step ?? 0;
  return {
    phase: phase.name,
    epoch,
    step: earlier + at.step,
    loss: phase.players.length === 1 ? totals[phase.players[0]!.name]! : null,
    totals,
    terms,
    weights,
    ...observed,
    signs: watched ? [...signs, ...signsOfTraining(model, phase, terms)] : signs,
  };
}

/** The training data of a model: the given rows of `examples`, in the model's input scale. */
export function trainingData(examples: Examples, rows: Uint32Array): TrainingData {
  return {
    n: rows.length,
    d: examples.d,
    rows: (chosen) =>
      modelInput(
        examples,
        Uint32Array.from(chosen, (row) => rows[row]!),
      ),
    all: () => ownInput(examples, rows) ?? modelInput(examples, rows),
  };
}

/** The examples' own values, without a copy, if they are what the model sees of these rows; undefined if they are not. */
function ownInput(
  { features, d, info: { scale, offset } }: Examples,
  rows: Uint32Array,
): Float32Array | undefined {
  const [first = 0] = rows;
  if (!(features instanceof Float32Array) || scale !== 1 || offset !== 0) return undefined;
  return rows.every((row, i) => row === first + i)
    ? features.subarray(first * d, (first + rows.length) * d)
    : undefined;
}
