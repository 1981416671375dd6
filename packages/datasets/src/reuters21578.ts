import type { ExampleBatch } from "@gumbel/tables";
import { Parser } from "tar";
import { z } from "zod";
import { type Dataset, inBatches, type OpenDataset } from "./dataset.js";
import { readBytes, unpack } from "./formats/gzip.js";
import { parseStories, type Story } from "./formats/sgml.js";
import { damaged, sha256, verify } from "./formats/verify.js";
import { locate, named } from "./locate.js";
import { englishTerms } from "./text/english.js";
import { tfidfRow, Vocabulary } from "./text/tfidf.js";

const file = "reuters21578.tar.gz";
const known = { most: 20e6 };
const mirrors = [
  "https://archive.ics.uci.edu/ml/machine-learning-databases/reuters21578-mld/reuters21578.tar.gz",
  "https://kdd.ics.uci.edu/databases/reuters21578/reuters21578.tar.gz",
];
/** The archive unpacks to 28 MB. */
const mostBytes = 64e6;

/** Expected content of the archive: number of story files, and SHA-256 of all of them in order. */
interface Content {
  files: number;
  sha256: string;
}

const published: Content = {
  files: 22,
  sha256: "fb13cba7c5d739fda133b67d8228bfc28065a9080ac0e9810d3f07303ae40c32",
};

const words = (text: string): Set<string> => new Set(text.split(/\s+/));

/** Four groups of the collection's topics, in place of RCV1's four roots. `commodities` is every other topic except ship. */
const groups = {
  corporate: words("acq earn"),
  energy: words("crude heat fuel gas nat-gas pet-chem propane jet naphtha"),
  economy: words(
    "money-fx interest bop trade cpi wpi jobs lei gnp housing income inventories instal-debt ipi money-supply reserves retail capacity cpu dlr austdlr hk singdlr nzdlr can stg dmk yen sfr ffr bfr dfl lit dkr nkr skr mexpeso cruzado austral saudriyal rand rupiah ringgit escudo peseta drachma",
  ),
};
const classes = ["corporate", "energy", "economy", "commodities"];

const optionsSchema = z.strictObject({
  terms: z
    .int()
    .min(1)
    .default(2000)
    .describe("Number of dimensions: the most frequent stems. 2,000 in Xie et al. 2016."),
});
type Options = z.output<typeof optionsSchema>;

/**
 * Reuters-21578 (Lewis 1997) as four text classes, prepared like REUTERS-10K: the stories whose topics are all in one group,
 * the 2,000 most frequent stems, tf-idf, each row scaled to ‖x‖² / d = 1. Stories tagged `ship`, with topics of two groups
 * or without topics are excluded. It is not REUTERS-10K: the figures published for that do not apply.
 *
 * A story's text is its title and body. Words are sequences of two or more letters a to z, in lower case, without the
 * English stop words of the `stopword` package, reduced by Porter's stemmer. Frequencies and idf are counted over all
 * stories of the four groups. The split is LEWISSPLIT: TEST is test; TRAIN and NOT-USED are train.
 */
export const reuters21578: Dataset<Options> = {
  title: "Reuters-21578, four groups",
  optionsSchema,

  async files(_options, { log }) {
    return named("reuters-21578", [await find(log)]);
  },

  async open(options, { log }) {
    return openReuters21578(await find(log), options, published);
  },
};

const find = (log: (line: string) => void): Promise<string> =>
  locate("reuters-21578", [{ file, mirrors, ...known }], log);

/**
 * Opens Reuters-21578 from its archive.
 *
 * @param path the archive, a tar compressed by gzip
 * @param content expected content
 * @throws UserError if the archive is damaged or has other content.
 */
export async function openReuters21578(
  path: string,
  { terms: size }: Options,
  content: Content,
): Promise<OpenDataset> {
  const stories = (await readStories(path, content)).flatMap((story) => {
    const label = groupOf(story.topics);
    return label === undefined ? [] : [{ ...story, label, terms: englishTerms(story.text, /[a-z]{2,}/g) }];
  });
  // Training stories first, each split in the order of the collection.
  const isTest = (story: Story): boolean => story.lewisSplit === "TEST";
  const ordered = [...stories.filter((story) => !isTest(story)), ...stories.filter(isTest)];
  const train = ordered.filter((story) => !isTest(story)).length;

  const vocabulary = new Vocabulary();
  for (const { terms } of ordered) vocabulary.add(terms);
  const chosen = vocabulary.top(size);
  const column = new Map(chosen.map((term, j) => [term, j]));
  const idf = Float64Array.from(chosen, (term) => vocabulary.inverseFrequency(term));
  return {
    info: {
      name: "reuters-21578",
      title: "Reuters-21578, four groups",
      kind: "text",
      shape: [chosen.length],
      scale: 1,
      offset: 0,
      range: "real",
      classes,
      terms: chosen,
      source: "Reuters-21578, distribution 1.0 (Lewis 1997); not REUTERS-10K",
    },
    sizes: { train, test: ordered.length - train },
    *batches(): Generator<ExampleBatch> {
      for (const [split, from, to] of [
        [0, 0, train],
        [1, train, ordered.length],
      ] as const) {
        const part = ordered.slice(from, to);
        const features = new Float32Array(part.length * chosen.length);
        for (const [i, { terms }] of part.entries()) {
          features.set(tfidfRow(terms, column, idf), i * chosen.length);
        }
        yield* inBatches(
          features,
          Int32Array.from(part, ({ label }) => label),
          split,
          from,
        );
      }
    },
  };
}

/** All stories of the archive, in the order of the files. */
async function readStories(path: string, content: Content): Promise<Story[]> {
  const files = await readArchive(path);
  const names = [...files.keys()].sort();
  if (names.length !== content.files)
    throw damaged(
      path,
      "the archive is incomplete",
      `${content.files} files reut2-NNN.sgm, found ${names.length}`,
    );
  const hash = sha256();
  for (const name of names) hash.update(files.get(name)!);
  verify(hash, content.sha256, path);
  return names.flatMap((name) => [...parseStories(files.get(name)!.toString("latin1"), `${path}: ${name}`)]);
}

/** The .sgm files of the archive, by name. */
async function readArchive(path: string): Promise<Map<string, Buffer>> {
  const bytes = unpack(await readBytes(path), mostBytes, path);
  const files = new Map<string, Buffer>();
  return new Promise((resolve, reject) => {
    const parser = new Parser({
      strict: true,
      onReadEntry(entry) {
        const name = /(?:^|\/)(reut2-\d{3}\.sgm)$/.exec(entry.path)?.[1];
        if (!name) return entry.resume();
        const parts: Buffer[] = [];
        entry.on("data", (part: Buffer) => parts.push(Buffer.from(part)));
        entry.on("end", () => files.set(name, Buffer.concat(parts)));
      },
    });
    parser.on("error", (error: unknown) =>
      reject(damaged(path, `not a complete tar archive: ${(error as Error).message}`, file)),
    );
    parser.on("end", () => resolve(files));
    parser.end(bytes);
  });
}

/** Index of the group that has all topics; undefined if no group has. */
function groupOf(topics: string[]): number | undefined {
  if (topics.length === 0 || topics.includes("ship")) return undefined;
  const found = new Set(
    topics.map((topic) => {
      if (groups.corporate.has(topic)) return 0;
      if (groups.energy.has(topic)) return 1;
      return groups.economy.has(topic) ? 2 : 3;
    }),
  );
  return found.size === 1 ? [...found][0] : undefined;
}
