import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import unbzip2 from "unbzip2-stream";
import { z } from "zod";
import { type Dataset, type ExampleBatch, digits, splitColumns } from "./dataset.js";
import { readGzip } from "./formats/gzip.js";
import { type Rows, parseDenseRows, parseSparseRows } from "./formats/rows.js";
import { findLocal, locate } from "./locate.js";
import { damaged, hashRounded, sha256, verify } from "./verify.js";

const esl = "https://hastie.su.domains/ElemStatLearn/datasets/";
const libsvm = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/";
const width = 256;

/** Both splits, in the order train, test, with the digest of labels and values to three decimals. */
const parts = [
  { esl: "zip.train.gz", libsvm: "usps.bz2", n: 7291, sha256: "bb8c5577af2800d9a092a9516d927235e3eb00a05bf99fe8b76b432f12f748ae" },
  { esl: "zip.test.gz", libsvm: "usps.t.bz2", n: 2007, sha256: "ea677dd5aa43643ea8a81f2fd0f1e24ea2a8bfdd4613a16fc075ae9cf2b4760b" },
] as const;

const optionsSchema = z.strictObject({});

/**
 * USPS (Le Cun et al. 1990): 7,291 + 2,007 handwritten digits of envelopes, 16 × 16. The files hold values in [-1, 1]; the
 * model input is (x + 1) / 2. Read from the files of The Elements of Statistical Learning or from libsvm's, which hold the
 * same numbers (libsvm's labels are the digit plus one).
 */
export const usps: Dataset<z.output<typeof optionsSchema>> = {
  title: "USPS",
  optionsSchema,

  async open(_options, { log }) {
    const files: string[] = [];
    for (const part of parts) {
      const other = findLocal("usps", part.esl) ? undefined : findLocal("usps", part.libsvm);
      files.push(other ?? (await locate("usps", { file: part.esl, mirrors: [esl + part.esl] }, log).catch(() => locate("usps", { file: part.libsvm, mirrors: [libsvm + part.libsvm] }, log))));
    }
    return {
      info: {
        name: "usps",
        title: "USPS",
        kind: "image",
        shape: [16, 16, 1],
        scale: 0.5,
        offset: 0.5,
        range: "unit",
        classes: digits,
        source: "Le Cun et al. 1990; files of Hastie, Tibshirani, Friedman: The Elements of Statistical Learning",
      },
      sizes: { train: parts[0].n, test: parts[1].n },
      async *batches(): AsyncGenerator<ExampleBatch> {
        let first = 0;
        for (const [which, { n, sha256: expected }] of parts.entries()) {
          const file = files[which]!;
          const { labels, values } = await readRows(file);
          if (labels.length !== n) throw damaged(file, "not the USPS file that was expected", `${n} rows, found ${labels.length}`);
          const hash = sha256().update(Uint8Array.from(labels));
          hashRounded(hash, values);
          verify(hash, expected, file);
          yield { features: values, labels, ...splitColumns(which as 0 | 1, first, n) };
          first += n;
        }
      },
    };
  },
};

async function readRows(file: string): Promise<Rows> {
  if (!file.endsWith(".bz2")) return parseDenseRows((await readGzip(file)).toString("latin1"), width, file);
  const compressed = await readFile(file);
  const text = await buffer(Readable.from([compressed]).pipe(unbzip2())).catch((error: Error) => {
    throw damaged(file, `not a whole bzip2 file: ${error.message}`, "a file compressed by bzip2");
  });
  const { labels, values } = parseSparseRows(text.toString("latin1"), width, file);
  return { labels: labels.map((label) => label - 1), values };
}
