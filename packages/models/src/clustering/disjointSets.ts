/** Items that join one another's sets; at first each is one by itself. */
export class DisjointSets {
  readonly #parent: Int32Array;

  constructor(items: number) {
    this.#parent = Int32Array.from({ length: items }, (_, item) => item);
  }

  /** The set of `from` becomes a part of that of `into`. */
  join(into: number, from: number): void {
    this.#parent[this.#root(from)] = this.#root(into);
  }

  /** Each item's set, numbered from 0 in order of appearance. */
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

/** The same clusters, numbered from 0 in order of appearance. */
export function numbered(assignment: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return assignment.map((cluster) => {
    if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
    return numbers.get(cluster)!;
  });
}
