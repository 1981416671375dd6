/**
 * A checkpoint: one plain file with everything that a run needs to go on as if it had never stopped. Random numbers
 * need no state of their own: every step draws from a stream named by its number.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { decodeSafetensors, encodeSafetensors, type NamedArray, type Optimizer } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import type { EpochRecord } from "@gumbel/tables";
import { writeFileAtomic } from "@gumbel/workspace";

/** Where a run stands. */
export interface Position {
  /** Whole epochs done. */
  epoch: number;
  /** Examples of the epoch under way that are done. */
  offset: number;
  /** Steps taken in all. */
  step: number;
  /** Sums over the epoch under way, of each term times its examples. */
  sums: Record<string, number>;
  /** What was recorded of the epochs done. */
  history: EpochRecord[];
  /** Whether the model said that there is nothing left to learn. */
  converged: boolean;
}

export const startPosition = (): Position => ({
  epoch: 0,
  offset: 0,
  step: 0,
  sums: {},
  history: [],
  converged: false,
});

/** The model's state in a checkpoint, beside its weights and the optimizer's memory. */
const statePrefix = "state/";

/** Writes a checkpoint, atomically: whoever reads it sees all of it or the one before. */
export async function saveCheckpoint(
  path: string,
  position: Position,
  { parameters, state }: Model,
  optimizer: Optimizer,
): Promise<void> {
  const { steps, memory } = await optimizer.save();
  const kept = [...(state ?? [])].map(([name, array]) => [statePrefix + name, array] as const);
  const arrays = new Map<string, NamedArray>([...(await parameters.save()), ...memory, ...kept]);
  const metadata = { position: JSON.stringify(position), optimizerSteps: String(steps) };
  await writeFileAtomic(path, encodeSafetensors(arrays, metadata));
}

/** Restores a checkpoint into `model` and `optimizer`; undefined where there is none. */
export async function loadCheckpoint(
  path: string,
  { parameters, state }: Model,
  optimizer: Optimizer,
): Promise<Position | undefined> {
  if (!existsSync(path)) return undefined;
  const { arrays, metadata } = decodeSafetensors(await readFile(path));
  parameters.load(arrays);
  optimizer.load({ steps: Number(metadata.optimizerSteps), memory: arrays });
  for (const [name, array] of arrays) {
    if (name.startsWith(statePrefix)) state?.set(name.slice(statePrefix.length), array);
  }
  return JSON.parse(metadata.position!) as Position;
}
