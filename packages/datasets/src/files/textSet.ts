/** The user's texts as a data set: tf-idf of the most frequent words of the training texts. */
import type { Preparation, RawColumn } from "@gumbel/tables";
import type { OpenDataset, OwnBatch } from "../dataset.js";
import { englishTerms } from "../text/english.js";
import { type TermCounts, tfidfRow, Vocabulary } from "../text/tfidf.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { inOrder } from "./tableSet.js";

export type TextPreparation = Extract<Preparation, { kind: "text" }>;

/** Consecutive texts. */
export interface TextBatch {
  texts: string[];
  /** The class of each, null if unknown. */
  labels: (string | null)[];
  split: Uint8Array;
  index: Uint32Array;
  /** The columns that `TextSource.original` names. */
  original: RawColumn[];
}

/** Texts that can be read several times: the files of a folder, or a column of a table. */
export interface TextSource {
  /** Where they are, for errors. */
  path: string;
  sizes: { train: number; test: number };
  classes: Iterable<string>;
  /** Names of the user's own: the column of the classes, that of the texts, and what is neither. */
  columns: { label: string | null; text: string | null; ignored: string[] };
  original: string[];
  /** @throws UserError naming the place of what cannot be read. */
  batches(): AsyncIterable<TextBatch>;
  /** What should be said once they were read, a line each. */
  notes(): string[];
}

/**
 * Opens texts as a data set.
 *
 * @throws UserError if no training text has a word.
 */
export async function openTextSet(
  source: TextSource,
  title: string,
  options: FileOptions,
  log: (line: string) => void,
): Promise<OpenDataset> {
  const { path, sizes, columns } = source;
  if (options.prepare !== null)
    throw unreadable("dataset.prepare", "texts become tf-idf rows", "no prepare for texts");
  if (sizes.train === 0) throw unreadable(path, "there is no training text", "texts to train on");
  const vocabulary = new Vocabulary();
  for await (const { texts, split } of source.batches()) {
    for (const [i, text] of texts.entries()) if (split[i] === 0) vocabulary.add(wordsOf(text));
  }
  const terms = vocabulary.top(options.terms);
  if (terms.length === 0)
    throw unreadable(path, "the training texts have no word", "texts of words in letters");
  const preparation: TextPreparation = {
    kind: "text",
    ...(columns.text !== null && { column: columns.text }),
    terms,
    inverseFrequencies: terms.map((term) => vocabulary.inverseFrequency(term)),
  };
  log(`${sizes.train + sizes.test} texts, tf-idf of ${terms.length} words`);
  for (const note of source.notes()) log(note);
  const classes = inOrder(source.classes);
  return {
    info: {
      name: "file",
      title,
      kind: "text",
      shape: [terms.length],
      scale: 1,
      offset: 0,
      range: "real",
      classes,
      terms,
      source: title,
      preparation,
      columns: { label: columns.label, ignored: columns.ignored, doubts: [] },
    },
    sizes,
    original: source.original,
    batches: () => batches(source, classes, preparation, log),
  };
}

async function* batches(
  source: TextSource,
  classes: string[],
  preparation: TextPreparation,
  log: (line: string) => void,
): AsyncGenerator<OwnBatch> {
  const wordless = new Wordless(preparation);
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  for await (const { texts, labels, split, index, original } of source.batches()) {
    yield {
      features: wordless.seen(prepareTexts(preparation, texts)),
      labels: Int32Array.from(labels, (name) => labelOf.get(name ?? "") ?? -1),
      split,
      index,
      original,
    };
  }
  for (const line of wordless.lines()) log(line);
}

/** Counts the texts that have none of the terms, and so are all alike. */
export class Wordless {
  readonly #terms: number;
  #texts = 0;
  #found = 0;

  constructor({ terms }: TextPreparation) {
    this.#terms = terms.length;
  }

  /** Counts among prepared texts, n × terms, which it returns. */
  seen(features: Float32Array): Float32Array {
    for (let first = 0; first < features.length; first += this.#terms) {
      this.#texts++;
      let j = first;
      while (j < first + this.#terms && features[j] === 0) j++;
      if (j === first + this.#terms) this.#found++;
    }
    return features;
  }

  /** A line if there are some. */
  lines = (): string[] =>
    this.#found === 0
      ? []
      : [
          `${this.#found} of ${this.#texts} texts have none of the ${this.#terms} words: they are all alike, as zeros`,
        ];
}

/** Prepares texts as those of training were: n × terms, row by row. A text without any of the terms is a row of zeros. */
export function prepareTexts({ terms, inverseFrequencies }: TextPreparation, texts: string[]): Float32Array {
  const column = new Map(terms.map((term, j) => [term, j]));
  const idf = Float64Array.from(inverseFrequencies);
  const features = new Float32Array(texts.length * terms.length);
  for (const [i, text] of texts.entries())
    features.set(tfidfRow(wordsOf(text), column, idf), i * terms.length);
  return features;
}

/** Words are sequences of two or more letters of any alphabet. */
const wordsOf = (text: string): TermCounts => englishTerms(text, /\p{L}{2,}/gu);
