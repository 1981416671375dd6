import { columnMethods } from "@gumbel/tables";
import { z } from "zod";

/** The formats of the user's own files, by their name in pipeline.json. */
export const formats = [
  "csv",
  "parquet",
  "arrow",
  "jsonl",
  "npy",
  "npz",
  "mat",
  "idx",
  "images",
  "texts",
] as const;
export type Format = (typeof formats)[number];

export const separators = [",", ";", "tab", "|", "space"] as const;
export const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = (typeof encodings)[number];

const method = z.enum(columnMethods);
const numberMethod = z.enum(["standardize", "minmax", "robust", "none"]);
const size = z.int().min(1);

/** The options of the data set `file`: docs/data.md has them in a table. */
export const optionsSchema = z.strictObject({
  path: z.string().min(1).describe("The file or the folder: absolute, or relative to the pipeline's folder."),
  format: z
    .enum(["auto", ...formats])
    .default("auto")
    .describe("Format of the file; auto goes by its first bytes and its name."),
  label: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "Column with the class (npz, mat: array; idx: file), never seen in training unless `labels` says so; blank if unknown.",
    ),
  split: z
    .string()
    .nullable()
    .default(null)
    .describe('Column with "train" or "test"; null: all rows are training data.'),
  ignore: z.array(z.string()).default([]).describe("Columns that are no features."),
  separator: z
    .enum(["auto", ...separators])
    .default("auto")
    .describe("Text tables: what stands between two values."),
  decimal: z.enum(["auto", ".", ","]).default("auto").describe("Text tables: point or comma in 0.5."),
  encoding: z
    .enum(["auto", ...encodings])
    .default("auto")
    .describe("Text: how characters are stored; auto is UTF-8 or UTF-16, else windows-1252."),
  header: z
    .union([z.literal("auto"), z.boolean()])
    .default("auto")
    .describe("Text tables: whether the first line has the names of the columns."),
  array: z
    .string()
    .nullable()
    .default(null)
    .describe("npz, mat: the array with the examples; null finds X, x, data or the only one."),
  shape: z
    .tuple([size, size, size])
    .nullable()
    .default(null)
    .describe("[height, width, channels] if each row is an image."),
  size: z
    .tuple([size, size])
    .nullable()
    .default(null)
    .describe(
      "Folders of images: [height, width] that every image is resized to; null: all have the same size.",
    ),
  text: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "Tables: the column of a text whose words are the features, and nothing else; null: every column is one.",
    ),
  terms: z
    .int()
    .min(1)
    .default(2000)
    .describe("Texts: number of features, the most frequent words of the training texts."),
  prepare: z
    .union(
      [
        numberMethod,
        z.strictObject({ default: numberMethod.optional(), columns: z.record(z.string(), method) }),
      ],
      {
        error:
          'expected "standardize", "minmax", "robust" or "none", or { "default": …, "columns": { "<column>": … } }, where a column may also be "categories"',
      },
    )
    .nullable()
    .default(null)
    .describe("How numbers become features; null: standardize for tables, [0, 1] for images."),
  missing: z
    .enum(["error", "drop", "mean", "median"])
    .default("error")
    .describe("A missing value is an error, drops its row, or is filled with the column's mean or median."),
  missingValues: z
    .array(z.string())
    .default([])
    .describe("What stands for a missing value beside blanks, NA and their like: -999, unknown."),
  range: z
    .enum(["unit", "real"])
    .nullable()
    .default(null)
    .describe(
      "Range of the model input: unit for [0, 1], which is checked; null: unit for images, else real.",
    ),
});
export type FileOptions = z.output<typeof optionsSchema>;
