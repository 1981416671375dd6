import type { ExampleBatch } from "@gumbel/artifacts";
import { stream } from "@gumbel/random";

/**
 * Which examples are kept under a limit: the same share of each split, at random from the seed.
 *
 * @returns the kept positions in the original data set; undefined where everything is kept.
 */
export function limitRows(sizes: { train: number; test: number }, limit: number | null, seed: number): Set<number> | undefined {
  const n = sizes.train + sizes.test;
  if (limit === null || limit >= n) return undefined;
  const train = Math.round((limit * sizes.train) / n);
  const draw = (name: string, first: number, size: number, count: number): number[] =>
    [...stream(seed, "limit", name).permutation(size).subarray(0, count)].map((position) => first + position);
  return new Set([...draw("train", 0, sizes.train, train), ...draw("test", sizes.train, sizes.test, limit - train)]);
}

/** The rows of a batch whose position is in `kept`, in their order. */
export function keepRows(batch: ExampleBatch, kept: ReadonlySet<number>): ExampleBatch {
  const rows = [...batch.index.keys()].filter((row) => kept.has(batch.index[row]!));
  const d = batch.features.length / batch.labels.length;
  const features = batch.features instanceof Uint8Array ? new Uint8Array(rows.length * d) : new Float32Array(rows.length * d);
  rows.forEach((row, i) => features.set(batch.features.subarray(row * d, (row + 1) * d), i * d));
  return {
    features,
    labels: Int32Array.from(rows, (row) => batch.labels[row]!),
    split: Uint8Array.from(rows, (row) => batch.split[row]!),
    index: Uint32Array.from(rows, (row) => batch.index[row]!),
  };
}
