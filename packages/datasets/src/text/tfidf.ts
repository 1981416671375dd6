/** Documents as tf-idf rows, as in DEC's reference code for REUTERS-10K. */

/** Number of occurrences of each term in a document. */
export type TermCounts = Map<string, number>;

/** Counts, over a collection, each term's occurrences and the documents with it. */
export class Vocabulary {
  readonly #occurrences = new Map<string, number>();
  readonly #documents = new Map<string, number>();
  #count = 0;

  add(document: TermCounts): void {
    this.#count++;
    for (const [term, count] of document) {
      this.#occurrences.set(term, (this.#occurrences.get(term) ?? 0) + count);
      this.#documents.set(term, (this.#documents.get(term) ?? 0) + 1);
    }
  }

  /** The `size` most frequent terms, in alphabetical order; ties are broken alphabetically. */
  top(size: number): string[] {
    return [...this.#occurrences]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, size)
      .map(([term]) => term)
      .sort();
  }

  /** ln((1 + n) / (1 + df)) + 1, scikit-learn's smoothed inverse document frequency. */
  inverseFrequency(term: string): number {
    return Math.log((1 + this.#count) / (1 + (this.#documents.get(term) ?? 0))) + 1;
  }
}

/**
 * Converts a document to a row: (1 + ln tf) · idf for each term, scaled to length 1, then by sqrt(terms) so that ‖x‖² / d = 1
 * (Xie et al. 2016's reference code). A document without any of the terms is a row of zeros.
 */
export function tfidfRow(
  document: TermCounts,
  terms: ReadonlyMap<string, number>,
  idf: Float64Array,
): Float32Array {
  const row = new Float64Array(terms.size);
  let square = 0;
  for (const [term, count] of document) {
    const j = terms.get(term);
    if (j === undefined) continue;
    const value = (1 + Math.log(count)) * idf[j]!;
    row[j] = value;
    square += value * value;
  }
  const scale = square > 0 ? Math.sqrt(terms.size / square) : 0;
  return Float32Array.from(row, (value) => value * scale);
}

/** Counts the occurrences of each term. */
export function countTerms(tokens: Iterable<string>): TermCounts {
  const counts: TermCounts = new Map();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
