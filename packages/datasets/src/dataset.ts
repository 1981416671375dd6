/** What a data set is to the rest of the project. A data set is one file that implements `Dataset`, and one registry line. */
import type { DatasetInfo, ExampleBatch } from "@gumbel/tables";
import type { z } from "zod";

/** A data set that was found and is about to be read. */
export interface OpenDataset {
  info: DatasetInfo;
  /** Number of examples; ingest needs it before it reads them. */
  sizes: { train: number; test: number };
  /**
   * The examples, once. Content is verified as it goes by: an error at the very end means that nothing of it may be used.
   *
   * @throws UserError where the files are damaged or are not what they should be.
   */
  batches(): AsyncIterable<ExampleBatch> | Iterable<ExampleBatch>;
}

export interface OpenContext {
  /** The pipeline's seed, for data that is drawn or sampled. */
  seed: number;
  /** The pipeline's folder, for paths to one's own files. */
  folder: string;
  /** Says what goes on: which file is found, how far a download is. */
  log(line: string): void;
}

export interface Dataset<Options = unknown> {
  title: string;
  optionsSchema: z.ZodType<Options>;
  /** The user's own files that it reads: their content must count in cache keys. Named data sets have none. */
  ownFiles?(options: Options, folder: string): string[];
  /** @throws UserError where its files cannot be found, fetched or read. */
  open(options: Options, context: OpenContext): Promise<OpenDataset>;
}

/** `split` and `index` of `count` examples of one split, the first of which stands at `first` in the original data set. */
export function splitColumns(
  split: 0 | 1,
  first: number,
  count: number,
): Pick<ExampleBatch, "split" | "index"> {
  return {
    split: new Uint8Array(count).fill(split),
    index: Uint32Array.from({ length: count }, (_, i) => first + i),
  };
}

/** Examples of one batch where a data set is in memory: what a reader of the Arrow file gets at a time. */
const batchRows = 2000;

/**
 * Examples of one split that are in memory, in batches.
 *
 * @param features n × d, row after row; the batches are views of it
 * @param labels n
 * @param first position of the first one in the original data set
 */
export function* inBatches(
  features: Uint8Array | Float32Array,
  labels: Int32Array,
  split: 0 | 1,
  first: number,
): Generator<ExampleBatch> {
  const n = labels.length;
  const d = features.length / n;
  for (let from = 0; from < n; from += batchRows) {
    const to = Math.min(n, from + batchRows);
    yield {
      features: features.subarray(from * d, to * d),
      labels: labels.subarray(from, to),
      ...splitColumns(split, first + from, to - from),
    };
  }
}

export const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
