/** What new rows of a table have and those of training had not: other categories, and numbers far outside of theirs. */

export class Unseen {
  readonly #rows: string;
  readonly #categories = new Map<string, number>();
  readonly #numbers = new Map<string, { count: number; first: string }>();

  /** @param rows what they are called: "test rows" */
  constructor(rows: string) {
    this.#rows = rows;
  }

  category(column: string): void {
    this.#categories.set(column, (this.#categories.get(column) ?? 0) + 1);
  }

  /** @param where the place of the row */
  number(column: string, value: number, [least, most]: readonly [number, number], where: string): void {
    const found = this.#numbers.get(column);
    if (found) found.count++;
    else {
      const first = `the first has ${short(value)} (${where}), those of training ${short(least)} to ${short(most)}`;
      this.#numbers.set(column, { count: 1, first });
    }
  }

  /** What to say of it, a line each; nothing if there is nothing new. */
  lines(): string[] {
    const [column] = this.#numbers;
    return [
      ...[...this.#categories].map(
        ([name, count]) =>
          `"${name}": ${count} ${this.#rows} have a value that no training row has, and so 0 in all of its features`,
      ),
      ...(column
        ? [
            `"${column[0]}": ${column[1].count} ${this.#rows} lie far outside of those of training: ${column[1].first}${others(this.#numbers.size - 1)}; in other units, perhaps`,
          ]
        : []),
    ];
  }
}

const others = (count: number): string =>
  count === 0 ? "" : `; and so in ${count} other ${count === 1 ? "column" : "columns"}`;

const short = (value: number): string => String(Number(value.toPrecision(6)));
