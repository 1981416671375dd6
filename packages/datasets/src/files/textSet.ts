/** A folder of the user's texts as a data set: tf-idf of the most frequent words of the training texts. */
import type { Preparation } from "@gumbel/tables";
import { batchRows, type OpenDataset, type OwnBatch } from "../dataset.js";
import { englishTerms } from "../text/english.js";
import { type TermCounts, tfidfRow, Vocabulary } from "../text/tfidf.js";
import { readWholeText } from "./encoding.js";
import { type FolderFile, folderColumns, listFolder } from "./folder.js";
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { inOrder } from "./tableSet.js";

export type TextPreparation = Extract<Preparation, { kind: "text" }>;

/** Whether a file of a folder is a text. */
export const isText = (name: string): boolean => name.endsWith(".txt");

/**
 * Opens a folder of texts.
 *
 * @throws UserError if it has none, or no training text has a word.
 */
export async function openTextSet(
  folder: string,
  title: string,
  options: FileOptions,
  log: (line: string) => void,
): Promise<OpenDataset> {
  if (options.prepare !== null)
    throw unreadable("dataset.prepare", "texts become tf-idf rows", "no prepare for a folder of texts");
  const files = await listFolder(folder, isText, ".txt file");
  const train = files.filter(({ split }) => split === "train").length;
  if (train === 0)
    throw unreadable(folder, "the folder has no training text", "texts in train/, or in no such folder");
  const vocabulary = new Vocabulary();
  let converted = 0;
  for (const { path, split } of files) {
    const { text, encoding } = await readWholeText(path, options.encoding);
    if (encoding === "windows-1252") converted++;
    if (split === "train") vocabulary.add(wordsOf(text));
  }
  const terms = vocabulary.top(options.terms);
  if (terms.length === 0)
    throw unreadable(folder, "the training texts have no word", "texts of words in letters");
  const preparation: TextPreparation = {
    kind: "text",
    terms,
    inverseFrequencies: terms.map((term) => vocabulary.inverseFrequency(term)),
  };
  log(`${files.length} texts, tf-idf of ${terms.length} words`);
  if (converted > 0) log(`${converted} of them are not UTF-8 and are read as windows-1252`);
  const classes = inOrder(new Set(files.flatMap(({ label }) => label ?? [])));
  log(classes.length > 0 ? "the subfolders are the classes" : "no subfolders: the classes are unknown");
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
      columns: {
        label: classes.length > 0 ? folderColumns.label : null,
        ignored: [folderColumns.file],
        doubts: [],
      },
    },
    sizes: { train, test: files.length - train },
    original: [folderColumns.file, folderColumns.label, folderColumns.text],
    batches: () => batches(files, classes, preparation, options),
  };
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

/** Characters of a text that stand beside its cluster. */
const shownCharacters = 200;

/** The first characters of a text on one line, to tell it from others. */
function firstLine(text: string): string {
  // Not the whole of a long text is split.
  const words = [
    ...text
      .slice(0, 4 * shownCharacters)
      .replace(/\s+/g, " ")
      .trim(),
  ];
  return words.length <= shownCharacters
    ? words.join("")
    : `${words.slice(0, shownCharacters - 1).join("")}…`;
}

/** Words are sequences of two or more letters of any alphabet. */
const wordsOf = (text: string): TermCounts => englishTerms(text, /\p{L}{2,}/gu);

async function* batches(
  files: FolderFile[],
  classes: string[],
  preparation: TextPreparation,
  { encoding }: FileOptions,
): AsyncGenerator<OwnBatch> {
  for (let first = 0; first < files.length; first += batchRows) {
    const some = files.slice(first, first + batchRows);
    const texts = [];
    for (const { path } of some) texts.push((await readWholeText(path, encoding)).text);
    yield {
      features: prepareTexts(preparation, texts),
      labels: Int32Array.from(some, ({ label }) => classes.indexOf(label ?? "")),
      split: Uint8Array.from(some, ({ split }) => (split === "train" ? 0 : 1)),
      index: Uint32Array.from(some, (_, i) => first + i),
      original: [some.map(({ name }) => name), some.map(({ label }) => label), texts.map(firstLine)],
    };
  }
}
