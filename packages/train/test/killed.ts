/** Training runs that are killed and resumed from their checkpoint. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NamedArray } from "@gumbel/engine";
import type { Model, TrainingData } from "@gumbel/models";
import type { EpochRecord } from "@gumbel/tables";
import { train } from "../src/loop.js";

class Killed extends Error {}

/**
 * Trains a model with a checkpoint after every step. For each number of `kills`, a run with a new model is killed after so many
 * reads of examples; a last run is not killed.
 *
 * @param build builds the untrained model, with the same weights in each call
 */
export async function trainKilled(
  build: () => Model,
  data: TrainingData,
  kills: number[],
): Promise<{ history: EpochRecord[]; weights: Map<string, NamedArray> }> {
  const folder = await mkdtemp(join(tmpdir(), "gumbel-killed-"));
  const run = async (reads: number) => {
    const model = build();
    let left = reads;
    const rows = (chosen: Uint32Array) => {
      if (left-- <= 0) throw new Killed();
      return data.rows(chosen);
    };
    const history = await train({
      model,
      data: { ...data, rows },
      labels: data.labels ?? new Int32Array(data.n).fill(-1),
      seed: 0,
      start: 0,
      pretrained: false,
      checkpoint: join(folder, "checkpoint"),
      key: "a",
      checkpointSeconds: 0,
      yieldMilliseconds: 0,
      progress() {},
      interrupted: () => false,
    });
    await model.training.finish?.(data);
    return { history, weights: await model.parameters.save() };
  };
  for (const reads of kills) {
    await run(reads).then(
      () => Promise.reject(new Error(`the run ended before read ${reads}`)),
      (error: unknown) => (error instanceof Killed ? undefined : Promise.reject(error)),
    );
  }
  const done = await run(Number.POSITIVE_INFINITY);
  await rm(folder, { recursive: true });
  return done;
}
