import { numbered } from "./assignment.js";

/** Disjoint sets of items, which can be joined; at first each item is a set of its own. */
export class DisjointSets {
  readonly #parent: Int32Array;

  constructor(items: number) {
    this.#parent = Int32Array.from({ length: items }, (_, item) => item);
  }

  /** Joins the set of `from` to that of `into`. */
  join(into: number, from: number): void {
    this.#parent[this.#root(from)] = this.#root(into);
  }

  /** The set of each item, numbered from 0 in order of appearance. */
  numbered(): Int32Array {
    return numbered(this.#parent.map((_, item) => this.#root(item)));
  }

  #root(item: number): number {
    const parent = this.#parent;
    let at = item;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }
}
