/** What the training rows of one column of a table are like: what its preparation is fitted to. */

/** A column of raw values: numbers, NaN if missing, or text, null if missing. */
export type RawColumn = Float64Array | (string | null)[];

/** One end of a column's values. */
export interface End {
  /** How many have the value at this end. */
  count: number;
  /** The value next to it; infinite if all are alike. */
  next: number;
}

export interface NumberSummary {
  type: "number";
  name: string;
  /** Number of values that are not missing. */
  count: number;
  mean: number;
  /** Population standard deviation: with n in the denominator. */
  deviation: number;
  min: number;
  max: number;
  /** Both ends of the values. */
  least: End;
  greatest: End;
  /** Whether each value is a whole number. */
  whole: boolean;
  /** First quartile, median and third quartile, interpolated between neighbours; null unless they were asked for. */
  quartiles: readonly [number, number, number] | null;
}

export interface TextSummary {
  type: "text";
  name: string;
  count: number;
  /** How often each value occurs; counting stops after `mostCategories` + 1 different ones. */
  values: ReadonlyMap<string, number>;
}

export type ColumnSummary = NumberSummary | TextSummary;

/** The most values of a text column that become features of their own. */
export const mostCategories = 50;

/** Sums up a column chunk by chunk. */
export interface Summarizer {
  /** Counts the rows of `values` for which `use` is 1. */
  add(values: RawColumn, use: Uint8Array): void;
  finish(): ColumnSummary;
}

/** Welford's running mean and variance in double precision: columns of a large mean and a small spread survive. */
export class NumberSummarizer implements Summarizer {
  readonly #name: string;
  /** All values, if quartiles are wanted. */
  readonly #all: Float64Array[] | null;
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #whole = true;
  #least: End = { count: 0, next: Number.POSITIVE_INFINITY };
  #greatest: End = { count: 0, next: Number.NEGATIVE_INFINITY };

  constructor(name: string, quartiles: boolean) {
    this.#name = name;
    this.#all = quartiles ? [] : null;
  }

  add(values: RawColumn, use: Uint8Array): void {
    const numbers = values as Float64Array;
    this.#all?.push(numbers.filter((value, i) => use[i] === 1 && !Number.isNaN(value)));
    let [count, mean, squares, min, max] = [this.#count, this.#mean, this.#squares, this.#min, this.#max];
    let [leastCount, aboveLeast] = [this.#least.count, this.#least.next];
    let [greatestCount, belowGreatest] = [this.#greatest.count, this.#greatest.next];
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i]!;
      if (use[i] === 0 || Number.isNaN(value)) continue;
      count++;
      const change = value - mean;
      mean += change / count;
      squares += change * (value - mean);
      if (value < min) {
        aboveLeast = min;
        min = value;
        leastCount = 1;
      } else if (value === min) leastCount++;
      else if (value < aboveLeast) aboveLeast = value;
      if (value > max) {
        belowGreatest = max;
        max = value;
        greatestCount = 1;
      } else if (value === max) greatestCount++;
      else if (value > belowGreatest) belowGreatest = value;
      if (this.#whole && !Number.isInteger(value)) this.#whole = false;
    }
    [this.#count, this.#mean, this.#squares, this.#min, this.#max] = [count, mean, squares, min, max];
    this.#least = { count: leastCount, next: aboveLeast };
    this.#greatest = { count: greatestCount, next: belowGreatest };
  }

  finish(): NumberSummary {
    return {
      type: "number",
      name: this.#name,
      count: this.#count,
      mean: this.#mean,
      deviation: Math.sqrt(this.#squares / this.#count),
      min: this.#min,
      max: this.#max,
      least: this.#least,
      greatest: this.#greatest,
      whole: this.#whole,
      quartiles: this.#all && quartilesOf(this.#all),
    };
  }
}

/** Counts the values of a column of text; numbers count as they are written. */
export class TextSummarizer implements Summarizer {
  readonly #name: string;
  readonly #most: number;
  readonly #values = new Map<string, number>();
  #count = 0;

  constructor(name: string, most = mostCategories) {
    this.#name = name;
    this.#most = most;
  }

  add(values: RawColumn, use: Uint8Array): void {
    for (let i = 0; i < values.length; i++) {
      const value = textOf(values, i);
      if (use[i] === 0 || value === null) continue;
      this.#count++;
      const seen = this.#values.get(value);
      if (seen !== undefined) this.#values.set(value, seen + 1);
      else if (this.#values.size <= this.#most) this.#values.set(value, 1);
    }
  }

  finish(): TextSummary {
    return { type: "text", name: this.#name, count: this.#count, values: this.#values };
  }
}

/** Whether the values of a column are sentences, too many for names and most of more than three words. */
export function isProse(summary: ColumnSummary): boolean {
  if (summary.type === "number" || summary.values.size <= mostCategories) return false;
  const sentences = [...summary.values.keys()].filter((value) => value.trim().split(/\s+/).length > 3);
  return sentences.length > summary.values.size / 2;
}

/** The text of a value; null if it is missing. */
export function textOf(values: RawColumn, row: number): string | null {
  const value = values[row]!;
  if (typeof value !== "number") return value;
  return Number.isNaN(value) ? null : String(value);
}

/** Whether a value is missing. */
export const missingAt = (values: RawColumn, row: number): boolean => {
  const value = values[row];
  return value === null || Number.isNaN(value);
};

function quartilesOf(parts: Float64Array[]): [number, number, number] {
  const sorted = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    sorted.set(part, offset);
    offset += part.length;
  }
  sorted.sort();
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
    return below + (above - below) * (position - Math.floor(position));
  };
  return [at(0.25), at(0.5), at(0.75)];
}
