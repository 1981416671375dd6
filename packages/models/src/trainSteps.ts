/** Training without checkpoints and logs, for tests and benchmarks. */
import { makeOptimizer, type Objective, type OptimizerOptions, scalarsOf, tf } from "@gumbel/engine";
import { type RandomStream, stream } from "@gumbel/random";
import type { Model, Phase, Position, TrainingData } from "./system.js";

/** Options of `trainSteps`. */
export interface ShortTraining {
  /** Of every phase; absent: the epochs, batches and rates of each phase itself. */
  steps?: number;
  /** All examples if absent. */
  batchSize?: number;
  /** In place of each player's own. */
  optimizer?: OptimizerOptions;
  seed?: number;
  /** Called after each step with the objectives of its players, which it does not dispose of. */
  watch?(objectives: Objective[], at: Position): void;
}

/** Trains some phases for so many steps each, without checkpoints and logs. */
export async function trainSteps(
  model: Model,
  data: TrainingData,
  { steps, batchSize: given = data.n, optimizer, seed = 0, watch }: ShortTraining,
  phases: readonly Phase[] = model.training.phases,
): Promise<void> {
  for (const phase of phases) {
    const optimizers = phase.players.map((player) =>
      makeOptimizer(model.parameters, optimizer ?? player.optimizer, player.trains),
    );
    await phase.start?.(data);
    const batchSize = steps === undefined ? phase.batch.size : given;
    const perEpoch = Math.ceil(data.n / batchSize);
    const last = steps ?? phase.epochs * perEpoch;
    let order: Uint32Array = Uint32Array.from({ length: data.n }, (_, row) => row);
    for (let step = 0; step < last; step++) {
      const epoch = Math.floor(step / perEpoch);
      const offset = (step % perEpoch) * batchSize;
      if (offset === 0 && batchSize < data.n) order = stream(seed, phase.name, epoch).permutation(data.n);
      const at = { epoch, offset, step };
      if (steps === undefined) {
        const factor = phase.learningRate?.(epoch, phase.epochs) ?? 1;
        phase.players.forEach((player, i) => {
          optimizers[i]!.learningRate = player.optimizer.learningRate * factor;
        });
      }
      if ((await phase.beforeStep?.(at, data)) === "converged") break;
      const rows = order.subarray(offset, offset + batchSize);
      const x = tf.tensor2d(data.rows(rows), [rows.length, data.d]);
      const labels = Int32Array.from(rows, (row) => data.labels?.[row] ?? -1);
      const random = (name: string): RandomStream => stream(seed, phase.name, "step", step, name);
      const batch = { x, rows, labels, epoch: step / perEpoch, epochs: phase.epochs, random };
      const objectives = phase.players.map((player, i) =>
        optimizers[i]!.minimize(() => player.objective(batch)),
      );
      watch?.(objectives, at);
      tf.dispose([x, ...objectives.flatMap(scalarsOf)]);
      await phase.afterStep?.(rows, data);
    }
    for (const each of optimizers) each.dispose();
  }
}
