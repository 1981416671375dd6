/** Features that are none: the label in other words, and numbers that name their row. */
import { missingAt, type RawColumn, textOf } from "@gumbel/tables";

/** Names under which tables number or name their rows; pandas writes some of them, R `rownames`. */
const rowNames = /^(|#|unnamed: 0|__index_level_0__|level_0|row|row ?names)$/i;
const lastWord = /(^|[^a-z])(id|index|key|no|nr|num|number|uuid|guid)$/i;
const lastHump = /[a-z](Id|ID|Index|Key|No|Nr|Num|Number)$/;

/** Whether a column says by its name that it numbers or names the rows. */
export const namesRows = (column: string): boolean =>
  rowNames.test(column) || lastWord.test(column) || lastHump.test(column);

/** Rows below which nothing is suspected, and rows of each class: a few may agree by chance. */
const [fewRows, fewOfClass] = [20, 5];

/** Whole numbers that differ in every row. */
export class RowNames {
  readonly #seen = new Map<number, Set<number>>();

  /** @param columns those that say so by their name */
  constructor(columns: number[]) {
    for (const column of columns) this.#seen.set(column, new Set());
  }

  add(values: RawColumn[], use: Uint8Array): void {
    for (const [column, seen] of this.#seen) {
      const numbers = values[column]!;
      for (let i = 0; i < numbers.length; i++) {
        if (use[i] === 0 || missingAt(numbers, i)) continue;
        const value = Number(numbers[i]);
        if (Number.isInteger(value) && !seen.has(value)) seen.add(value);
        else {
          this.#seen.delete(column);
          break;
        }
      }
    }
  }

  /** The columns that name their row. */
  found = (): number[] => [...this.#seen].flatMap(([column, { size }]) => (size >= fewRows ? [column] : []));
}

/** Columns with one value for each class and one class for each value. Nearly every column leaves it in the first rows. */
export class LabelTwins {
  readonly #label: number;
  /** Class by value and value by class, and the rows that agreed. */
  readonly #pairs = new Map<
    number,
    { classes: Map<string, string>; values: Map<string, string>; rows: number }
  >();

  constructor(columns: number[], label: number) {
    this.#label = label;
    for (const column of columns) this.#pairs.set(column, { classes: new Map(), values: new Map(), rows: 0 });
  }

  add(values: RawColumn[], use: Uint8Array): void {
    const labels = values[this.#label]!;
    for (const [column, pairs] of this.#pairs) {
      const { classes, values: ofClass } = pairs;
      const own = values[column]!;
      for (let i = 0; i < own.length; i++) {
        const value = use[i] === 1 ? textOf(own, i) : null;
        const label = value === null ? null : textOf(labels, i);
        if (value === null || label === null) continue;
        if ((classes.get(value) ?? label) !== label || (ofClass.get(label) ?? value) !== value) {
          this.#pairs.delete(column);
          break;
        }
        classes.set(value, label);
        ofClass.set(label, value);
        pairs.rows++;
      }
    }
  }

  /** The columns that tell the class, of a label with so many. */
  found(classCount: number): number[] {
    const enough = Math.max(fewRows, fewOfClass * classCount);
    return [...this.#pairs].flatMap(([column, { values, rows }]) =>
      classCount > 1 && values.size === classCount && rows >= enough ? [column] : [],
    );
  }
}
