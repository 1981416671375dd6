import { stemmer } from "stemmer";
import { eng } from "stopword";
import { countTerms, type TermCounts } from "./tfidf.js";

const stopWords = new Set(eng);

/**
 * The stems of a text in lower case, without the English stop words of the `stopword` package, by Porter's stemmer.
 *
 * @param word matches each word
 */
export function englishTerms(text: string, word: RegExp): TermCounts {
  const tokens = text.toLowerCase().match(word) ?? [];
  return countTerms(tokens.filter((token) => !stopWords.has(token)).map((token) => stemmer(token)));
}
