/**
 * A checkpoint: one file with everything that a run needs to resume with the same bytes as without a break. It has no state
 * of random numbers, since every step draws from a stream named by its number. A safetensors file, followed by its SHA-256 in
 * hexadecimal: no manifest lists a checkpoint, so it carries a checksum of its own, over weights and position alike.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { decodeSafetensors, encodeSafetensors, type NamedArray, type Optimizer } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import { checkedBytes, type EpochRecord, withChecksum } from "@gumbel/tables";
import { writeFileAtomic } from "@gumbel/workspace";
import type { SavedSums } from "./sums.js";

/** The progress of a run. */
export interface RunPosition {
  /** Name of the current phase. */
  phase: string;
  /** Number of finished epochs of the phase. */
  epoch: number;
  /** Number of examples of the current epoch that are done. */
  offset: number;
  /** Number of finished steps of the phase. */
  step: number;
  /** Sums over the current epoch. */
  sums: SavedSums;
  /** True if the phase has ended before its last epoch. */
  converged: boolean;
  /** The records of all finished epochs, of all phases. */
  history: EpochRecord[];
}

/** The position at the beginning of a phase. */
export const startPosition = (phase: string, history: EpochRecord[]): RunPosition => ({
  phase,
  epoch: 0,
  offset: 0,
  step: 0,
  sums: {},
  converged: false,
  history,
});

/** Optimizers of the current phase, by player. */
export type Optimizers = ReadonlyMap<string, Optimizer>;

const statePrefix = "state/";
const optimizerPrefix = (player: string): string => `optimizer/${player}/`;

/** The contents of a checkpoint. */
export interface Checkpoint {
  position: RunPosition;
  /** Number of steps of each player's optimizer. */
  optimizerSteps: Record<string, number>;
  arrays: Map<string, NamedArray>;
}

/**
 * Writes a checkpoint atomically: a reader sees either all of it or the previous one.
 *
 * @param key digest of everything that the run follows from
 */
export async function saveCheckpoint(
  path: string,
  key: string,
  position: RunPosition,
  { parameters, training }: Model,
  optimizers: Optimizers,
): Promise<void> {
  const arrays = await parameters.save();
  for (const [name, array] of training.state ?? []) arrays.set(statePrefix + name, array);
  const optimizerSteps: Checkpoint["optimizerSteps"] = {};
  for (const [player, optimizer] of optimizers) {
    const { steps, memory } = await optimizer.save();
    optimizerSteps[player] = steps;
    for (const [name, array] of memory) arrays.set(optimizerPrefix(player) + name, array);
  }
  const metadata = { key, run: JSON.stringify({ position, optimizerSteps }) };
  await writeFileAtomic(path, withChecksum(encodeSafetensors(arrays, metadata)));
}

/**
 * Reads a checkpoint and restores the model's weights and state; undefined if there is none of this key that is whole. Of one
 * that is damaged `say` is told, and the run begins anew.
 */
export async function loadCheckpoint(
  path: string,
  key: string,
  { parameters, training }: Model,
  say: (what: string) => void,
): Promise<Checkpoint | undefined> {
  if (!existsSync(path)) return undefined;
  const bytes = checkedBytes(await readFile(path));
  if (!bytes) {
    say(`its checkpoint is damaged, so that it is trained from the beginning: ${path}`);
    return undefined;
  }
  const { arrays, metadata } = decodeSafetensors(bytes);
  if (metadata.key !== key) {
    say(`its checkpoint is that of another run, so that it is trained from the beginning: ${path}`);
    return undefined;
  }
  parameters.load(arrays);
  for (const [name, array] of arrays) {
    if (name.startsWith(statePrefix)) training.state?.set(name.slice(statePrefix.length), array);
  }
  return { ...(JSON.parse(metadata.run!) as Omit<Checkpoint, "arrays">), arrays };
}

/** Restores the optimizers of the phase in which a checkpoint was written. */
export function restoreOptimizers({ arrays, optimizerSteps }: Checkpoint, optimizers: Optimizers): void {
  for (const [player, optimizer] of optimizers) {
    const prefix = optimizerPrefix(player);
    const memory = [...arrays].flatMap(([name, array]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [],
    );
    optimizer.load({ steps: optimizerSteps[player]!, memory: new Map(memory) });
  }
}
