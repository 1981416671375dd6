/** The settings that `gumbel new --data` writes for a system on data of some size. */
import { fitToData, type OwnData } from "./ownData.js";
import type { System } from "./system.js";

/** How long a quick run on so many rows is: about 3,000 steps, in 1 to 200 epochs. */
const [steps, mostEpochs] = [3000, 200];
const smallestBatch = 16;

/**
 * Epochs of a quick run, and a smaller batch if the data is so small that the system's own would hardly take a step per epoch.
 *
 * @param batchSize the system's own
 * @returns `batchSize` is undefined if the system's own will do
 */
export function scheduleFor(rows: number, batchSize: number): { epochs: number; batchSize?: number } {
  // The largest power of two with which `mostEpochs` are enough steps.
  const small = Math.max(smallestBatch, 2 ** Math.floor(Math.log2((rows * mostEpochs) / steps)));
  const batch = Math.min(batchSize, small);
  const epochs = Math.round(steps / Math.ceil(rows / batch));
  return {
    epochs: Math.min(mostEpochs, Math.max(1, epochs)),
    ...(batch < batchSize && { batchSize: batch }),
  };
}

/** Settings of a pipeline of the user's own data. */
export interface OwnSettings {
  /** Options of the system. */
  model: Record<string, unknown>;
  train: { batchSize?: number };
  /** What the quick profile changes. */
  quick: { model?: Record<string, unknown>; train?: { epochs: number } };
  /** What the full profile changes, beside its seeds. */
  full: { epochs?: number };
}

/**
 * The options and the schedule of a system for data of this size: about 3,000 steps of each phase in the quick profile, and
 * the system's own schedule in the full one, or that of the quick one if it is longer.
 *
 * @param data.n training rows
 * @param data.shape [d], or [height, width, channels] of an image
 */
export function settingsFor(
  { training, optionsSchema, forData }: System,
  data: Pick<OwnData, "n" | "shape" | "range">,
): OwnSettings {
  const defaults = optionsSchema.safeParse({}).data as
    | { pretraining?: { epochs: number; batchSize: number } }
    | undefined;
  const main = scheduleFor(data.n, training.batchSize);
  const pretraining = defaults?.pretraining && scheduleFor(data.n, defaults.pretraining.batchSize);
  const trains = training.epochs > 0;
  return {
    model: {
      ...forData?.(fitToData(data, main.epochs)),
      ...(pretraining?.batchSize && { pretraining: { batchSize: pretraining.batchSize } }),
    },
    train: trains && main.batchSize ? { batchSize: main.batchSize } : {},
    quick: {
      ...(pretraining && { model: { pretraining: { epochs: pretraining.epochs } } }),
      ...(trains && { train: { epochs: main.epochs } }),
    },
    full: trains && main.epochs > training.epochs ? { epochs: main.epochs } : {},
  };
}
