/**
 * ingest/data.arrow: the examples of a data set, written by `ingest` and read by every later stage.
 */

import { join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { parseJson } from "@gumbel/workspace";
import { z } from "zod";
import { type Columns, column, readMetadata, readTable, TableWriter } from "./arrow.js";
import type { Artifacts } from "./manifest.js";
import { preparationSchema } from "./preparation.js";
import { signSchema } from "./sign.js";

/** Description of a data set, without its examples. */
const datasetInfoSchema = z.strictObject({
  /** Registry name: mnist, usps, … */
  name: z.string(),
  /** Human name: MNIST. */
  title: z.string(),
  /** Kind of the examples, for the report: pictures, documents' terms, points in the plane, or other vectors. */
  kind: z.enum(["image", "text", "points", "vector"]),
  /** [height, width, channels] of an image, [d] of anything else. */
  shape: z.array(z.int().min(1)).min(1),
  /** Model input = stored value × scale + offset. */
  scale: z.number(),
  offset: z.number(),
  /** Range of the model input: [0, 1], as for a Bernoulli likelihood, or all real numbers. */
  range: z.enum(["unit", "real"]),
  /** Names of the classes, by label; empty if there are no labels. */
  classes: z.array(z.string()),
  /** Text only: the term of each dimension. */
  terms: z.array(z.string()).optional(),
  /** Own data only: how its columns or its texts became features; absent for pixels, which have `scale` and `offset`. */
  preparation: preparationSchema.optional(),
  /** Own data only: the user's own names. */
  columns: z
    .strictObject({
      /** Column or array of the classes; null if there is none. */
      label: z.string().nullable(),
      /** Columns that are no features, by the user's wish or because they number the rows or are empty. */
      ignored: z.array(z.string()),
      /** What may be wrong with them. */
      doubts: z.array(signSchema),
    })
    .optional(),
  /** Origin of the data, for the report. */
  source: z.string(),
});
export type DatasetInfo = z.output<typeof datasetInfoSchema>;

/** Codes of the `split` column. */
export const splits = { train: 0, test: 1 } as const;

/** Consecutive examples, in the order of the original files. */
export interface ExampleBatch {
  /** Stored features, `n × d`, row by row; uint8 for pixels. */
  features: Uint8Array | Float32Array;
  /** Class of each example, -1 if unknown. */
  labels: Int32Array;
  /** `splits.train` or `splits.test` for each example. */
  split: Uint8Array;
  /** Position of each example in the original data set (train files first, then test). */
  index: Uint32Array;
}

/** A data set in memory. */
export interface Examples extends ExampleBatch {
  info: DatasetInfo;
  n: number;
  /** Dimensions of one example: the product of `info.shape`. */
  d: number;
}

export const labelledSchema = z.strictObject({
  draws: z
    .array(
      z.strictObject({
        /** Seed of the draw. */
        seed: z.int().min(0),
        /** Rows of data.arrow that keep their label, ascending; all of the training split. */
        indices: z.array(z.int().min(0)).min(1),
      }),
    )
    .min(1),
});
/** ingest/labelled.json: the labelled examples of training, one draw per run. */
export type Labelled = z.output<typeof labelledSchema>;

/**
 * The rows of data.arrow that keep their label in one run; empty if no label is used.
 *
 * @param ingest the finished ingest stage
 * @param run index of the run, from 0
 */
export async function labelledRows(ingest: Artifacts, run: number): Promise<number[]> {
  if (!ingest.names.includes("labelled.json")) return [];
  const contents = await ingest.json("labelled.json");
  const { draws } = parseWith(labelledSchema, contents, join(ingest.folder, "labelled.json"));
  return draws[run]?.indices ?? [];
}

const metadataKey = "gumbel.dataset";

/** Number of values in one example. */
export const dimensions = (info: DatasetInfo): number =>
  info.shape.reduce((product, size) => product * size, 1);

/** Writes examples batch by batch to an Arrow file, with the data set's description in the schema's metadata. */
export class ExamplesWriter {
  readonly #table: TableWriter;
  readonly #d: number;

  constructor(path: string, info: DatasetInfo) {
    this.#d = dimensions(info);
    this.#table = new TableWriter(path, {
      metadata: { [metadataKey]: JSON.stringify(info) },
      vectors: ["features"],
    });
  }

  write({ features, labels, split, index }: ExampleBatch): void {
    const columns: Columns = {
      index: { values: index, width: 1 },
      split: { values: split, width: 1 },
      label: { values: labels, width: 1 },
      features: { values: features, width: this.#d },
    };
    this.#table.write(columns);
  }

  close(): void {
    this.#table.close();
  }

  abort(): void {
    this.#table.abort();
  }
}

function parseInfo(metadata: ReadonlyMap<string, string>, path: string): DatasetInfo {
  const text = metadata.get(metadataKey);
  if (text === undefined) {
    throw new UserError({ what: `an Arrow file without "${metadataKey}" in its metadata`, where: path });
  }
  return parseWith(datasetInfoSchema, parseJson(text, path), path);
}

/** Reads the description in ingest/data.arrow, and none of its examples. */
export async function readDatasetInfo(path: string): Promise<DatasetInfo> {
  return parseInfo(await readMetadata(path), path);
}

/** Reads ingest/data.arrow. */
export async function readExamples(path: string): Promise<Examples> {
  const table = await readTable(path);
  const info = parseInfo(table.metadata, path);
  const stored = table.columns.features;
  const features =
    stored?.values instanceof Uint8Array
      ? column(table, "features", Uint8Array)
      : column(table, "features", Float32Array);
  return {
    info,
    n: table.rows,
    d: features.width,
    features: features.values,
    labels: column(table, "label", Int32Array).values,
    split: column(table, "split", Uint8Array).values,
    index: column(table, "index", Uint32Array).values,
  };
}

/** Rows of the examples of a split, or of all, ascending. */
export function splitRows(
  { split }: Pick<Examples, "split">,
  which: "all" | keyof typeof splits,
): Uint32Array {
  const all = Uint32Array.from(split.keys());
  return which === "all" ? all : all.filter((row) => split[row] === splits[which]);
}

/**
 * The description of the data that a model is built for.
 *
 * @param training number of training examples
 * @param labelled number of training examples that keep their label
 * @param foundClusters number of clusters that was found in the data; null if none was looked for
 */
export function dataDescription(
  info: DatasetInfo,
  training: number,
  labelled: number,
  foundClusters: number | null,
) {
  const { shape, range, classes } = info;
  return {
    shape,
    range,
    d: dimensions(info),
    classes: classes.length,
    foundClusters,
    examples: training,
    labelled,
  };
}

/**
 * The given rows in the model's input scale: stored value × scale + offset.
 *
 * @param rows positions in `examples`
 * @returns rows.length × d
 */
export function modelInput(
  { features, d, info: { scale, offset } }: Examples,
  rows: Uint32Array,
): Float32Array {
  const input = new Float32Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * d;
    const to = i * d;
    for (let j = 0; j < d; j++) input[to + j] = features[from + j]! * scale + offset;
  }
  return input;
}
