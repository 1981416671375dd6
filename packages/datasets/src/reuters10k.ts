import { UserError } from "@gumbel/config";
import { stream } from "@gumbel/random";
import { z } from "zod";
import { type Dataset, type ExampleBatch, splitColumns } from "./dataset.js";
import { readTokens, readTopics } from "./formats/lyrl.js";
import { locate } from "./locate.js";
import { type TermCounts, Vocabulary, countTerms, tfidfRow } from "./text/tfidf.js";

const address = "http://www.ai.mit.edu/projects/jmlr/papers/volume5/lewis04a/";
const tokenFiles = [
  { file: "lyrl2004_tokens_train.dat.gz", folder: "a12-token-files/" },
  ...[0, 1, 2, 3].map((part) => ({ file: `lyrl2004_tokens_test_pt${part}.dat.gz`, folder: "a12-token-files/" })),
];
const topicsFile = { file: "rcv1-v2.topics.qrels.gz", folder: "a08-topic-qrels/" };

/** The roots of RCV1's topic tree, in the order of the labels. */
const roots = ["CCAT", "ECAT", "GCAT", "MCAT"];
const classNames = ["corporate/industrial", "economics", "government/social", "markets"];

const optionsSchema = z.strictObject({
  documents: z.int().min(1).default(10_000).describe("Sampled documents. 10,000 in Xie et al. 2016."),
  terms: z.int().min(1).default(2000).describe("The most frequent stems that make the dimensions. 2,000 in Xie et al. 2016."),
});

/**
 * REUTERS-10K (Xie et al. 2016): RCV1-v2 documents (Lewis et al. 2004) with exactly one of the roots CCAT, ECAT, GCAT and
 * MCAT; the 2,000 most frequent stems of all of them; tf-idf; 10,000 of them at random. The paper does not give its sample:
 * here it follows from the pipeline's seed. All are training examples, as in the tables that use it.
 */
export const reuters10k: Dataset<z.output<typeof optionsSchema>> = {
  title: "REUTERS-10K",
  optionsSchema,

  async open({ documents, terms: size }, { seed, log }) {
    const find = async ({ file, folder }: { file: string; folder: string }): Promise<string> => {
      // Unpacked files are as good.
      const plain = file.replace(/\.gz$/, "");
      return locate("reuters-10k", { file: plain, mirrors: [] }, log).catch(() =>
        locate("reuters-10k", { file, mirrors: [address + folder + file] }, log).catch((error: unknown) => {
          if (!(error instanceof UserError)) throw error;
          throw new UserError({ ...error.problem, hint: `${error.problem.hint}; or use the data set reuters-21578, which stands in for it` });
        }),
      );
    };
    const topics = await readTopics(await find(topicsFile), new Set(roots));
    const paths: string[] = [];
    for (const source of tokenFiles) paths.push(await find(source));

    // First pass: the vocabulary of all documents under one root. They are too many to keep.
    const vocabulary = new Vocabulary();
    const eligible: number[] = [];
    for await (const { id, tokens } of allTokens(paths)) {
      if (topics.get(id)?.length !== 1) continue;
      vocabulary.add(countTerms(tokens));
      eligible.push(id);
    }
    if (eligible.length < documents) {
      throw new UserError({
        what: `only ${eligible.length} documents lie under exactly one of ${roots.join(", ")}`,
        where: paths.join(", "),
        expected: `at least ${documents}`,
        hint: "lower dataset.documents, or see that all five token files are whole",
      });
    }
    const order = stream(seed, "reuters-10k", "sample").permutation(eligible.length);
    const sampled = new Map([...order.subarray(0, documents)].map((position, row) => [eligible[position]!, row]));

    // Second pass: the sampled documents.
    const counts = new Array<TermCounts>(documents);
    const labels = new Int32Array(documents);
    for await (const { id, tokens } of allTokens(paths)) {
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
        counts.forEach((document, row) => features.set(tfidfRow(document, column, idf), row * chosen.length));
        yield { features, labels, ...splitColumns(0, 0, documents) };
      },
    };
  },
};

async function* allTokens(paths: string[]) {
  for (const path of paths) yield* readTokens(path);
}
