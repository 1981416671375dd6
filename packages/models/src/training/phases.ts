/** Phases of a system with one network, in a line each. */
import type { Objective, OptimizerOptions } from "@gumbel/engine";
import { z } from "zod";
import type { Batch, Phase, Player, Schedule } from "../system.js";

/** Adam with the constants of its paper. */
export const adam = (learningRate: number): OptimizerOptions => ({ name: "adam", learningRate });

/** Stochastic gradient descent with momentum 0.9. */
export const sgd = (learningRate: number): OptimizerOptions => ({ name: "sgd", learningRate });

type Hooks = Pick<
  Phase,
  "start" | "beforeStep" | "afterStep" | "learningRate" | "pretraining" | "continues"
> &
  Pick<Player, "trains">;

/** A phase in which one network minimises one objective. */
export function phase(
  name: string,
  { epochs, batchSize, labelledPerBatch = 0, optimizer }: Schedule,
  objective: (batch: Batch) => Objective,
  { trains, ...hooks }: Hooks = {},
): Phase {
  return {
    name,
    epochs,
    batch: { size: batchSize, labelled: labelledPerBatch },
    ...hooks,
    players: [{ name: "model", optimizer, objective, ...(trains && { trains }) }],
  };
}

/** The main phase: its schedule is that of `train` in pipeline.json. */
export const mainPhase = (
  schedule: Schedule,
  objective: (batch: Batch) => Objective,
  hooks: Hooks = {},
): Phase => phase("training", schedule, objective, hooks);

/** A weight that grows linearly from 0 to 1 over the first epochs of a phase. @param epoch with its fraction */
export const ramp = (epoch: number, epochs: number): number => (epochs > 0 ? Math.min(1, epoch / epochs) : 1);

/** A factor of the learning rate that is halved every so many epochs; 1 without. */
export const halved = (epoch: number, every: number | null): number =>
  every === null ? 1 : 0.5 ** Math.floor(epoch / every);

/** A factor of the learning rate that is 1 for a share of the epochs and then falls linearly, to 0 after the last. */
export const linearDecay = (epoch: number, epochs: number, constantShare: number): number =>
  constantShare >= 1 ? 1 : Math.min(1, (1 - epoch / epochs) / (1 - constantShare));

/** The option of `linearDecay`. */
export const constantShareOption = (share: number, source: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .default(share)
    .describe(`Share of the epochs before the learning rate falls, linearly to 0. ${source}`);
