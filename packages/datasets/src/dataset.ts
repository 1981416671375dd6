/** The interface of a data set: one file that implements `Dataset`, and one line of the registry. */
import type { DatasetInfo, ExampleBatch, RawColumn } from "@gumbel/tables";
import type { z } from "zod";

/** Examples with the same rows of the user's own columns. */
export interface OwnBatch extends ExampleBatch {
  /** The columns that `OpenDataset.original` names; absent for a named data set. */
  original?: RawColumn[];
}

/** A data set whose files were found and can be read. */
export interface OpenDataset {
  info: DatasetInfo;
  /** Number of examples; ingest needs it before it reads them. */
  sizes: { train: number; test: number };
  /** Names of the user's own columns, for original.arrow; absent for a named data set. */
  original?: string[];
  /**
   * Reads the examples, once. The content is verified while it is read, so that an error may come at the very end: then
   * none of the examples may be used.
   *
   * @throws UserError if the files are damaged or are not the expected ones.
   */
  batches(): AsyncIterable<OwnBatch> | Iterable<OwnBatch>;
}

/** Settings of the pipeline that a data set is opened for. */
export interface OpenContext {
  /** The pipeline's seed, for data that is drawn or sampled. */
  seed: number;
  /** The pipeline's folder, for relative paths to the user's files. */
  folder: string;
  /** Logs progress: the file that is used, the size of a download so far. */
  log(line: string): void;
}

/** A data set and its options. */
export interface Dataset<Options = unknown> {
  title: string;
  optionsSchema: z.ZodType<Options>;
  /**
   * The files and folders that it reads, found or downloaded: their paths, by names that say the same on every machine. Their
   * content is part of cache keys. Absent if it is drawn from a seed.
   *
   * @throws UserError if one cannot be found or downloaded.
   */
  files?(options: Options, context: Omit<OpenContext, "seed">): Promise<Record<string, string>>;
  /**
   * Opens its files.
   *
   * @throws UserError if files cannot be found or read.
   */
  open(options: Options, context: OpenContext): Promise<OpenDataset>;
}

/** `split` and `index` of `count` examples of one split, whose first one has position `first` in the original data set. */
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

/** Examples per batch. A reader of the Arrow file gets as many at a time. */
export const batchRows = 2000;

/**
 * Splits the examples of one split, which are in memory, into batches.
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

/** Class names of data sets of digits. */
export const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
