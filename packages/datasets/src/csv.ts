import { createReadStream, existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "@gumbel/config";
import { parse } from "csv-parse";
import { z } from "zod";
import type { Dataset, ExampleBatch } from "./dataset.js";
import { damaged } from "./verify.js";

const batchSize = 2000;

const optionsSchema = z.strictObject({
  path: z.string().describe("The file, from the pipeline's folder; keep it in the folder's data/, where changes to it are seen."),
  label: z.string().nullable().default(null).describe("Column with the class, any text; null where there is none."),
  split: z.string().nullable().default(null).describe('Column with "train" or "test"; null makes everything training data.'),
  shape: z.array(z.int().min(1)).length(3).nullable().default(null).describe("[height, width, channels] where a row is an image."),
  scale: z.number().default(1).describe("Model input = value × scale + offset: 1/255 for bytes."),
  offset: z.number().default(0),
  range: z.enum(["unit", "real"]).default("real").describe("Whether the model input lies in [0, 1]."),
});
type Options = z.output<typeof optionsSchema>;

/** Your own data: a CSV file with a header line and a row per example, read as a stream. */
export const csv: Dataset<Options> = {
  title: "CSV file",
  optionsSchema,
  ownFiles: ({ path }, folder) => [resolve(folder, path)],

  async open(options, { folder }) {
    const file = resolve(folder, options.path);
    if (!existsSync(file)) throw new UserError({ what: "the data file is missing", where: file, hint: "dataset.path counts from the pipeline's folder" });

    // First pass: columns, classes and sizes, so that the second can stream.
    const classes = new Set<string>();
    const sizes = { train: 0, test: 0 };
    let columns: string[] = [];
    for await (const { record, line } of records(file)) {
      if (line === 2) columns = Object.keys(record).filter((name) => name !== options.label && name !== options.split);
      if (options.label !== null) classes.add(field(record, options.label, file, line));
      sizes[splitOf(record, options, file, line) === 0 ? "train" : "test"]++;
    }
    if (sizes.train === 0) throw damaged(file, "the file holds no training example", "a header line and a row per example");
    const d = columns.length;
    if (options.shape && options.shape.reduce((product, size) => product * size, 1) !== d) {
      throw new UserError({ what: `an image of shape ${options.shape.join("x")} does not have ${d} values`, where: "dataset.shape" });
    }
    const names = [...classes].sort();
    return {
      info: {
        name: "csv",
        title: options.path,
        kind: options.shape ? "image" : d === 2 ? "points" : "vector",
        shape: options.shape ?? [d],
        scale: options.scale,
        offset: options.offset,
        range: options.range,
        classes: names,
        source: options.path,
      },
      sizes,
      batches: () => batches(file, options, columns, names),
    };
  },
};

type Row = Record<string, string>;

async function* records(file: string): AsyncGenerator<{ record: Row; line: number }> {
  const parser = createReadStream(file).pipe(parse({ columns: true, info: true, trim: true, bom: true }));
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Row; info: { lines: number } }>) yield { record, line: info.lines };
  } catch (error) {
    throw damaged(file, `not a CSV file: ${(error as Error).message}`, "a header line and a row per example, all of one length");
  }
}

function field(record: Row, name: string, file: string, line: number): string {
  const value = record[name];
  if (value === undefined) throw damaged(`${file}:${line}`, `there is no column "${name}"`, `one of ${Object.keys(record).slice(0, 10).join(", ")}`);
  return value;
}

function splitOf(record: Row, { split }: Options, file: string, line: number): 0 | 1 {
  if (split === null) return 0;
  const value = field(record, split, file, line);
  if (value !== "train" && value !== "test") throw damaged(`${file}:${line}`, `"${value}" is no split`, "train or test");
  return value === "train" ? 0 : 1;
}

async function* batches(file: string, options: Options, columns: string[], classes: string[]): AsyncGenerator<ExampleBatch> {
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  let rows: { features: number[]; label: number; split: 0 | 1 }[] = [];
  let index = 0;
  const flush = (): ExampleBatch => {
    const batch = {
      features: Float32Array.from(rows.flatMap(({ features }) => features)),
      labels: Int32Array.from(rows, ({ label }) => label),
      split: Uint8Array.from(rows, ({ split }) => split),
      index: Uint32Array.from(rows, (_, i) => index + i),
    };
    index += rows.length;
    rows = [];
    return batch;
  };
  for await (const { record, line } of records(file)) {
    const features = columns.map((name) => {
      const value = Number(record[name]);
      if (record[name] === "" || !Number.isFinite(value)) throw damaged(`${file}:${line}`, `"${record[name]}" in column "${name}" is no number`, "a finite number");
      return value;
    });
    rows.push({ features, label: options.label === null ? -1 : labelOf.get(record[options.label]!)!, split: splitOf(record, options, file, line) });
    if (rows.length === batchSize) yield flush();
  }
  if (rows.length > 0) yield flush();
}
