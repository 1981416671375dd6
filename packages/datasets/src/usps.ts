import { UserError } from "@gumbel/config";
import type { ExampleBatch } from "@gumbel/tables";
import unbzip2 from "unbzip2-stream";
import { z } from "zod";
import { type Dataset, digits, inBatches, type OpenDataset } from "./dataset.js";
import { readBytes, tooLarge, unpack } from "./formats/gzip.js";
import { parseDenseRows, parseSparseRows, type Rows } from "./formats/rows.js";
import { damaged, sha256, verify } from "./formats/verify.js";
import { locate, named } from "./locate.js";

const esl = "https://hastie.su.domains/ElemStatLearn/datasets/";
const libsvm = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/";
const side = 16;
/** Characters of a value in the text, with what separates it. */
const mostPerValue = 24;

/**
 * Expected content of one split's file: number of examples, and SHA-256 of all labels as bytes, then of all values in thousandths
 * as 16-bit numbers, little-endian. Labels and values are checked to be just that, so that the digest covers all that is read.
 */
interface Content {
  n: number;
  sha256: string;
}

const files = [
  { esl: "zip.train.gz", libsvm: "usps.bz2" },
  { esl: "zip.test.gz", libsvm: "usps.t.bz2" },
];

const published: [Content, Content] = [
  { n: 7291, sha256: "bb8c5577af2800d9a092a9516d927235e3eb00a05bf99fe8b76b432f12f748ae" },
  { n: 2007, sha256: "ea677dd5aa43643ea8a81f2fd0f1e24ea2a8bfdd4613a16fc075ae9cf2b4760b" },
];

const optionsSchema = z.strictObject({});

/**
 * USPS (Le Cun et al. 1990): 7,291 + 2,007 handwritten digits from envelopes, 16 × 16. The values in the files are in [-1, 1];
 * the model input is (x + 1) / 2. Read from the files of The Elements of Statistical Learning or of libsvm, which have the
 * same numbers (libsvm's labels are the digit plus one).
 */
export const usps: Dataset<z.output<typeof optionsSchema>> = {
  title: "USPS",
  optionsSchema,

  async files(_options, { log }) {
    return named("usps", await findAll(log));
  },

  async open(_options, { log }) {
    return openUsps(await findAll(log), published);
  },
};

async function findAll(log: (line: string) => void): Promise<[string, string]> {
  const paths: string[] = [];
  for (const file of files) {
    paths.push(
      await locate(
        "usps",
        [
          { file: file.esl, mirrors: [esl + file.esl], most: 20e6 },
          { file: file.libsvm, mirrors: [libsvm + file.libsvm], most: 20e6 },
        ],
        log,
      ),
    );
  }
  return paths as [string, string];
}

/**
 * Opens USPS from its files.
 *
 * @param paths files of the training and the test split; a name that ends in .bz2 is in libsvm's format
 * @param contents expected content of each
 */
export function openUsps(paths: [string, string], contents: [Content, Content]): OpenDataset {
  return {
    info: {
      name: "usps",
      title: "USPS",
      kind: "image",
      shape: [side, side, 1],
      scale: 0.5,
      offset: 0.5,
      range: "unit",
      classes: digits,
      source:
        "Le Cun et al. 1990; files of Hastie, Tibshirani, Friedman: The Elements of Statistical Learning",
    },
    sizes: { train: contents[0].n, test: contents[1].n },
    async *batches(): AsyncGenerator<ExampleBatch> {
      let first = 0;
      for (const split of [0, 1] as const) {
        const { n, sha256: expected } = contents[split];
        const file = paths[split];
        const { labels, values } = await readRows(file, n);
        if (labels.length !== n)
          throw damaged(file, "not the expected USPS file", `${n} rows, found ${labels.length}`);
        const digit = digitsOf(labels, file);
        const thousandths = thousandthsOf(values, file);
        verify(sha256().update(digit).update(new Uint8Array(thousandths.buffer)), expected, file);
        yield* inBatches(
          Float32Array.from(thousandths, (value) => value / 1000),
          labels,
          split,
          first,
        );
        first += n;
      }
    },
  };
}

/** Labels as bytes. @throws UserError naming the line of one that is no digit. */
function digitsOf(labels: Int32Array, file: string): Uint8Array {
  const wrong = labels.findIndex((label) => label < 0 || label > 9);
  if (wrong >= 0)
    throw damaged(`${file}:${wrong + 1}`, `the label is digit ${labels[wrong]}`, "a digit, 0 to 9");
  return Uint8Array.from(labels);
}

/** Values in thousandths, the precision of the published files. @throws UserError naming the line of any other value. */
function thousandthsOf(values: Float64Array, file: string): Int16Array {
  const thousandths = Int16Array.from(values, (value) => Math.round(value * 1000));
  // Text such as 0.86200001 still means 0.862; anything further away is another value.
  const wrong = values.findIndex(
    (value, i) => !(Math.abs(value) <= 1 && Math.abs(value - thousandths[i]! / 1000) < 1e-6),
  );
  if (wrong >= 0)
    throw damaged(
      `${file}:${Math.floor(wrong / side ** 2) + 1}`,
      `the value ${values[wrong]}`,
      "values from -1 to 1 with three decimals",
    );
  return thousandths;
}

async function readRows(file: string, n: number): Promise<Rows> {
  const width = side * side;
  const bytes = await readBytes(file);
  const most = n * (width + 1) * mostPerValue;
  if (!file.endsWith(".bz2"))
    return parseDenseRows(unpack(bytes, most, file).toString("latin1"), width, file);
  const text = await decompressBzip2(bytes, most, file).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(file, `not a complete bzip2 file: ${reason}`, "a file compressed by bzip2");
  });
  const { labels, values } = parseSparseRows(text.toString("latin1"), width, file);
  return { labels: labels.map((label) => label - 1), values };
}

function decompressBzip2(compressed: Buffer, most: number, file: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const stream = unbzip2();
    stream.on("data", (part: Buffer) => {
      parts.push(part);
      length += part.length;
      // Thrown, since it unpacks all blocks at one go, and an error ends that.
      if (length > most) throw tooLarge(file, most);
    });
    stream.on("error", reject);
    stream.on("end", () => resolve(Buffer.concat(parts)));
    stream.end(compressed);
  });
}
