import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "@gumbel/config";
import type { ExampleBatch } from "@gumbel/tables";
import { parse } from "csv-parse";
import { z } from "zod";
import { batchRows, type Dataset } from "./dataset.js";
import { damaged } from "./formats/verify.js";

const optionsSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      "The file: an absolute path, or one relative to the pipeline's folder. A change of the file is noticed if it is in the pipeline's data/.",
    ),
  label: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "Column with the class, any text; a value is empty if the class is unknown. Null if there is no such column.",
    ),
  split: z
    .string()
    .nullable()
    .default(null)
    .describe('Column with "train" or "test". Null if all examples are training data.'),
  shape: z
    .array(z.int().min(1))
    .length(3)
    .nullable()
    .default(null)
    .describe("[height, width, channels] if a row is an image."),
  scale: z.number().default(1).describe("Model input = value × scale + offset: 1/255 for bytes."),
  offset: z.number().default(0),
  range: z
    .enum(["unit", "real"])
    .default("real")
    .describe("Range of the model input: unit for [0, 1], real for any."),
});
type Options = z.output<typeof optionsSchema>;

/**
 * Your own data: a CSV file with a header line and a row per example, read twice as a stream. Every column except the label
 * and the split is a feature. Classes are numbered in the order of their names, by value if all are numbers.
 */
export const csv: Dataset<Options> = {
  title: "CSV file",
  optionsSchema,
  ownFiles: ({ path }, folder) => [resolve(folder, path)],

  async open(options, { folder }) {
    const file = resolve(folder, options.path);

    // First pass: columns, classes and sizes, so that the second pass can stream.
    const names = new Set<string>();
    const sizes = { train: 0, test: 0 };
    let d = 0;
    for await (const { features, label, split } of rows(file, options)) {
      d = features.length;
      if (label !== "") names.add(label);
      sizes[split === 0 ? "train" : "test"]++;
    }
    if (sizes.train === 0)
      throw damaged(file, "the file has no training example", "a header line and a row per example");
    if (options.shape && options.shape.reduce((product, size) => product * size, 1) !== d) {
      throw new UserError({
        what: `an image of shape ${options.shape.join("x")} does not have ${d} values`,
        where: "dataset.shape",
      });
    }
    const classes = inOrder(names);
    return {
      info: {
        name: "csv",
        title: options.path,
        kind: options.shape ? "image" : d === 2 ? "points" : "vector",
        shape: options.shape ?? [d],
        scale: options.scale,
        offset: options.offset,
        range: options.range,
        classes,
        source: options.path,
      },
      sizes,
      batches: () => batches(file, options, d, classes),
    };
  },
};

function inOrder(names: ReadonlySet<string>): string[] {
  const numeric = [...names].every((name) => Number.isFinite(Number(name)));
  return numeric ? [...names].sort((a, b) => Number(a) - Number(b)) : [...names].sort();
}

interface Row {
  /** The text of each feature. */
  features: string[];
  /** Empty if unknown. */
  label: string;
  split: 0 | 1;
  /** File and line of the row, for errors. */
  where: string;
}

/** Reads the rows after the header. @throws UserError naming the invalid line. */
async function* rows(file: string, options: Options): AsyncGenerator<Row> {
  let label = -1;
  let split = -1;
  let header: string[] | undefined;
  for await (const { record, line } of records(file)) {
    const where = `${file}:${line}`;
    if (!header) {
      header = record;
      label = columnNamed(options.label, header, where);
      split = columnNamed(options.split, header, where);
      const twice = header.find((name, i) => header!.indexOf(name) !== i);
      if (twice !== undefined)
        throw damaged(where, `two columns are named "${twice}"`, "a different name for each column");
      if (header.every((_, i) => i === label || i === split))
        throw damaged(where, "no column is left for the features", "a column per feature");
      continue;
    }
    const part = split < 0 ? "train" : record[split]!;
    if (part !== "train" && part !== "test")
      throw damaged(where, `"${part}" is not a split`, "train or test");
    yield {
      features: record.filter((_, i) => i !== label && i !== split),
      label: label < 0 ? "" : record[label]!,
      split: part === "train" ? 0 : 1,
      where,
    };
  }
}

/** Index of a column; -1 if `name` is null. */
function columnNamed(name: string | null, header: string[], where: string): number {
  if (name === null) return -1;
  const found = header.indexOf(name);
  if (found < 0)
    throw damaged(where, `there is no column "${name}"`, `one of ${header.slice(0, 10).join(", ")}`);
  return found;
}

async function* records(file: string): AsyncGenerator<{ record: string[]; line: number }> {
  const source = createReadStream(file);
  const parser = source.pipe(parse({ info: true, trim: true, bom: true, skip_empty_lines: true }));
  source.on("error", (error) => parser.destroy(error));
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield { record, line: info.lines };
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new UserError({
        what: "the data file is missing",
        where: file,
        expected: "a CSV file",
        hint: "put the file there, or correct dataset.path, which is relative to the pipeline's folder",
      });
    }
    throw damaged(
      file,
      `not a readable CSV file: ${message}`,
      "a header line and a row per example, all of the same length",
    );
  } finally {
    source.destroy();
  }
}

async function* batches(
  file: string,
  options: Options,
  d: number,
  classes: string[],
): AsyncGenerator<ExampleBatch> {
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  let index = 0;
  let batch = emptyBatch(d);
  let filled = 0;
  const take = (): ExampleBatch => {
    const full = {
      features: batch.features.subarray(0, filled * d),
      labels: batch.labels.subarray(0, filled),
      split: batch.split.subarray(0, filled),
      index: batch.index.subarray(0, filled),
    };
    batch = emptyBatch(d);
    filled = 0;
    return full;
  };
  for await (const { features, label, split, where } of rows(file, options)) {
    features.forEach((text, j) => {
      const value = Number(text);
      if (text === "" || !Number.isFinite(value))
        throw damaged(where, `"${text}" is not a number`, "a finite number in each feature's column");
      batch.features[filled * d + j] = value;
    });
    batch.labels[filled] = labelOf.get(label) ?? -1;
    batch.split[filled] = split;
    batch.index[filled] = index++;
    if (++filled === batchRows) yield take();
  }
  if (filled > 0) yield take();
}

const emptyBatch = (d: number) => ({
  features: new Float32Array(batchRows * d),
  labels: new Int32Array(batchRows),
  split: new Uint8Array(batchRows),
  index: new Uint32Array(batchRows),
});
