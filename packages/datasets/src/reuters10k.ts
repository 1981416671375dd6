import { UserError } from "@gumbel/config";
import { stream } from "@gumbel/random";
import type { ExampleBatch } from "@gumbel/tables";
import { z } from "zod";
import { type Dataset, inBatches, type OpenDataset } from "./dataset.js";
import { readTokens, readTopics } from "./formats/lyrl.js";
import { damaged } from "./formats/verify.js";
import { locate, named } from "./locate.js";
import { countTerms, type TermCounts, tfidfRow, Vocabulary } from "./text/tfidf.js";

/** Online appendices of the paper, as the journal has them. */
const appendices = [
  "https://www.jmlr.org/papers/volume5/lewis04a/",
  "https://jmlr.csail.mit.edu/papers/volume5/lewis04a/",
];
const tokenFiles = ["train", "test_pt0", "test_pt1", "test_pt2", "test_pt3"].map(
  (part) => `lyrl2004_tokens_${part}.dat`,
);
const topicsFile = "rcv1-v2.topics.qrels";
const alternative =
  "or use the data set reuters-21578, a substitute from public files (the published figures of REUTERS-10K do not apply to it)";

/** Number of documents in the collection, and of those with exactly one root topic. */
interface Content {
  documents: number;
  underOneRoot: number;
}

/** Lewis et al. 2004, section 4; Xie et al. 2016, section 5.1. */
const published: Content = { documents: 804_414, underOneRoot: 685_071 };

/** The roots of RCV1's topic tree, in the order of the labels. */
const roots = ["CCAT", "ECAT", "GCAT", "MCAT"];
const classNames = ["corporate/industrial", "economics", "government/social", "markets"];

const optionsSchema = z.strictObject({
  documents: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Number of sampled documents. 10,000 in Xie et al. 2016."),
  terms: z
    .int()
    .min(1)
    .default(2000)
    .describe("Number of dimensions: the most frequent stems. 2,000 in Xie et al. 2016."),
});
type Options = z.output<typeof optionsSchema>;

/**
 * REUTERS-10K (Xie et al. 2016): RCV1-v2 documents (Lewis et al. 2004) with exactly one of the roots CCAT, ECAT, GCAT and
 * MCAT; the 2,000 most frequent stems of these documents; tf-idf over all of them, each row scaled to ‖x‖² / d = 1; a random
 * sample of 10,000. The paper does not publish its sample: here it is drawn from the pipeline's seed. All are training
 * examples, as in published tables.
 *
 * The tokens are those of LYRL2004: lower case, without stop words, stemmed.
 */
export const reuters10k: Dataset<Options> = {
  title: "REUTERS-10K",
  optionsSchema,

  async files(_options, { log }) {
    const { topics, tokens } = await findAll(log);
    return named("reuters-10k", [topics, ...tokens]);
  },

  async open(options, { seed, log }) {
    const paths = await findAll(log);
    log("reading RCV1-v2 twice: 804,414 documents");
    return openReuters10k(paths, options, seed, published);
  },
};

async function findAll(log: (line: string) => void): Promise<{ topics: string; tokens: string[] }> {
  const find = (file: string, folder: string): Promise<string> =>
    locate(
      "reuters-10k",
      [
        { file: `${file}.gz`, mirrors: appendices.map((address) => `${address}${folder}/${file}.gz`) },
        // The unpacked file.
        { file, mirrors: [] },
      ],
      log,
      alternative,
    );
  const topics = await find(topicsFile, "a08-topic-qrels");
  const tokens: string[] = [];
  for (const file of tokenFiles) tokens.push(await find(file, "a12-token-files"));
  return { topics, tokens };
}

/**
 * Opens RCV1-v2 from its files and draws the sample.
 *
 * @param paths the topic assignments and the token files
 * @param content expected size of the collection
 * @throws UserError if a file is damaged, or the collection has another size.
 */
export async function openReuters10k(
  paths: { topics: string; tokens: string[] },
  { documents, terms: size }: Options,
  seed: number,
  content: Content,
): Promise<OpenDataset> {
  const topics = await readTopics(paths.topics, new Set(roots));

  // First pass: the vocabulary of all documents with one root topic, which are too many to keep in memory.
  const vocabulary = new Vocabulary();
  const eligible: number[] = [];
  const seen = new Set<number>();
  for await (const { id, tokens, file } of allTokens(paths.tokens)) {
    if (seen.has(id)) throw damaged(file, `the document ${id} comes twice`, "each document once");
    seen.add(id);
    if (topics.get(id)?.length !== 1) continue;
    vocabulary.add(countTerms(tokens));
    eligible.push(id);
  }
  if (seen.size !== content.documents || eligible.length !== content.underOneRoot) {
    throw new UserError({
      what: "the files are readable but are not RCV1-v2",
      where: [paths.topics, ...paths.tokens].join("\n            "),
      expected: `${content.documents} documents, ${content.underOneRoot} of them under exactly one of ${roots.join(", ")}; found ${seen.size} and ${eligible.length}`,
      hint: `check that all files are complete; ${alternative}`,
    });
  }
  if (eligible.length < documents) {
    throw new UserError({
      what: `a sample of ${documents} documents is larger than the collection`,
      where: "dataset.documents",
      expected: `at most ${eligible.length}`,
    });
  }
  const order = stream(seed, "reuters-10k", "sample").permutation(eligible.length);
  const sampled = new Map(
    [...order.subarray(0, documents)].map((position, row) => [eligible[position]!, row]),
  );

  // Second pass: the sampled documents.
  const counts = new Array<TermCounts>(documents);
  const labels = new Int32Array(documents);
  for await (const { id, tokens } of allTokens(paths.tokens)) {
    const row = sampled.get(id);
    if (row === undefined) continue;
    counts[row] = countTerms(tokens);
    labels[row] = roots.indexOf(topics.get(id)![0]!);
  }
  const chosen = vocabulary.top(size);
  const column = new Map(chosen.map((term, j) => [term, j]));
  const idf = Float64Array.from(chosen, (term) => vocabulary.inverseFrequency(term));
  return {
    info: {
      name: "reuters-10k",
      title: "REUTERS-10K",
      kind: "text",
      shape: [chosen.length],
      scale: 1,
      offset: 0,
      range: "real",
      classes: classNames,
      terms: chosen,
      source: "RCV1-v2 (Lewis, Yang, Rose, Li 2004), sampled as in Xie, Girshick, Farhadi 2016",
    },
    sizes: { train: documents, test: 0 },
    *batches(): Generator<ExampleBatch> {
      const features = new Float32Array(documents * chosen.length);
      for (const [row, document] of counts.entries())
        features.set(tfidfRow(document, column, idf), row * chosen.length);
      yield* inBatches(features, labels, 0, 0);
    },
  };
}

async function* allTokens(paths: string[]) {
  for (const file of paths) for await (const document of readTokens(file)) yield { ...document, file };
}
