import type { OwnBatch } from "@gumbel/datasets";
import { stream } from "@gumbel/random";
import type { RawColumn } from "@gumbel/tables";

/** Keeps a limited number of examples: the same share of each split, at random from the seed, in their order. */
export class Limit {
  /** Kept positions within each split. */
  readonly #kept: readonly [ReadonlySet<number>, ReadonlySet<number>];
  /** Number of examples of each split in the batches so far. */
  readonly #seen: [number, number] = [0, 0];

  constructor(sizes: { train: number; test: number }, limit: number, seed: number) {
    const n = sizes.train + sizes.test;
    const kept = Math.min(limit, n);
    const train = n === 0 ? 0 : Math.round((kept * sizes.train) / n);
    const draw = (name: "train" | "test", count: number): ReadonlySet<number> =>
      new Set(stream(seed, "limit", name).permutation(sizes[name]).subarray(0, count));
    this.#kept = [draw("train", train), draw("test", kept - train)];
  }

  /** The kept examples of the next batch. Must be called with each batch once, in the order of the data set. */
  keep(batch: OwnBatch): OwnBatch {
    const rows: number[] = [];
    for (const [row, split] of batch.split.entries()) {
      const side = split === 0 ? 0 : 1;
      if (this.#kept[side].has(this.#seen[side]++)) rows.push(row);
    }
    const d = batch.features.length / batch.labels.length;
    const features =
      batch.features instanceof Uint8Array
        ? new Uint8Array(rows.length * d)
        : new Float32Array(rows.length * d);
    for (const [i, row] of rows.entries()) {
      features.set(batch.features.subarray(row * d, (row + 1) * d), i * d);
    }
    const own = (values: RawColumn): RawColumn =>
      Array.isArray(values)
        ? rows.map((row) => values[row]!)
        : Float64Array.from(rows, (row) => values[row]!);
    return {
      features,
      labels: Int32Array.from(rows, (row) => batch.labels[row]!),
      split: Uint8Array.from(rows, (row) => batch.split[row]!),
      index: Uint32Array.from(rows, (row) => batch.index[row]!),
      ...(batch.original && { original: batch.original.map(own) }),
    };
  }
}
